"""Bookings written into their therapist's own calendar (CalDAV), and kept there as they are here.

What is to be done follows from what stands here and there, so it may be done twice, or late, or in another order. What
somebody changed or deleted there is no obstacle: the time is set anew, and whatever else they wrote stays.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server import outbox
from server.booking.calendars import store
from server.booking.calendars.rules import Entry, Standing, Step, step
from server.booking.calendars.written import alone, changed
from server.clinic import store as clinics
from server.clinic.calendars import store as calendars
from server.clinic.calendars.rules import Access, Known
from server.clinic.rules import Clinic
from server.house import House
from server.outbox import TRIES, Job
from server.outside import Answer, Bounds, NotReached
from server.templates import translations

TOPIC = "calendar.write"
BOUNDS = Bounds(seconds=10, most=256 * 1024)
GONE = frozenset({404, 410})
CHANGED = frozenset({409, 412, *GONE})


class NotWritten(Exception):
    """The other server did not take it."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the calendar answered {status}")
        self.status = status


@dataclass(frozen=True)
class Place:
    """Where one booking stands in one calendar."""

    house: House
    clinic: Clinic
    access: Access
    booking_id: UUID

    async def ask(self, method: str, body: bytes | None = None, **headers: str) -> Answer:
        address = f"{self.access.address.rstrip('/')}/{self.booking_id}.ics"
        told = {"content-type": "text/calendar; charset=utf-8"} if body else {}
        told |= {name.replace("_", "-"): value for name, value in headers.items()}
        user = self.access.login
        return await self.house.outside.ask(method, address, headers=told, body=body, user=user, bounds=BOUNDS)


async def follow(house: House, job: Job) -> None:
    """A booking was made, moved or cancelled: where a calendar is to know of it, write that it must hear."""
    booking_id = UUID(job.payload["booking"])
    if job.payload["to"] != "therapist" or not await house.db.read(lambda db: store.calendars_about(db, booking_id)):
        return
    await house.db.unit(lambda db: must_hear(db, [booking_id], house.clock()))
    house.outbox.nudge()


async def must_hear(db: AsyncSession, booking_ids: list[UUID], now: datetime) -> None:
    """Write that every calendar about these bookings is brought up to them."""
    for booking_id in booking_ids:
        outbox.add(db, TOPIC, {"booking": str(booking_id)}, now)


async def write(house: House, job: Job) -> None:
    """Bring every calendar up to a booking. One that is known to be away is left to its next reading, which asks again;
    so is one that did not take it eight times."""
    booking_id = UUID(job.payload["booking"])
    found = await house.db.read(lambda db: store.entry_of(db, booking_id))
    therapist_id, entry = found or (None, None)
    for standing in await house.db.read(lambda db: store.calendars_about(db, booking_id)):
        needed = step(standing, therapist_id, entry.sequence if entry else 0)
        if needed is Step.NOTHING or standing.failed_since:
            continue
        try:
            await _bring_up(house, booking_id, standing, entry if needed is Step.WRITE else None)
        except (NotReached, NotWritten):
            if job.tries < TRIES:
                raise


async def _bring_up(house: House, booking_id: UUID, standing: Standing, entry: Entry | None) -> None:
    place = await _place(house, booking_id, standing)
    if place is None:
        return
    etag = await _put(place, entry, standing.etag) if entry else await _take_out(place)

    async def work(db: AsyncSession) -> bool:
        if entry:
            return await store.keep_written(db, booking_id, standing.calendar_id, entry.sequence, etag, house.clock())
        await store.drop_written(db, standing.calendar_id, booking_id)
        return True

    if not await house.db.unit(work):  # it was taken back, with the file it came in by, while it was written there
        await _take_out(place)


async def _place(house: House, booking_id: UUID, standing: Standing) -> Place | None:
    async def work(db: AsyncSession) -> tuple[Known, Clinic] | None:
        known = await calendars.calendar_of(db, standing.therapist_id, standing.calendar_id)
        clinic = await clinics.clinic_of(db, known.clinic_id) if known else None
        return (known, clinic) if known and clinic else None

    found = await house.db.read(work)
    if found is None:
        return None
    known, clinic = found
    access = calendars.opened(await house.keys.clinic(clinic.id), known)
    return Place(house, clinic, access, booking_id)


async def _put(place: Place, entry: Entry, etag: str | None) -> str:
    """Write it, new or over what we wrote last; where somebody changed that, over theirs. Returns the new etag."""
    url = f"{place.house.settings.base_url}/staff"
    fresh = alone(entry, url, translations(place.clinic.language).gettext)
    if etag is None:
        answer = await place.ask("PUT", fresh, if_none_match="*")
    else:
        answer = await place.ask("PUT", fresh, **({"if_match": etag} if etag else {}))
    if answer.status in CHANGED:
        there = await place.ask("GET")
        if there.status in GONE:
            answer = await place.ask("PUT", fresh, if_none_match="*")
        elif there.is_good:
            tag = there.headers.get("etag", "")
            theirs = changed(there.body, entry) or fresh
            answer = await place.ask("PUT", theirs, **({"if_match": tag} if tag else {}))
    if not answer.is_good:
        raise NotWritten(answer.status)
    return answer.headers.get("etag", "")


async def _take_out(place: Place) -> str:
    answer = await place.ask("DELETE")
    if not answer.is_good and answer.status not in GONE:
        raise NotWritten(answer.status)
    return ""


CHANGES = ("asked", "booked", "moved", "cancelled", "declined", "released")
JOBS = {f"booking.{change}": follow for change in CHANGES} | {TOPIC: write}
