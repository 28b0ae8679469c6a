"""Queries of booking, values in and out. Time is taken in `claims.py`; bookings are read in `cards.py`."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, bindparam, case, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import caps, claims
from server.booking.cards import booking_by_link, booking_for_visit, bookings_after, bookings_between, bookings_in
from server.booking.grouping import store as grouping
from server.booking.hours import EPOCH, FAR, Stretch, floor, full, stretch
from server.booking.intake.store import Kept as KeptAnswers
from server.booking.rules import Booked, BookingCard, Calendar, link_ends
from server.booking.tables import Appointment, Booking, BookingLink, Cancellation, Move
from server.booking.where.rules import Ends
from server.clinic.practice import AWAY, changes_between, is_away
from server.clinic.resources import store as resources
from server.clinic.resources.rules import Pools
from server.clinic.rules import Anyone, Clinic, Means, Service, WeeklyHours
from server.db import Instant
from server.moments import start_of
from server.plain import put, rows

__all__ = [
    "By",
    "Hours",
    "NewBooking",
    "add",
    "as_one",
    "booking_by_link",
    "booking_for_visit",
    "bookings_after",
    "bookings_between",
    "bookings_in",
    "calendar",
    "cancel",
    "is_there",
    "link_of",
    "move",
    "move_appointment",
    "move_seat",
    "moved",
    "next_sequence",
    "patient_ids",
    "reason_of",
    "those_there",
]


Hours = Mapping[UUID, Sequence[WeeklyHours]]
"""Weekly hours of everybody who is asked, in the clinic's order."""


NO_POOLS = Pools()
NO_ENDS: Ends = {}
# Asked by everybody who presses for the first time, so it looks at nothing but the key.
_THOSE_THERE = select(Booking.__table__.c.id).where(Booking.__table__.c.id.in_(bindparam("ids", expanding=True)))


@dataclass(frozen=True)
class By:
    """Who acts: 'patient' by their link or the public page, 'staff' by their login."""

    kind: str = "patient"
    id: UUID | None = None


@dataclass(frozen=True)
class NewBooking:
    """A booking ready to be written; the ids were made before, because sealing needs them."""

    id: UUID
    public_id: str
    clinic_id: UUID
    service_id: UUID
    patient_id: UUID
    link_id: UUID
    token_hash: bytes
    time: Booked
    zone: str
    for_whom: str
    reason_sealed: bytes | None = field(default=None, repr=False)
    answers: KeptAnswers | None = None
    claimed: bool = True
    means: str = Means.VIDEO
    meeting_sealed: bytes | None = field(default=None, repr=False)
    appointment_id: UUID = field(default_factory=uuid4)
    made_at: datetime = EPOCH
    price: int | None = None
    currency: str | None = None
    seats: int = 1

    def card(self, service: Service, therapist_name: str) -> BookingCard:
        """The booking as it stands once it is written."""
        return BookingCard(
            id=self.id,
            public_id=self.public_id,
            clinic_id=self.clinic_id,
            appointment_id=self.appointment_id,
            service_id=self.service_id,
            service_name=service.name,
            minutes=(self.time.ends_at - self.time.starts_at).seconds // 60,
            therapist_id=self.time.therapist_id,
            therapist_name=therapist_name,
            starts_at=self.time.starts_at,
            ends_at=self.time.ends_at,
            patient_id=self.patient_id,
            sequence=0,
            cancelled_at=None,
            moved_from=None,
            for_whom=self.for_whom,
            made_at=self.made_at,
            team=service.team,
            means=self.means,
            meeting_sealed=self.meeting_sealed,
            intake=service.intake,
            said=service.said,
            price=self.price,
            currency=self.currency,
        )


_TIMES = Appointment.__table__.c
_WRITTEN = ("id", "clinic_id", "service_id", "therapist_id", "starts_at", "ends_at", "zone", "seats", "made_at")
_UNLESS_AWAY = insert(Appointment.__table__).from_select(  # type: ignore[arg-type]
    _WRITTEN, select(*(bindparam(name, type_=_TIMES[name].type) for name in _WRITTEN)).where(~AWAY)
)


async def calendar(
    db: AsyncSession,
    clinic: Clinic,
    service: Service,
    hours: Hours,
    until_at: datetime,
    now: datetime,
    without: claims.Without = None,
    held: UUID | None = None,
    ends: Ends = NO_ENDS,
) -> Calendar:
    """Taken time and leave from now on of everybody whose hours these are, and of the units that the service needs;
    `without` ignores some appointments, `held` one hold. From its `ends` on somebody may not treat this patient.
    """
    away: dict[UUID, list[Stretch]] = {}
    farthest = now + clinic.policy.horizon + claims.LONGEST
    pools = await resources.pools(db, clinic.id, service.needs, now, farthest) if service.needs else NO_POOLS
    for unit, closures in pools.closed.items():
        away[unit] = [stretch(*closure) for closure in closures]
    for therapist_id, at in ends.items():
        away[therapist_id] = [stretch(at, farthest)] if at < farthest else []
    # Who leaves a group does not free its time.
    ignored = None if service.in_group else without
    # Who has fewest is counted over all that can be booked, whichever part of it is asked for.
    fair, several = clinic.policy.anyone is Anyone.FAIR, len(hours) > 1
    last = farthest if fair and several else until_at
    # What somebody has given counts too: today, since they are idle since then, and by fair share a week back.
    first = _given_since(clinic, now) if several else now
    taken = await claims.taken(db, [*hours, *pools.every], first, last, now, ignored, held)
    changes = await changes_between(db, clinic, now, farthest)
    for who, start, end in changes.away:
        for therapist_id in [who] if who else hours:
            away.setdefault(therapist_id, []).append(stretch(start, end))
    groups: dict[UUID, dict[int, int]] = {}
    brimful: dict[UUID, list[int]] = {}
    if service.in_group:
        found = await grouping.open_groups(db, service.id, list(hours), now, without, held, full=True)
        for who, places in found.items():
            groups[who] = _not_away({at: left for at, left in places.items() if left > 0}, away.get(who, ()))
            brimful[who] = [at for at, left in places.items() if left <= 0]
    for there in changes.elsewhere:
        if there.who in hours:  # of a large clinic only what was asked for is unpacked
            away.setdefault(there.who, []).extend(there.times)
    shut = [stretch(start, end) for who, start, end in changes.away if who is None]
    bounded = [who for who in hours if who in changes.most]
    sessions = await caps.sessions(db, bounded, now, farthest, now, without, held) if bounded else {}
    for who, starts in sessions.items():
        away.setdefault(who, []).extend(full(clinic.zone, starts, changes.most[who], stretch(now, farthest)))
    known = Calendar(clinic.zone, clinic.policy, service, hours, taken, away, changes.dated, pools.units, groups)
    others: dict[UUID, int] = {}
    for there in changes.elsewhere:
        others[there.who] = min(others.get(there.who, FAR), floor(there.until or now))
    more = {"shut": shut, "most": changes.most, "sessions": sessions, "elsewhere": others, "ends": ends}
    more |= {"full_groups": brimful}
    return replace(known, bounded=frozenset(bounded), **more)  # type: ignore[arg-type]


def _given_since(clinic: Clinic, now: datetime) -> datetime:
    """The midnight from which on sessions count for who takes the next one."""
    days = 7 if clinic.policy.anyone is Anyone.FAIR else 0
    day = now.astimezone(clinic.zone).date() - timedelta(days=days)
    return start_of(datetime.combine(day, time(), clinic.zone)).astimezone(UTC)


async def closures(db: AsyncSession, clinic: Clinic, since: datetime, until: datetime) -> list[Stretch]:
    """When the whole clinic is closed in the span, public holidays included."""
    changes = await changes_between(db, clinic, since, until)
    return [stretch(start, end) for who, start, end in changes.away if who is None]


def as_one(service: Service) -> Service:
    """The service of a group that is moved as a whole: it joins no other."""
    return replace(service, seats=1, shows_places=False)


def _not_away(starts: Mapping[int, int], away: Sequence[Stretch]) -> dict[int, int]:
    """The groups that nobody's leave lies over."""
    return {at: left for at, left in starts.items() if not any(begin <= at < end for begin, end in away)}


async def add(
    db: AsyncSession,
    new: NewBooking,
    now: datetime,
    by: By,
    place: grouping.Place | None = None,
    *,
    although_away: bool = False,
) -> None:
    """Write appointment, claims, booking and link, after `claims.look` said that all is free and the patient stands;
    with a place in an appointment that stands already, booking and link alone.

    Raises `claims.ClaimLost`, also where somebody went away since whoever books looked (unless `although_away`).
    """
    appointment_id = place.appointment_id if place else new.appointment_id
    booking = {
        "id": new.id,
        "public_id": new.public_id,
        "clinic_id": new.clinic_id,
        "appointment_id": appointment_id,
        "patient_id": new.patient_id,
        "seat": place.seat if place else 1,
        "for_whom": new.for_whom,
        "reason_sealed": new.reason_sealed,
        "means": new.means,
        "meeting_sealed": new.meeting_sealed,
        "price": new.price,
        "currency": new.currency,
        "made_at": now,
        "made_by": by.id,
    }
    link = {
        "id": new.link_id,
        "booking_id": new.id,
        "token_hash": new.token_hash,
        "expires_at": link_ends(new.time.ends_at),
        "made_at": now,
    }
    if place is None:
        await _appoint(db, new, now, unless_away=new.claimed and not although_away)
    if new.claimed and place is None:
        await claims.take(db, new.clinic_id, new.time.resources, new.time.claim, appointment_id)
    await put(db, Booking, booking)
    await put(db, BookingLink, link)


async def _appoint(db: AsyncSession, new: NewBooking, now: datetime, *, unless_away: bool) -> None:
    """The appointment itself, in one statement with the look whether its therapist went away."""
    row = {
        "id": new.appointment_id,
        "clinic_id": new.clinic_id,
        "service_id": new.service_id,
        "therapist_id": new.time.therapist_id,
        "starts_at": new.time.starts_at,
        "ends_at": new.time.ends_at,
        "zone": new.zone,
        "seats": new.seats,
        "made_at": now,
    }
    if not unless_away:
        return await put(db, Appointment, row)
    span = {"away_since": new.time.starts_at, "away_until": new.time.ends_at}
    await db.flush()
    written = await (await db.connection()).execute(_UNLESS_AWAY, row | span)
    if written.rowcount != 1:
        raise claims.ClaimLost("away")
    return None


async def move(db: AsyncSession, card: BookingCard, to: Booked, zone: ZoneInfo, now: datetime, by: By) -> bool:
    """Give a booking another time; False, with nothing written, when it is taken or the booking changed meanwhile."""
    await claims.queue_for(db, {card.therapist_id, *to.resources})
    if await is_away(db, card.clinic_id, to.therapist_id, to.starts_at, to.ends_at):
        return False
    if card.seats > 1 or await grouping.is_shared(db, card.appointment_id, card.id):
        return await move_seat(db, card, to, zone, now, by)
    found = await claims.look(db, to.resources, to.claim, now, of=card.appointment_id)
    if not found.free:
        return False
    if not await caps.has_room(db, zone, to.therapist_id, to.starts_at, now, without=card.appointment_id):
        return False
    if not await next_sequence(db, card):
        return False
    await move_appointment(db, card.clinic_id, card.appointment_id, found.held, to)
    await moved(db, card, to, now, by)
    return True


async def change_room(db: AsyncSession, card: BookingCard, to: Booked, now: datetime) -> bool:
    """Hold other rooms or devices at the same time; False when one is taken or the booking has moved meanwhile."""
    await claims.queue_for(db, {card.therapist_id, *to.resources})
    same = (Appointment.starts_at == card.starts_at, Appointment.therapist_id == card.therapist_id)
    if await db.scalar(select(Appointment.id).where(Appointment.id == card.appointment_id, *same)) is None:
        return False
    found = await claims.look(db, to.resources, to.claim, now, of=card.appointment_id)
    if found.free and found.held:  # what was cancelled meanwhile holds nothing
        await claims.change(db, card.clinic_id, card.appointment_id, found.held, to.resources, to.claim)
    return found.free and bool(found.held)


async def move_appointment(
    db: AsyncSession, clinic_id: UUID, appointment_id: UUID, held: Collection[UUID], to: Booked
) -> None:
    """Its claims and its times, with everybody who comes to it; the caller has queued and looked."""
    await claims.change(db, clinic_id, appointment_id, held, to.resources, to.claim)
    times = {"therapist_id": to.therapist_id, "starts_at": to.starts_at, "ends_at": to.ends_at}
    await db.execute(update(Appointment).where(Appointment.id == appointment_id).values(times))


async def moved(db: AsyncSession, card: BookingCard, to: Booked, now: datetime, by: By) -> None:
    """Note that a booking has another time now; its link lasts until after that."""
    ends = link_ends(to.ends_at)
    lasting = update(BookingLink).where(BookingLink.booking_id == card.id)
    await db.execute(lasting.values(expires_at=no_sooner(ends) if card.series_id else ends))
    db.add(
        Move(
            id=uuid4(),
            booking_id=card.id,
            from_starts_at=card.starts_at,
            to_starts_at=to.starts_at,
            at=now,
            by_kind=by.kind,
            by_id=by.id,
        )
    )
    await db.flush()


async def move_seat(db: AsyncSession, card: BookingCard, to: Booked, zone: ZoneInfo, now: datetime, by: By) -> bool:
    """One patient goes to another group, or is the first of a new one; the group they leave stays."""
    await claims.queue_for(db, {card.therapist_id, *to.resources})
    place = await grouping.place_in(db, card.service_id, to.therapist_id, to.starts_at, now)
    begins = place is True and not to.joins and (await claims.look(db, to.resources, to.claim, now)).free
    if begins and not await caps.has_room(db, zone, to.therapist_id, to.starts_at, now):
        return False
    if not (begins or isinstance(place, grouping.Place)) or not await next_sequence(db, card):
        return False
    found = place if isinstance(place, grouping.Place) else await _new_group(db, card, to, zone, now)
    await grouping.release_if_empty(db, card.appointment_id, card.id)
    seat = {"appointment_id": found.appointment_id, "seat": found.seat}
    await db.execute(update(Booking).where(Booking.id == card.id).values(seat))
    await moved(db, card, to, now, by)
    return True


async def _new_group(db: AsyncSession, card: BookingCard, to: Booked, zone: ZoneInfo, now: datetime) -> grouping.Place:
    appointment_id = uuid4()
    values = {"id": appointment_id, "clinic_id": card.clinic_id, "service_id": card.service_id, "zone": zone.key}
    values |= {"seats": card.seats}
    times = {"therapist_id": to.therapist_id, "starts_at": to.starts_at, "ends_at": to.ends_at, "made_at": now}
    await db.execute(insert(Appointment).values(values | times))
    await claims.take(db, card.clinic_id, to.resources, to.claim, appointment_id)
    return grouping.Place(appointment_id, 1)


def no_sooner(ends: datetime) -> ColumnElement[datetime]:
    """When a link ends that lasts until then at least: any link of a series leads to all of it, up to the last one."""
    return case((BookingLink.expires_at < ends, literal(ends, Instant())), else_=BookingLink.expires_at)


@dataclass(frozen=True)
class Late:
    """That somebody cancels after the deadline, and why."""

    reason_sealed: bytes = field(repr=False)


async def cancel(db: AsyncSession, card: BookingCard, now: datetime, by: By, late: Late | None = None) -> bool:
    """End a booking before its visit and free its time, or its place where others come; False when it changed
    meanwhile."""
    if card.seats > 1:
        await claims.queue_for(db, {card.therapist_id})
    if not await next_sequence(db, card):
        return False
    sealed = late.reason_sealed if late else None
    row = {"reason_sealed": sealed, "late": late is not None}
    db.add(Cancellation(booking_id=card.id, at=now, by_kind=by.kind, by_id=by.id, **row))
    await db.flush()
    await grouping.release_if_empty(db, card.appointment_id, card.id)
    if card.seats > 1:
        await grouping.give_back(db, card.id, card.appointment_id)
    return True


async def is_there(db: AsyncSession, booking_id: UUID) -> bool:
    """Whether a booking of this id was made."""
    return booking_id in await those_there(db, [booking_id])


async def those_there(db: AsyncSession, booking_ids: Collection[UUID]) -> dict[UUID, bool]:
    """Those of these ids of which a booking was made."""
    found = await rows(db, _THOSE_THERE, {"ids": list(booking_ids)})
    return {row.id: True for row in found}


async def link_of(db: AsyncSession, booking_id: UUID) -> UUID | None:
    """The id of the link of a booking that lasts longest; its token is made from it again."""
    lasting = (BookingLink.expires_at.desc(), BookingLink.made_at.desc())
    return await db.scalar(
        select(BookingLink.id).where(BookingLink.booking_id == booking_id).order_by(*lasting).limit(1)
    )


async def reason_of(db: AsyncSession, booking_id: UUID) -> bytes | None:
    """Why somebody comes, sealed with their own key."""
    return await db.scalar(select(Booking.reason_sealed).where(Booking.id == booking_id))


async def late_reason_of(db: AsyncSession, booking_id: UUID) -> tuple[bool, bytes | None]:
    """Whether a booking was cancelled late, and why, sealed with the patient's key."""
    asked = select(Cancellation.late, Cancellation.reason_sealed).where(Cancellation.booking_id == booking_id)
    row = (await db.execute(asked)).first()
    return (row.late, row.reason_sealed) if row else (False, None)


async def patient_ids(db: AsyncSession, clinic_id: UUID, therapist_id: UUID | None) -> list[UUID]:
    """Everybody who has or had a booking at the clinic, or with this therapist of it."""
    asked = select(Booking.patient_id).where(Booking.clinic_id == clinic_id).distinct()
    if therapist_id:
        asked = asked.join(Appointment).where(Appointment.therapist_id == therapist_id)
    return list(await db.scalars(asked))


async def next_sequence(db: AsyncSession, card: BookingCard) -> bool:
    """Raise the sequence if nobody did since the card was read: of two changes at once, one wins."""
    cancelled = select(Cancellation.booking_id).where(Cancellation.booking_id == card.id).exists()
    raised = (
        update(Booking)
        .where(Booking.id == card.id, Booking.sequence == card.sequence, ~cancelled)
        .values(sequence=Booking.sequence + 1)
        .returning(Booking.id)
    )
    return (await db.scalar(raised)) is not None
