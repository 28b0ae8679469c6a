"""What a clinic asks at the start of a visit, what it allows without a licence, and its plan for a broken line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.audit.store import note
from server.clinic import store as clinics
from server.clinic.requests import clinic_id_of, entry_of, form_of
from server.clinic.rules import Clinic
from server.clinic.sheet import Reason
from server.clinic.tongues import Tongue, others, tongues
from server.errors import NotFound
from server.house import house_of
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render
from server.visit.checklist import store
from server.visit.checklist.catalogue import catalogue
from server.visit.checklist.forms import setting_fields, setting_of
from server.visit.checklist.rules import Line, Setting, usual_setting
from server.visit.checklist.topics import is_confirmed


@dataclass(frozen=True)
class SettingPage:
    """clinic/checklist.html; `seen` is the number of the setting that the form was filled from."""

    lines: Sequence[Line]
    form: Mapping[str, str]
    problems: Mapping[str, str]
    seen: int
    overtaken: bool
    confirmed: bool
    version: str
    tongues: Sequence[Tongue]
    reasons: Mapping[str, Reason]


async def setting_page(request: Request) -> Response:
    """What holds now."""
    house, viewer = house_of(request), viewer_of(request)
    kept = await house.db.read(lambda db: store.setting_of(db, clinic_id_of(viewer)))
    setting = kept or usual_setting(catalogue())
    return await _show(request, setting_fields(catalogue(), setting), {}, setting.number)


async def change_setting(request: Request) -> Response:
    """Keep it as a new row; what was asked in earlier visits stays as it was."""
    house, viewer = house_of(request), viewer_of(request)
    fields = await form_of(request)
    clinic, kept = await house.db.read(lambda db: _kept(db, clinic_id_of(viewer)))
    setting, problems = setting_of(catalogue(), fields, others(clinic), kept.said if kept else None)
    seen = int(fields["seen"]) if fields["seen"].isascii() and fields["seen"].isdigit() else 0
    if problems:
        return await _show(request, fields, {name: reason.value for name, reason in problems.items()}, seen, status=422)
    setting = replace(setting, number=seen)

    async def work(db: AsyncSession) -> bool:
        clinic_id, now = clinic_id_of(viewer), house.clock()
        if not await store.keep_setting(db, clinic_id, setting, viewer.staff_id, now):
            return False
        detail = {"lines": sorted(setting.on), "allowed": sorted(setting.allowed)}
        note(db, entry_of(viewer, "checklist.changed", "clinic", clinic_id, detail), now)
        return True

    if await house.db.unit(work):
        return RedirectResponse("/staff/clinic/visits/start?notice=kept", 303)
    newest = await house.db.read(lambda db: store.setting_of(db, clinic_id_of(viewer)))
    return await _show(request, fields, {}, newest.number if newest else 0, overtaken=True, status=409)


async def _kept(db: AsyncSession, clinic_id: UUID) -> tuple[Clinic, Setting | None]:
    """The clinic, and what it chose last. Raises NotFound."""
    clinic = await clinics.clinic_of(db, clinic_id)
    if clinic is None:
        raise NotFound()
    return clinic, await store.setting_of(db, clinic_id)


async def _show(
    request: Request,
    form: Mapping[str, str],
    problems: Mapping[str, str],
    seen: int,
    *,
    overtaken: bool = False,
    status: int = 200,
) -> Response:
    house, clinic_id, shipped = house_of(request), clinic_id_of(viewer_of(request)), catalogue()

    async def work(db: AsyncSession) -> bool:
        return await is_confirmed(db, clinic_id, await store.setting_of(db, clinic_id) or usual_setting(shipped))

    confirmed, (clinic, _) = await house.db.read(work), await house.db.read(lambda db: _kept(db, clinic_id))
    context = SettingPage(
        shipped.lines, form, problems, seen, overtaken, confirmed, shipped.version, tongues(clinic),
        dict.fromkeys(problems, Reason.TOO_LONG),
    )  # fmt: skip
    return render(request, "clinic/checklist.html", context, status=status)


routes: list[GuardedRoute] = [
    page("/staff/clinic/visits/start", setting_page, Action.CLINIC, name="checklist_setting"),
    page("/staff/clinic/visits/start", change_setting, Action.CLINIC, ("POST",)),
]
