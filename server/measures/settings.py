"""What a clinic asks and when, the look at a measure as people see it, and adding one of its own in the same format."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.audit.store import note
from server.clinic.confirming.store import confirmed
from server.clinic.requests import clinic_id_of, entry_of, form_of
from server.errors import NotFound
from server.house import House, house_of
from server.measures import store
from server.measures.catalogue import shipped, shipped_data
from server.measures.forms import MOST_BYTES, data_of, read
from server.measures.rules import Instrument
from server.measures.schedule import Rule, When
from server.measures.sense import Problem
from server.measures.topics import WEEKLY, is_confirmed, weekly_version
from server.measures.unwatched import unwatched
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render

PATH = "/staff/clinic/measures"


@dataclass(frozen=True)
class Line:
    """One measure that the clinic may use. `when` is '' while it is not asked; `unwatched` as for the preview."""

    instrument: Instrument
    own: bool
    when: str
    unwatched: Sequence[int] = ()


@dataclass(frozen=True)
class SettingsPage:
    """measures/staff/settings.html; `seen` is the setting that the form was filled from; `awaits`: something is asked
    every week, and no clinician of this clinic confirmed how.
    """

    lines: Sequence[Line]
    seen: int
    awaits: bool
    overtaken: bool = False
    problems: Sequence[Problem] = ()


@dataclass(frozen=True)
class PreviewPage:
    """measures/staff/preview.html; `awaits`: no clinician of this clinic confirmed it; `unwatched`: the questions that
    speak of danger and for which their own file raises no alert.
    """

    instrument: Instrument
    own: bool
    awaits: bool
    unwatched: Sequence[int] = ()


@dataclass(frozen=True)
class _Usable:
    """A measure in its newest version: the clinic's own, else ours, which has no id before it is used."""

    instrument: Instrument
    id: UUID | None
    digest: str = ""


async def settings_page(request: Request) -> Response:
    """`GET /staff/clinic/measures`: every measure there is, and when it is asked."""
    return await _show(request)


async def change_settings(request: Request) -> Response:
    """Keep what is asked, each in its newest version. What was asked before stays as it was asked."""
    house, viewer, fields = house_of(request), viewer_of(request), await form_of(request)
    clinic_id, now = clinic_id_of(viewer), house.clock()
    usable = {key: one for key, one in (await _usable(house, clinic_id)).items() if not one.instrument.shell}
    chosen = {key: When(fields[f"when_{key}"]) for key in usable if fields[f"when_{key}"] in set(When)}
    seen = int(fields["seen"]) if fields["seen"].isascii() and fields["seen"].isdigit() else 0

    async def work(db: AsyncSession) -> bool:
        rules = [
            Rule(key, await _version(db, clinic_id, usable[key], viewer.staff_id, house), when)
            for key, when in chosen.items()
        ]
        if not await store.keep_setting(db, clinic_id, rules, seen, viewer.staff_id, now):
            return False
        detail = {key: when.value for key, when in chosen.items()}
        note(db, entry_of(viewer, "measures.changed", "clinic", clinic_id, detail), now)
        return True

    if await house.db.unit(work):
        return RedirectResponse(f"{PATH}?notice=kept", 303)
    return await _show(request, overtaken=True, status=409)


async def _usable(house: House, clinic_id: UUID) -> Mapping[str, _Usable]:
    found = {key: _Usable(one, None) for key, one in shipped().items()}
    versions = await house.db.read(lambda db: store.versions_of(db, clinic_id))
    return found | {
        one.instrument.id: _Usable(one.instrument, one.id, one.digest) for one in versions.values() if one.own
    }


async def _version(db: AsyncSession, clinic_id: UUID, usable: _Usable, by: UUID | None, house: House) -> UUID:
    if usable.id:
        return usable.id
    data = dict(shipped_data()[usable.instrument.id])
    return await store.keep_version(db, clinic_id, data, by, house.clock(), own=False)


async def _show(
    request: Request, *, overtaken: bool = False, problems: Sequence[Problem] = (), status: int = 200
) -> Response:
    house, viewer = house_of(request), viewer_of(request)
    clinic_id = clinic_id_of(viewer)
    usable = await _usable(house, clinic_id)
    setting = await house.db.read(lambda db: store.setting_of(db, clinic_id))
    asked = {rule.key: rule.when.value for rule in setting.rules}
    lines = [
        Line(one.instrument, one.id is not None, asked.get(key, ""), _unwatched(one)) for key, one in usable.items()
    ]
    lines.sort(key=lambda line: (line.instrument.shell, not line.when, line.instrument.pack, line.instrument.name))
    awaits = When.EACH_WEEK in asked.values() and not await house.db.read(
        lambda db: confirmed(db, clinic_id, WEEKLY, weekly_version())
    )
    context = SettingsPage(lines, setting.number, awaits, overtaken, problems)
    return render(request, "measures/staff/settings.html", context, status=status)


async def preview(request: Request) -> Response:
    """`GET /staff/clinic/measures/{key}`: its words, source and permission. Raises NotFound."""
    house, clinic_id = house_of(request), clinic_id_of(viewer_of(request))
    found = (await _usable(house, clinic_id)).get(request.path_params["key"])
    if found is None:
        raise NotFound()
    instrument, digest = found.instrument, found.digest
    awaits = bool(instrument.awaits) and not await house.db.read(
        lambda db: is_confirmed(db, clinic_id, instrument, digest)
    )
    context = PreviewPage(instrument, found.id is not None, awaits, _unwatched(found))
    return render(request, "measures/staff/preview.html", context)


def _unwatched(one: _Usable) -> list[int]:
    return unwatched(one.instrument, shipped().values()) if one.id else []


async def add_own(request: Request) -> Response:
    """Keep a file of the clinic as a measure of its own, or say where it is wrong: 422."""
    house, viewer = house_of(request), viewer_of(request)
    text = await _file(request)
    found = read(text)
    if not isinstance(found, Instrument):
        return await _show(request, problems=found, status=422)
    clinic_id, now, data = clinic_id_of(viewer), house.clock(), data_of(text)

    async def work(db: AsyncSession) -> None:
        await store.keep_version(db, clinic_id, data, viewer.staff_id, now, own=True)
        detail: dict[str, Any] = {"measure": found.id, "version": found.version, "items": len(found.items)}
        note(db, entry_of(viewer, "measure.added", "clinic", clinic_id, detail), now)

    await house.db.unit(work)
    return RedirectResponse(f"{PATH}/{found.id}?notice=kept", 303)


async def _file(request: Request) -> bytes:
    async with request.form(max_files=1, max_fields=4) as sent:
        file = sent.get("file")
        return await file.read(MOST_BYTES + 1) if isinstance(file, UploadFile) else b""


routes: list[GuardedRoute] = [
    page(PATH, settings_page, Action.CLINIC, name="measure_settings"),
    page(PATH, change_settings, Action.CLINIC, ("POST",), name="change_measures"),
    page(f"{PATH}/own", add_own, Action.CLINIC, ("POST",), name="add_measure"),
    page(f"{PATH}/{{key}}", preview, Action.CLINIC, name="measure_preview"),
]
