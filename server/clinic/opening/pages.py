"""The hours an admin sets for the clinic's door; the door itself is in booking (`front.py`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.audit.store import note
from server.clinic import hours_forms
from server.clinic.opening import store
from server.clinic.requests import Typed, clinic_id_of, entry_of, form_of
from server.clinic.rules import SOME_WEEK
from server.clinic.sheet import Reason
from server.house import house_of
from server.routing import GuardedRoute, page, viewer_of
from server.templates import render


@dataclass(frozen=True)
class OpeningPage:
    """clinic/opening.html"""

    form: Mapping[str, str]
    reasons: Mapping[str, Reason]
    days: Sequence[date] = SOME_WEEK


async def opening_page(request: Request) -> Response:
    """The week of the door."""
    house, clinic_id = house_of(request), clinic_id_of(viewer_of(request))
    week = await house.db.read(lambda db: store.opening_hours(db, clinic_id))
    return render(request, "clinic/opening.html", OpeningPage(Typed(hours_forms.week_fields(week)), {}))


async def change_opening(request: Request) -> Response:
    """Keep the week; booked visits open their rooms all the same."""
    house, viewer = house_of(request), viewer_of(request)
    fields = await form_of(request)
    week = hours_forms.parse_week(fields)
    if not isinstance(week, tuple):
        return render(request, "clinic/opening.html", OpeningPage(fields, week), status=422)
    clinic_id = clinic_id_of(viewer)

    async def work(db: AsyncSession) -> None:
        await store.set_opening_hours(db, clinic_id, week)
        note(db, entry_of(viewer, "opening.changed", "clinic", clinic_id, {"spans": len(week)}), house.clock())

    await house.db.unit(work)
    return RedirectResponse("/staff/clinic?notice=kept", 303)


routes: list[GuardedRoute] = [
    page("/staff/clinic/opening", opening_page, Action.CLINIC),
    page("/staff/clinic/opening", change_opening, Action.CLINIC, ("POST",)),
]
