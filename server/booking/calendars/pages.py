"""My calendars: what a therapist keeps elsewhere is closed here. Their own alone, whoever else works at the clinic."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action, Subject, may
from server.audit.store import note
from server.booking.calendars import feed_pages, forms
from server.booking.calendars import store as feeds
from server.booking.calendars.adding import add
from server.booking.calendars.feed_pages import address_of
from server.booking.calendars.forms import Wanted
from server.booking.calendars.rules import Feed
from server.booking.calendars.writing import must_hear
from server.clinic import store as clinics
from server.clinic.calendars import store
from server.clinic.calendars.rules import MOST_CALENDARS, Kind, Known, Trouble
from server.clinic.freed import time_freed
from server.clinic.requests import Typed, clinic_id_of, entry_of, form_of
from server.errors import NotFound
from server.house import house_of
from server.routing import page, viewer_of
from server.templates import render

HOME = "/staff/calendars"


@dataclass(frozen=True)
class CalendarsPage:
    """booking/staff_calendars.html; `bookable`: whether the viewer has times that others could take. `refused`: why
    what was typed could not be read."""

    bookable: bool
    calendars: Sequence[Known]
    now: datetime
    form: Mapping[str, str]
    reasons: Mapping[str, str]
    refused: Trouble | None = None
    feed: Feed | None = None
    address: str = field(default="", repr=False)
    most: int = MOST_CALENDARS


async def calendars_page(request: Request) -> Response:
    """`GET /staff/calendars`: each calendar and when it was read, and a form for one more."""
    return await _shown(request, Typed(whole_days="yes"), {})


async def add_calendar(request: Request) -> Response:
    """Keep what is behind an address once it could be read; where it could not, say why and keep nothing."""
    house, viewer = house_of(request), viewer_of(request)
    fields = await form_of(request)
    wanted = forms.parse(fields, house.outside.may_be_asked)
    if not isinstance(wanted, Wanted):
        return await _shown(request, fields, wanted)
    added = await add(house, clinic_id_of(viewer), _own_id(request), wanted)
    if isinstance(added, Trouble):
        return await _shown(request, fields, {}, added)

    async def work(db: AsyncSession) -> None:
        for one in added:
            await _note(db, request, "calendar.added", one.id)

    await house.db.unit(work)
    return RedirectResponse(f"{HOME}?notice={'added' if len(added) == 1 else 'found'}", 303)


async def read_calendar(request: Request) -> Response:
    """Read it now. Raises NotFound, also for a colleague's."""
    house = house_of(request)
    known = await _known(request)
    await house.db.unit(lambda db: store.read_soon(db, known.id, house.clock()))
    await house.calendars.read_now(known.therapist_id, known.id)
    return RedirectResponse(f"{HOME}?notice=read#calendar-{known.id}", 303)


async def pause_calendar(request: Request) -> Response:
    """Do not count its times for a while. Raises NotFound."""
    return await _paused(request, "calendar.paused", house_of(request).clock())


async def resume_calendar(request: Request) -> Response:
    """Count them again, from the next reading on at the latest. Raises NotFound."""
    return await _paused(request, "calendar.resumed", None)


async def write_calendar(request: Request) -> Response:
    """Write the viewer's bookings into it from now on, or leave it alone. Raises NotFound."""
    house, known, fields = house_of(request), await _known(request), await form_of(request)
    writes = fields["writes"] == "yes" and known.kind is Kind.CALDAV

    async def work(db: AsyncSession) -> None:
        await store.set_writes(db, known.id, writes)
        if writes:
            now = house.clock()
            await must_hear(db, await feeds.behind(db, known.id, known.therapist_id, now), now)
        await _note(db, request, "calendar.written_to" if writes else "calendar.left_alone", known.id)

    await house.db.unit(work)
    house.outbox.nudge()
    return RedirectResponse(f"{HOME}#calendar-{known.id}", 303)


async def remove_calendar(request: Request) -> Response:
    """Forget it, its address and its times; what was written there stays there. Raises NotFound."""
    known = await _known(request)

    async def work(db: AsyncSession) -> None:
        await feeds.drop_written(db, known.id)
        await store.remove(db, known.id)
        await _note(db, request, "calendar.removed", known.id)
        time_freed(db, known.clinic_id, house_of(request).clock())

    await house_of(request).db.unit(work)
    return RedirectResponse(f"{HOME}?notice=removed", 303)


async def _paused(request: Request, action: str, since: datetime | None) -> Response:
    house, known = house_of(request), await _known(request)

    async def work(db: AsyncSession) -> None:
        await store.pause(db, known.id, since)
        if since is None:
            await store.read_soon(db, known.id, house.clock())
        await _note(db, request, action, known.id)
        time_freed(db, known.clinic_id, house.clock())

    await house.db.unit(work)
    return RedirectResponse(f"{HOME}#calendar-{known.id}", 303)


async def _known(request: Request) -> Known:
    """The calendar of this address. Raises NotFound unless it is the viewer's own."""
    house, viewer = house_of(request), viewer_of(request)
    calendar_id = request.path_params["calendar"]
    found = await house.db.read(lambda db: store.calendar_of(db, _own_id(request), calendar_id))
    subject = Subject(found.clinic_id, found.therapist_id) if found else Subject()
    if found is None or not may(viewer, Action.CALENDARS, subject):
        raise NotFound()
    return found


def _own_id(request: Request) -> UUID:
    """The gate saw to it that somebody is signed in."""
    staff_id = viewer_of(request).staff_id
    assert staff_id
    return staff_id


async def _note(db: AsyncSession, request: Request, action: str, calendar_id: UUID) -> None:
    note(db, entry_of(viewer_of(request), action, "calendar", calendar_id, {}), house_of(request).clock())


async def _shown(
    request: Request, fields: Mapping[str, str], reasons: Mapping[str, str], refused: Trouble | None = None
) -> Response:
    house, viewer = house_of(request), viewer_of(request)

    async def work(db: AsyncSession) -> tuple[bool, list[Known], Feed | None]:
        cards = await clinics.therapists(db, clinic_id_of(viewer), hidden=True)
        own = _own_id(request)
        bookable = any(card.staff_id == own for card in cards)
        return bookable, await store.calendars_of(db, own), await feeds.feed_of(db, own)

    bookable, known, feed = await house.db.read(work)
    address = address_of(house, feed) if feed else ""
    context = CalendarsPage(bookable, known, house.clock(), fields, reasons, refused, feed, address)
    return render(request, "booking/staff_calendars.html", context, status=422 if reasons or refused else 200)


routes = [
    *feed_pages.routes,
    page(HOME, calendars_page, Action.CALENDARS),
    page(HOME, add_calendar, Action.CALENDARS, methods=("POST",)),
    page(HOME + "/{calendar:uuid}/read", read_calendar, Action.CALENDARS, methods=("POST",)),
    page(HOME + "/{calendar:uuid}/pause", pause_calendar, Action.CALENDARS, methods=("POST",)),
    page(HOME + "/{calendar:uuid}/resume", resume_calendar, Action.CALENDARS, methods=("POST",)),
    page(HOME + "/{calendar:uuid}/write", write_calendar, Action.CALENDARS, methods=("POST",)),
    page(HOME + "/{calendar:uuid}/remove", remove_calendar, Action.CALENDARS, methods=("POST",)),
]
