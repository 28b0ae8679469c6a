"""The presets of a clinic: those that come with the program with what their patterns come to, and its own.

Who gives programmes reads them, as they choose and confirm them; who leads the clinic writes its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action, admits
from server.audit.store import note
from server.clinic.requests import clinic_id_of, entry_of, form_of
from server.house import house_of
from server.programmes.mending import Problem
from server.programmes.presets import store
from server.programmes.presets.forms import LONGEST, read_text
from server.programmes.presets.rules import Preset, WorkedOut, worked_out
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render

PATH = "/staff/programmes/presets"


@dataclass(frozen=True)
class PresetsPage:
    """programmes/presets.html. `own`: ids of the clinic's; `unsure`: keys of those that nobody confirmed; `writes`:
    the viewer adds and ends the clinic's own; `text`: as it was typed; `problems`: what would mend it.
    """

    presets: Sequence[tuple[Preset, WorkedOut]]
    own: frozenset[str]
    unsure: frozenset[str]
    writes: bool
    text: str = ""
    problems: Sequence[Problem] = ()


async def presets_page(request: Request) -> Response:
    """`GET /staff/programmes/presets`."""
    return await _show(request)


async def _show(request: Request, text: str = "", problems: Sequence[Problem] = (), status: int = 200) -> Response:
    house, viewer = house_of(request), viewer_of(request)
    clinic_id = clinic_id_of(viewer)
    found = await house.db.read(lambda db: store.presets_of(db, clinic_id))
    worked = [(one, worked_out(one)) for one in found.offered]
    writes = admits(viewer, Action.CLINIC)
    unsure = found.unsure & {one.key for one in found.offered}
    context = PresetsPage(worked, found.own, unsure, writes, text, problems)
    return render(request, "programmes/presets.html", context, status=status)


async def write_preset(request: Request) -> Response:
    """Keep one of the clinic's own, or end it (`end`: its id). 422 with every place that does not fit."""
    house, viewer, fields = house_of(request), viewer_of(request), await form_of(request)
    clinic_id, now, ends = clinic_id_of(viewer), house.clock(), fields["end"]
    text = fields["text"].strip()[:LONGEST]
    preset = None if ends else read_text(text)
    if isinstance(preset, list):
        return await _show(request, text, preset, 422)

    async def work(db: AsyncSession) -> list[Problem]:
        if preset is None:
            changed = await store.end(db, clinic_id, ends, viewer.staff_id, now)
            told = {"preset": ends, "ended": True}
        else:
            before = await store.presets_of(db, clinic_id)
            if found := await store.keep(db, clinic_id, preset, text, viewer.staff_id, now):
                return found
            changed, told = preset not in before.offered, {"preset": preset.id, "version": preset.version}
        if changed:
            note(db, entry_of(viewer, "programmes.preset", "clinic", clinic_id, told), now)
        return []

    if found := await house.db.unit(work):
        return await _show(request, text, found, 422)
    return RedirectResponse(f"{PATH}?notice=kept", 303)


routes: list[GuardedRoute] = [
    page(PATH, presets_page, Action.PROGRAMMES, name="presets"),
    page(PATH, write_preset, Action.CLINIC, ("POST",), name="write_preset"),
]
