"""Queries of visits: values in, values out. A unit here is a few rows; keys and rendering stay outside."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import Uuid, column, or_, select, table, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from server import outbox
from server.accounts.push.store import forget_visit
from server.booking.paying.settling import SECOND_THOUGHTS
from server.booking.rules import BookingCard
from server.visit.ladder.rules import turn_of
from server.visit.ladder.store import Visiting, follow
from server.visit.recall.store import came
from server.visit.rules import (
    LOGIN_GRACE,
    SEEN_EVERY,
    Event,
    Outcome,
    Part,
    State,
    VisitFacts,
    arrived_after,
    is_away,
    start_after,
)
from server.visit.tables import Visit, VisitEvent, VisitPeer

# Bookings belong to their own feature: joined by name, as foreign keys are.
_booking = table("bookings", column("id", Uuid()), column("patient_id", Uuid()))

LONGEST_SESSION = timedelta(hours=4)

STAMPS: Mapping[Event, str] = {
    Event.ADMIT: "admitted_at",
    Event.HOLD: "held_at",
    Event.END: "ended_at",
    Event.DECLINE: "declined_at",
    Event.LEAVE: "left_at",
}
KINDS: Mapping[Event, str] = {
    Event.ARRIVE: "arrived",
    Event.ADMIT: "admitted",
    Event.HOLD: "held",
    Event.SEND_BACK: "sent_back",
    Event.LEAVE: "left",
    Event.COME_BACK: "came_back",
    Event.HAND_OVER: "handed_over",
    Event.DECLINE: "declined",
    Event.END: "ended",
    Event.NOTE_OUTCOME: "outcome",
    Event.MISS: "missed",
    Event.UNMISS: "not_missed",
    Event.REOPEN: "reopened",
    Event.CANCEL: "cancelled",
}

CAME = {False: KINDS[Event.MISS], True: KINDS[Event.UNMISS]}
"""What an outcome says of who came, as its own row: reports count it as it stood on their day."""
BACK = frozenset({Event.ARRIVE, Event.COME_BACK, Event.ADMIT})
"""After these nobody is called back any more; who is let in while away is still called."""
SETTLE = "visit.settle"
SETTLED_BY = frozenset({Event.END, Event.DECLINE, Event.NOTE_OUTCOME, Event.MISS})
"""After these it is known what somebody owes who booked for a price."""
OVER = frozenset({Event.END, Event.DECLINE, Event.CANCEL})
"""What somebody agreed to for their wait ends with these."""


@dataclass(frozen=True)
class Held:
    """A meeting as its patient takes it along; `arrival`: what they said at the door, sealed."""

    id: UUID
    booking_id: UUID
    arrived_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    outcome: str | None
    arrival: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True)
class By:
    """Who did it: 'patient' or 'staff', and their id."""

    kind: str
    id: UUID | None


def facts_of(row: Visit) -> VisitFacts:
    return VisitFacts(
        id=row.id,
        clinic_id=row.clinic_id,
        booking_id=row.booking_id,
        therapist_id=row.therapist_id,
        state=State(row.state),
        version=row.version,
        arrived_at=row.arrived_at,
        arrived_for=row.arrived_for,
        admitted_at=row.admitted_at,
        started_at=row.started_at,
        held_at=row.held_at,
        left_at=row.left_at,
        ended_at=row.ended_at,
        declined_at=row.declined_at,
        patient_seen_at=row.patient_seen_at,
        staff_seen_at=row.staff_seen_at,
        therapist_seen_at=row.therapist_seen_at,
        device=dict(row.device),
        outcome=Outcome(row.outcome) if row.outcome else None,
        has_arrival=row.arrival_sealed is not None,
    )


async def visit_of(db: AsyncSession, booking_id: UUID) -> VisitFacts | None:
    """The visit of a booking, once somebody did something with it."""
    row = await db.scalar(select(Visit).where(Visit.booking_id == booking_id))
    return facts_of(row) if row else None


async def visit_by_id(db: AsyncSession, visit_id: UUID) -> VisitFacts | None:
    row = await db.get(Visit, visit_id)
    return facts_of(row) if row else None


async def visits_of(db: AsyncSession, booking_ids: Collection[UUID]) -> dict[UUID, VisitFacts]:
    """Booking -> visit, for those that have one."""
    if not booking_ids:
        return {}
    rows = await db.scalars(select(Visit).where(Visit.booking_id.in_(booking_ids)))
    return {row.booking_id: facts_of(row) for row in rows}


async def open_bookings(db: AsyncSession, clinic_id: UUID, since: datetime) -> list[UUID]:
    """Bookings whose visit is open now, whatever day they were made for; `since` cuts what was forgotten."""
    open_states = (State.WAITING, State.IN_SESSION, State.ON_HOLD)
    asked = select(Visit.booking_id).where(
        Visit.clinic_id == clinic_id, Visit.state.in_(open_states), Visit.arrived_at >= since
    )
    return list(await db.scalars(asked))


async def live_visit_of(db: AsyncSession, staff_id: UUID, now: datetime, until: datetime) -> UUID | None:
    """The visit that keeps an idle login of its therapist open: begun, or ended a quarter of an hour ago at most.

    Its patient came before `until`, the end of the login's own time.
    """
    begun = (State.IN_SESSION, State.ON_HOLD, State.WAITING)  # waiting again: sent back, or opened once more
    running = Visit.state.in_(begun) & (Visit.admitted_at >= now - LONGEST_SESSION)
    just_ended = Visit.ended_at >= now - LOGIN_GRACE
    asked = select(Visit.id).where(Visit.therapist_id == staff_id, Visit.arrived_at < until, or_(running, just_ended))
    return await db.scalar(asked.order_by(Visit.admitted_at.desc()).limit(1))


async def waiting_for(db: AsyncSession, staff_id: UUID, since: datetime) -> list[VisitFacts]:
    """Visits whose patient waits for this therapist; `since` cuts what was forgotten."""
    mine = (Visit.therapist_id == staff_id, Visit.state == State.WAITING, Visit.arrived_at >= since)
    return [facts_of(row) for row in await db.scalars(select(Visit).where(*mine))]


async def ensure(db: AsyncSession, card: BookingCard) -> VisitFacts:
    """The visit of a booking, made when there is none; the row is locked for this unit."""
    asked = select(Visit).where(Visit.booking_id == card.id).with_for_update()
    row = await db.scalar(asked)
    if row is None:
        row = Visit(
            id=uuid4(),
            clinic_id=card.clinic_id,
            booking_id=card.id,
            therapist_id=card.therapist_id,
            state=State.BOOKED,
            version=1,
            device={},
        )
        try:
            async with db.begin_nested():
                db.add(row)
        except IntegrityError:  # somebody else made it in this moment
            row = (await db.scalars(asked)).one()
    return facts_of(row)


async def move(
    db: AsyncSession, card: BookingCard, visit: VisitFacts, event: Event, state: State, by: By, now: datetime
) -> VisitFacts:
    """Write what `rules.decide` answered: the state, its moment, and a row that says who and when."""
    row = await db.get_one(Visit, visit.id)
    arrived_now = event is Event.ARRIVE and (visit.state is not State.WAITING or row.arrived_for != card.starts_at)
    row.state = state
    row.version += 1
    if event in STAMPS:
        setattr(row, STAMPS[event], now)
    row.started_at = start_after(row.started_at, event, now)
    if arrived_now:
        row.arrived_at = arrived_after(visit, card, now)
        row.staff_seen_at, row.therapist_seen_at = None, None  # nobody saw yet that they are here (again)
    if event is Event.ARRIVE:
        row.arrived_for = card.starts_at
    if event in {Event.ARRIVE, Event.COME_BACK}:
        row.left_at = None
        row.patient_seen_at = now
    if event is Event.REOPEN:
        row.ended_at, row.declined_at, row.outcome = None, None, None
    if event is Event.DECLINE:
        row.ended_at = now
    if event is Event.HAND_OVER:
        row.therapist_id, row.therapist_seen_at = card.therapist_id, None
    db.add(VisitEvent(id=uuid4(), visit_id=row.id, at=now, kind=KINDS[event], by_kind=by.kind, by_id=by.id))
    if arrived_now or event is Event.END:
        topic = "visit.ended" if event is Event.END else "visit.arrived"
        outbox.add(db, topic, {"booking": str(card.id)}, now)
    if card.price is not None and event in SETTLED_BY:
        outbox.add(db, SETTLE, {"booking": str(card.id)}, now, due_at=now + SECOND_THOUGHTS)
    await db.flush()
    turn = turn_of(event, visit.state, state, arrived_now=arrived_now or event is Event.HAND_OVER)
    if event in BACK and not (event is Event.ADMIT and is_away(visit, now)):
        await came(db, row.id, now)
    if event in OVER:
        await forget_visit(db, row.id)
    await follow(db, turn, Visiting(row.id, row.clinic_id, card.starts_at), (by.kind, by.id), now, KINDS[event])
    return facts_of(row)


async def give_to(db: AsyncSession, visit_id: UUID, staff_id: UUID) -> None:
    """Let somebody else lead a visit that has not begun."""
    await db.execute(update(Visit).where(Visit.id == visit_id).values(therapist_id=staff_id, therapist_seen_at=None))


async def note_event(db: AsyncSession, visit_id: UUID, kind: str, by: By, now: datetime) -> None:
    """A row about something that changes no state: connected, dropped."""
    db.add(VisitEvent(id=uuid4(), visit_id=visit_id, at=now, kind=kind, by_kind=by.kind, by_id=by.id))


async def set_outcome(db: AsyncSession, visit_id: UUID, outcome: Outcome | None) -> None:
    await db.execute(update(Visit).where(Visit.id == visit_id).values(outcome=outcome))


async def set_arrival(db: AsyncSession, visit_id: UUID, sealed: bytes) -> None:
    await db.execute(update(Visit).where(Visit.id == visit_id).values(arrival_sealed=sealed))


async def arrival_blob(db: AsyncSession, visit_id: UUID) -> bytes | None:
    """What was said at the door, sealed."""
    return await db.scalar(select(Visit.arrival_sealed).where(Visit.id == visit_id))


async def arrival_blobs(db: AsyncSession, visit_ids: Collection[UUID]) -> dict[UUID, bytes]:
    """Visit -> what was said at its door, sealed; for those that have something."""
    asked = select(Visit.id, Visit.arrival_sealed).where(Visit.id.in_(visit_ids), Visit.arrival_sealed.is_not(None))
    return {visit_id: blob for visit_id, blob in await db.execute(asked) if blob is not None}


async def mark_patient(db: AsyncSession, visit_id: UUID, now: datetime) -> None:
    """The patient's page is open now; at most one write in `SEEN_EVERY`, however often it asks."""
    stale = or_(Visit.patient_seen_at.is_(None), Visit.patient_seen_at <= now - SEEN_EVERY)
    await db.execute(update(Visit).where(Visit.id == visit_id, stale).values(patient_seen_at=now))
    await came(db, visit_id, now)


async def waiting_without_page(db: AsyncSession) -> list[UUID]:
    """Visits whose patient waits, did not step away and never connected: those of a made-up clinic."""
    connected = select(VisitPeer.id).where(VisitPeer.visit_id == Visit.id, VisitPeer.role == Part.PATIENT).exists()
    return list(
        await db.scalars(select(Visit.id).where(Visit.state == State.WAITING, Visit.left_at.is_(None), ~connected))
    )


async def mark_shown(db: AsyncSession, visit_ids: Collection[UUID], staff_id: UUID, now: datetime) -> None:
    """A page of the clinic showed these visits now; their own therapist's look is kept apart."""
    await db.execute(update(Visit).where(Visit.id.in_(visit_ids)).values(staff_seen_at=now))
    own = (Visit.id.in_(visit_ids), Visit.therapist_id == staff_id)
    await db.execute(update(Visit).where(*own).values(therapist_seen_at=now))


async def set_device(db: AsyncSession, visit_id: UUID, device: Mapping[str, object], now: datetime) -> None:
    await db.execute(update(Visit).where(Visit.id == visit_id).values(device=dict(device), patient_seen_at=now))


async def raise_epoch(
    db: AsyncSession, visit_id: UUID, part: Part, person_id: UUID, login_id: UUID | None = None
) -> tuple[UUID, int]:
    """The peer of this person in this visit, and its new epoch: higher than that of any ticket before."""
    theirs = (VisitPeer.visit_id == visit_id, VisitPeer.role == part, VisitPeer.person_id == person_id)
    asked = select(VisitPeer).where(*theirs).with_for_update()
    row = await db.scalar(asked)
    if row is None:
        row = VisitPeer(id=uuid4(), visit_id=visit_id, role=part, person_id=person_id, epoch=0)
        try:
            async with db.begin_nested():
                db.add(row)
        except IntegrityError:  # somebody else made it in this moment
            row = (await db.scalars(asked)).one()
    row.epoch += 1
    row.login_id = login_id
    await db.flush()
    return row.id, row.epoch


@dataclass(frozen=True)
class Peer:
    id: UUID
    visit_id: UUID
    part: Part
    person_id: UUID
    login_id: UUID | None
    epoch: int


async def peer_by_id(db: AsyncSession, peer_id: UUID) -> Peer | None:
    row = await db.get(VisitPeer, peer_id)
    if row is None:
        return None
    return Peer(row.id, row.visit_id, Part(row.role), row.person_id, row.login_id, row.epoch)


async def peer_of(db: AsyncSession, visit_id: UUID, part: Part, person_id: UUID | None = None) -> UUID | None:
    """The peer id of whoever plays this part (of this very person), if they ever asked for a ticket."""
    asked = select(VisitPeer.id).where(VisitPeer.visit_id == visit_id, VisitPeer.role == part)
    if person_id:
        asked = asked.where(VisitPeer.person_id == person_id)
    return await db.scalar(asked.limit(1))


async def held_for(db: AsyncSession, clinic_id: UUID, patient_id: UUID) -> list[Held]:
    """Every meeting of a patient to which they came, or that they missed, the oldest first."""
    asked = select(Visit).join(_booking, Visit.booking_id == _booking.c.id)
    theirs = (Visit.clinic_id == clinic_id, _booking.c.patient_id == patient_id)
    there = or_(Visit.arrived_at.is_not(None), Visit.outcome.is_not(None))
    return [
        Held(row.id, row.booking_id, row.arrived_at, row.started_at, row.ended_at, row.outcome, row.arrival_sealed)
        for row in await db.scalars(asked.where(*theirs, there).order_by(Visit.arrived_at))
    ]


async def patients_met(db: AsyncSession, clinic_id: UUID, patient_ids: Collection[UUID]) -> frozenset[UUID]:
    """Who of these patients had a meeting here that came to its end."""
    if not patient_ids:
        return frozenset()
    asked = (
        select(_booking.c.patient_id)
        .join(Visit, Visit.booking_id == _booking.c.id)
        .where(Visit.clinic_id == clinic_id, _booking.c.patient_id.in_(patient_ids))
        .where(Visit.admitted_at.is_not(None), Visit.ended_at.is_not(None))
    )
    return frozenset(await db.scalars(asked))
