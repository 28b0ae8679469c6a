"""Books the meeting after a session by itself: the first free time in its window with who treats the patient.

By the ordinary rules of booking, so that nobody is claimed twice and both sides get the ordinary mails; the patient
moves or cancels it by the ordinary link. Where nothing can be booked, the reason stands on the course and the board.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.audit.rules import Entry as Trace
from server.audit.store import note
from server.booking import desk
from server.booking import store as bookings
from server.booking.cards import bookings_of
from server.booking.catalogue import for_staff
from server.booking.led import unbound
from server.booking.meeting import Meeting, meeting_of
from server.booking.public import Pick
from server.booking.rules import BookingCard, Wish, offers
from server.booking.store import By
from server.booking.where.store import held_by
from server.clinic.licences.rules import Place
from server.clinic.practice import Practice, practice_of
from server.clinic.rules import Means
from server.house import House
from server.outbox import Job
from server.patients import store as patients
from server.patients.rules import Person
from server.programmes import store
from server.programmes.after import store as after
from server.programmes.after.rules import Why, Window, whom, window
from server.programmes.store import Row

CLOCK = By("clock")
MOST_TRIES = 12
"""So many free times are tried where others take them at the same moment."""


@dataclass(frozen=True)
class _Asked:
    """A meeting to be booked: of which course, for which step and session, and when."""

    row: Row
    about: tuple[str, int]
    window: Window
    person: Person = field(repr=False)


async def book_meeting(house: House, job: Job) -> None:
    """Book it, or write why not; again is the same."""
    told = job.payload
    about, clinic_id, course_id = (told["step"], told["session"]), UUID(told["clinic"]), UUID(told["course"])

    async def load(db: AsyncSession) -> tuple[Row, store.Pinned, Practice] | None:
        row = await store.course_of(db, clinic_id, course_id)
        practice = await practice_of(db, clinic_id)
        if row is None or practice is None or await after.settled(db, course_id, *about):
            return None
        return row, (await store.versions(db, [row.version_id]))[row.version_id], practice

    found = await house.db.read(load)
    if found is None:
        return
    row, pinned, practice = found
    person = (await patients.people(house.db, house.keys, clinic_id, [row.patient_id])).get(row.patient_id)
    if person is None:
        return
    step, over = pinned.definition.by_id[about[0]], datetime.fromisoformat(told["over"])
    if pinned.definition.faults:
        await _say(house, _Asked(row, about, Window(over, over), person), Why.UNREAD)
        return
    asked = _Asked(row, about, window(step, over), person)
    why = await _book(house, practice, pinned.definition.id, asked)
    if why:
        await _say(house, asked, why)


async def _book(house: House, practice: Practice, key: str, asked: _Asked) -> Why | None:
    """None when it is booked, here or by another node, or somebody is to book it since the clinic names no service."""
    now = house.clock()
    if asked.row.ended_at:
        return Why.ENDED
    if now >= asked.window.closes:
        return Why.TOO_LATE
    pick = await _pick(house, practice, key, asked)
    if not isinstance(pick, Pick):
        return pick
    for start in await _free(house, pick, asked.window, now):
        made = await desk.book(house, _order(house, pick, asked, start), CLOCK)
        if isinstance(made, desk.Made) or await house.db.read(lambda db: after.settled(db, asked.row.id, *asked.about)):
            return None
    return Why.NO_TIME


async def _pick(house: House, practice: Practice, key: str, asked: _Asked) -> Pick | Why | None:
    """The service that the clinic names, with who treats the patient, who may where they were last time; as staff book,
    without notice. None where it names none.
    """
    row = asked.row

    async def load(db: AsyncSession) -> tuple[UUID | None, list[BookingCard], set[UUID]]:
        cards = await bookings_of(db, row.clinic_id, row.patient_id, None)
        mine = await after.belong_to_courses(db, [card.id for card in cards])
        return (await after.terms(db, row.clinic_id, key)).service_id, cards, mine

    service_id, cards, of_course = await house.db.read(load)
    if service_id is None:
        return None
    known = for_staff(replace(practice, clinic=unbound(practice.clinic)))
    service = next((one for one in known.can_be_booked() if one.id == service_id), None)
    if service is None:
        return Why.NO_SERVICE
    gives = {card.staff_id: card for card in known.who(service)}
    chosen = whom([*_treating(cards, of_course), row.by_id], gives)
    if chosen is None:
        return Why.NOBODY
    held = await house.db.read(lambda db: held_by(db, known.clinic, [chosen])) if known.clinic.asks_where else {}
    where = (await meeting_of(house, cards[-1])).where if held and cards else None
    able = [one for one in service.means if one is not Means.PHONE or asked.person.phone]
    means = next(iter(able), service.means[0])
    return Pick(known, service, gives[chosen], means=means, held=held, where=where or None)


def _treating(cards: Sequence[BookingCard], of_course: set[UUID]) -> list[UUID]:
    """Who meets them, the newest first: beside the course, then in it."""
    held = [card for card in reversed(cards) if card.cancelled_at is None]
    return [card.therapist_id for card in sorted(held, key=lambda card: card.id in of_course)]


async def _free(house: House, pick: Pick, span: Window, now: datetime) -> list[datetime]:
    async def look(db: AsyncSession) -> list[datetime]:
        calendar = await bookings.calendar(
            db, pick.clinic, pick.service, pick.hours, span.closes + pick.service.length, now, ends=pick.ends
        )
        found = offers(calendar, now, span.opens, span.closes)
        return [offer.start for offer in found if offer.therapists][:MOST_TRIES]

    return await house.db.read(look)


def _order(house: House, pick: Pick, asked: _Asked, start: datetime) -> desk.Order:
    """What is booked stands with its course, step and session in the same unit, so that it is booked once."""
    assert pick.therapist, "somebody was chosen"
    step, session = asked.about
    order = desk.Order(
        clinic=pick.clinic,
        service=pick.service,
        hours=pick.hours,
        wish=Wish(start, pick.therapist.staff_id),
        person=asked.person,
        known_patient=True,
        means=pick.means,
        meeting=Meeting(asked.person.phone if pick.means is Means.PHONE else "", pick.where or Place()),
        once=f"{asked.row.id} {step} {session}",
        agreed=False,
        asks=False,
        ends=pick.ends,
    )
    booking_id, now = desk.ids_of(house, order).booking, house.clock()

    async def belongs(db: AsyncSession) -> bool:
        if not await after.settle(db, asked.row, asked.about, booking_id, now):
            return False
        note(db, _trace(asked, "course.meeting_booked"), now)
        return True

    return replace(order, also=belongs)


async def _say(house: House, asked: _Asked, why: Why) -> None:
    now = house.clock()

    async def work(db: AsyncSession) -> None:
        if await after.settle(db, asked.row, asked.about, why, now):
            note(db, _trace(asked, "course.meeting_open", why=why.value), now)

    await house.db.unit(work)
    await house.live.changed(f"day:{asked.row.clinic_id}")


def _trace(asked: _Asked, action: str, **more: object) -> Trace:
    step, session = asked.about
    said = {"course": asked.row.id.hex, "step": step, "session": session, **more}
    return Trace(asked.row.clinic_id, action, "patient", asked.row.patient_id, "clock", None, said)
