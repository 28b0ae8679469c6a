"""Queries of booking, values in and out. Time is taken in `claims.py`; bookings are read in `cards.py`."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from uuid import UUID, uuid4

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import caps, claims
from server.booking.cards import booking_by_link, booking_for_visit, bookings_after, bookings_between, bookings_in
from server.booking.deadlines import link_ends
from server.booking.grouping import keeping
from server.booking.grouping import store as grouping
from server.booking.grouping.rules import not_away
from server.booking.hours import EPOCH, FAR, Stretch, floor, full, stretch, whole
from server.booking.intake.store import Kept as KeptAnswers
from server.booking.rules import Booked, BookingCard, Calendar
from server.booking.tables import Appointment, Booking, BookingLink, Cancellation
from server.booking.where.rules import Ends
from server.clinic.changing import AWAY, changes_between
from server.clinic.resources import store as resources
from server.clinic.resources.rules import Pools
from server.clinic.rules import Anyone, Clinic, Means, Service, WeeklyHours
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
    "next_sequence",
    "patient_ids",
    "reason_of",
    "those_there",
]


Hours = Mapping[UUID, Sequence[WeeklyHours]]
"""Weekly hours of everybody who is asked, in the clinic's order."""


MINUTE = timedelta(minutes=1)
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
    """A booking ready to be written; the ids were made before, because sealing needs them. `answer_by`: until when the
    clinic answers, where it is asked for."""

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
    answer_by: datetime | None = None

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
            answer_by=self.answer_by,
            change_minutes=service.change_until // MINUTE if service.change_until is not None else None,
            seats=self.seats,
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
    patient_id: UUID | None = None,
    left_by: Collection[UUID] = (),
) -> Calendar:
    """Taken time and leave from now on of everybody whose hours these are, and of the units that the service needs;
    `without` ignores some appointments, `held` one hold. From its `ends` on somebody may not treat this patient, whose
    places in groups count if it is said who they are; of groups in `left_by` they leave one.
    """
    away: dict[UUID, list[Stretch]] = {}
    farthest = now + clinic.policy.horizon + claims.LONGEST
    pools = await resources.pools(db, clinic.id, service.needs, now, farthest) if service.needs else NO_POOLS
    for unit, closures in pools.closed.items():
        away[unit] = [stretch(*closure) for closure in closures]
    for therapist_id, at in ends.items():
        away[therapist_id] = [stretch(at, farthest)] if at < farthest else []
    ignored = await leaving(db, service, without, now)
    # Who has fewest is counted over all that can be booked, whichever part of it is asked for.
    fair, several = clinic.policy.anyone is Anyone.FAIR, len(hours) > 1
    last = farthest if fair and several else until_at
    # What somebody has given counts too: today, since they are idle since then, and by fair share a week back.
    first = _given_since(clinic, now) if several else now
    everything = [*hours, *pools.every]
    asked = claims.asking(everything, first, last, now, ignored, held)
    changes = await changes_between(db, clinic, now, farthest, asked)
    taken = claims.spans_of(everything, changes.beside)
    for who, start, end in changes.away:
        for therapist_id in [who] if who else hours:
            away.setdefault(therapist_id, []).append(stretch(start, end))
    groups: dict[UUID, dict[int, int]] = {}
    brimful: dict[UUID, list[int]] = {}
    if service.in_group:
        found = await grouping.open_groups(db, service.id, list(hours), now, without, held, full=True, left_by=left_by)
        for who, places in found.items():
            able = {at: left for at, left in places.items() if left > 0}
            groups[who] = not_away(able, whole(service.length), away.get(who, ()))
            brimful[who] = [at for at, left in places.items() if left <= 0]
    engaged: dict[UUID, list[Stretch]] = {}
    for there in changes.elsewhere:
        if there.who in hours:  # of a large clinic only what was asked for is unpacked
            engaged.setdefault(there.who, []).extend(there.times)
    for who, times in engaged.items():
        away.setdefault(who, []).extend(times)
    shut = [stretch(start, end) for who, start, end in changes.away if who is None]
    bounded = [who for who in hours if who in changes.most]
    sessions = await caps.sessions(db, bounded, now, farthest, now, ignored, held) if bounded else {}
    for who, starts in sessions.items():
        away.setdefault(who, []).extend(full(clinic.zone, starts, changes.most[who], stretch(now, farthest)))
    days = changes.days_of(service.id)
    known = Calendar(clinic.zone, clinic.policy, service, hours, taken, away, days, pools.units, groups)
    others: dict[UUID, int] = {}
    for there in changes.elsewhere:
        others[there.who] = min(others.get(there.who, FAR), floor(there.until or now))
    more = {"shut": shut, "most": changes.most, "sessions": sessions, "elsewhere": others, "ends": ends}
    more |= {"full_groups": brimful, "engaged": engaged}
    if service.in_group and patient_id:
        more |= {"sits": await grouping.sits_at(db, service.id, patient_id, now, without)}
    return replace(known, bounded=frozenset(bounded), **more)  # type: ignore[arg-type]


async def leaving(db: AsyncSession, service: Service, without: claims.Without, now: datetime) -> claims.Without:
    """Of appointments that somebody leaves those that free their time and a session of the day: of groups only those to
    which nobody else comes."""
    return await grouping.emptied(db, claims.several(without), now) if without and service.in_group else without


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
    return replace(service, seats=1, shows_places=False, all_dates=False)


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
    await keeping.release_if_empty(db, card.appointment_id, card.id, now)
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


async def reasons_of(db: AsyncSession, booking_ids: Collection[UUID]) -> dict[UUID, bytes]:
    """Booking -> why somebody comes, sealed, of those where they said it."""
    asked = select(Booking.id, Booking.reason_sealed).where(Booking.id.in_(booking_ids))
    found = (await db.execute(asked)).all() if booking_ids else []
    return {row.id: row.reason_sealed for row in found if row.reason_sealed is not None}


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
