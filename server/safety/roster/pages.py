"""The page of the roster: who is on call now, every week and on single dates."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.accounts.team.store import team
from server.audit.store import note
from server.clinic.opening.rules import Door, door
from server.clinic.opening.store import opening_of
from server.clinic.requests import Typed, clinic_id_of, entry_of, form_of
from server.clinic.rules import SOME_WEEK, Clinic
from server.clinic.sheet import Reason
from server.clinic.store import clinic_of
from server.errors import NotFound
from server.house import House, house_of
from server.routing import GuardedRoute, page, viewer_of
from server.safety.alerts.store import look_again
from server.safety.roster import store
from server.safety.roster.forms import Dated, Weekly, parse_date, parse_week
from server.safety.roster.rules import call_until, next_call, on_call
from server.templates import render

PATH = "/staff/roster"


@dataclass(frozen=True)
class RosterPage:
    """safety/roster.html. `on_now`: ids of who is on call, until `until`; else the next shift begins at `next`."""

    names: Mapping[UUID, str] = field(repr=False)
    rows: Sequence[store.Kept]
    on_now: Sequence[UUID]
    until: datetime | None
    next: datetime | None
    door: Door
    form: Mapping[str, str]
    reasons: Mapping[str, Reason]
    days: Sequence[date] = SOME_WEEK


@dataclass(frozen=True)
class _Found:
    clinic: Clinic
    names: Mapping[UUID, str] = field(repr=False)

    def today(self, now: datetime) -> date:
        return now.astimezone(self.clinic.zone).date()


async def roster_page(request: Request) -> Response:
    """`GET /staff/roster`."""
    return await _show(request, Typed(), {})


async def add_week(request: Request) -> Response:
    """Put somebody on call on days of every week."""
    fields, found = await form_of(request), await _found(request)
    parsed = parse_week(fields, found.names)
    if not isinstance(parsed, Weekly):
        return await _show(request, fields, parsed)

    async def work(db: AsyncSession) -> None:
        await store.add_week(db, found.clinic.id, parsed.weekdays, parsed.shift)
        detail = {"weekdays": list(parsed.weekdays), "staff": str(parsed.shift.staff_id)}
        await _changed(db, request, "roster.added", detail)

    return await _kept(house_of(request), work)


async def add_date(request: Request) -> Response:
    """Put somebody on call on one date, or nobody."""
    fields, found = await form_of(request), await _found(request)
    parsed = parse_date(fields, found.names, found.today(house_of(request).clock()))
    if not isinstance(parsed, Dated):
        return await _show(request, fields, parsed)

    async def work(db: AsyncSession) -> None:
        await store.add_date(db, found.clinic.id, parsed.day, parsed.shift)
        who = str(parsed.shift.staff_id) if parsed.shift else ""
        await _changed(db, request, "roster.added", {"day": parsed.day.isoformat(), "staff": who})

    return await _kept(house_of(request), work)


async def drop(request: Request) -> Response:
    """Take a shift out. Raises NotFound, also for that of another clinic."""
    clinic_id, shift_id = clinic_id_of(viewer_of(request)), request.path_params["shift"]

    async def work(db: AsyncSession) -> None:
        if not await store.drop(db, clinic_id, [shift_id]):
            raise NotFound()
        await _changed(db, request, "roster.dropped", {"shift": str(shift_id)})

    return await _kept(house_of(request), work)


async def _changed(db: AsyncSession, request: Request, action: str, detail: Mapping[str, object]) -> None:
    """The trace; and whoever waits for somebody on call is looked at again."""
    viewer, now = viewer_of(request), house_of(request).clock()
    note(db, entry_of(viewer, action, "clinic", clinic_id_of(viewer), detail), now)
    await look_again(db, clinic_id_of(viewer), now)


async def _kept(house: House, work: Callable[[AsyncSession], Awaitable[None]]) -> Response:
    await house.db.unit(work)
    return RedirectResponse(f"{PATH}?notice=kept", 303)


async def _found(request: Request) -> _Found:
    clinic_id = clinic_id_of(viewer_of(request))

    async def work(db: AsyncSession) -> _Found:
        clinic = await clinic_of(db, clinic_id)
        assert clinic, "somebody works there"
        people = await team(db, clinic_id)
        return _Found(clinic, {one.id: one.name for one in people if one.joined and not one.disabled})

    return await house_of(request).db.read(work)


async def _show(request: Request, fields: Mapping[str, str], reasons: Mapping[str, Reason]) -> Response:
    house, found = house_of(request), await _found(request)
    now = house.clock()

    async def work(db: AsyncSession) -> RosterPage:
        roster = await store.roster_of(db, found.clinic)
        return RosterPage(
            names=found.names,
            rows=await store.kept(db, found.clinic.id, found.today(now)),
            on_now=on_call(roster, now),
            until=call_until(roster, now),
            next=next_call(roster, now),
            door=door(await opening_of(db, found.clinic, now), now),
            form=fields,
            reasons=reasons,
        )

    context = await house.db.read(work)
    return render(request, "safety/roster.html", context, zone=found.clinic.zone, status=422 if reasons else 200)


routes: list[GuardedRoute] = [
    page(PATH, roster_page, Action.ROSTER),
    page(PATH, add_week, Action.ROSTER, ("POST",)),
    page(f"{PATH}/dates", add_date, Action.ROSTER, ("POST",)),
    page(f"{PATH}/{{shift:uuid}}/drop", drop, Action.ROSTER, ("POST",)),
]
