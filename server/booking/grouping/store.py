"""Places in groups. An appointment claims its time once; each booking in it has a seat, and no two have the same.

Whoever takes or frees a place queues for the therapist first (`claims.queue_for`), so places are counted one after the
other; that no seat is given twice is the database's own rule. A cancelled booking keeps a seat of 0 or less.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, delete, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.claims import Without, several
from server.booking.grouping.tables import SeatHold
from server.booking.rooms import in_unusable_room
from server.booking.tables import Appointment, Booking, Cancellation, Claim
from server.db import seconds
from server.plain import rows

_appointments, _claims = Appointment.__table__.c, Claim.__table__.c
_bookings, _holds = Booking.__table__.c, SeatHold.__table__.c


def _seated() -> Any:
    return select(func.count()).where(_bookings.appointment_id == _appointments.id, _bookings.seat > 0)


def _held() -> Any:
    held = select(func.count()).where(_holds.appointment_id == _appointments.id, _holds.expires_at > bindparam("now"))
    return held.where(_holds.hold_id != bindparam("hold", type_=Uuid()))


# What is cancelled as a whole claims nothing any more.
_OPEN = (
    select(
        _appointments.therapist_id,
        seconds(_appointments.starts_at),
        _seated().scalar_subquery(),
        _held().scalar_subquery(),
        _appointments.seats,
        in_unusable_room(),
    )
    .where(_appointments.service_id == bindparam("service", type_=Uuid()), _appointments.starts_at > bindparam("now"))
    .where(_appointments.therapist_id.in_(bindparam("therapists", expanding=True, type_=Uuid())))
    .where(_appointments.id.not_in(bindparam("but", expanding=True, type_=Uuid())))
    .where(exists().where(_claims.appointment_id == _appointments.id))
)
_AT = (
    select(_appointments.id, _held().scalar_subquery(), _appointments.seats, in_unusable_room())
    .where(
        _appointments.service_id == bindparam("service", type_=Uuid()),
        _appointments.therapist_id == bindparam("therapist", type_=Uuid()),
    )
    .where(_appointments.starts_at == bindparam("start"))
    .where(exists().where(_claims.appointment_id == _appointments.id))
)
NOBODYS = UUID(int=0)


@dataclass(frozen=True)
class Place:
    """A place in an appointment that stands already."""

    appointment_id: UUID
    seat: int


async def open_groups(
    db: AsyncSession,
    service_id: UUID,
    therapist_ids: Collection[UUID],
    now: datetime,
    but: Without = None,
    held: UUID | None = None,
    *,
    full: bool = False,
) -> dict[UUID, dict[int, int]]:
    """Therapist -> start of a group, in seconds since 1970 -> places left in it; full ones are there only if asked for.
    A time that was given to one person is no group, whatever its service has become since. One whose room is closed
    then takes nobody more.
    """
    known = {"service": service_id, "therapists": list(therapist_ids), "now": now}
    found: dict[UUID, dict[int, int]] = {}
    asked = {**known, "but": several(but), "hold": held or NOBODYS}
    for who, start, seated, kept, seats, shut in await rows(db, _OPEN, asked):
        left = 0 if shut else seats - seated - kept
        if seats > 1 and (full or left > 0):
            found.setdefault(who, {})[start] = left
    return found


async def place_in(
    db: AsyncSession,
    service_id: UUID,
    therapist_id: UUID,
    start: datetime,
    now: datetime,
    held: UUID | None = None,
) -> Place | bool:
    """Within a unit that has queued for the therapist: the lowest free seat of the group at this start; False when it
    is full or its room is closed then, True when there is none yet."""
    known = {"service": service_id, "therapist": therapist_id, "start": start, "now": now, "hold": held or NOBODYS}
    found = (await rows(db, _AT, known))[:1]
    if not found:
        return True
    appointment_id, kept, seats, shut = found[0]
    asked = select(Booking.seat).where(Booking.appointment_id == appointment_id, Booking.seat > 0)
    taken = set(await db.scalars(asked))
    if shut or len(taken) + kept >= seats:
        return False
    return Place(appointment_id, next(seat for seat in range(1, seats + 1) if seat not in taken))


async def sits_at(db: AsyncSession, service_id: UUID, patient_id: UUID, now: datetime) -> frozenset[int]:
    """The starts ahead of groups of this service in which a patient has a place, in seconds since 1970."""
    asked = select(seconds(Appointment.starts_at)).join(Booking, Booking.appointment_id == Appointment.id)
    theirs = (Booking.patient_id == patient_id, Booking.seat > 0, Appointment.service_id == service_id)
    return frozenset(await db.scalars(asked.where(*theirs, Appointment.starts_at > now)))


async def dates_of(db: AsyncSession, appointment_id: UUID, now: datetime) -> list[datetime]:
    """When a weekly group meets again, this one included: the dates ahead that somebody in it has in one series, with
    the same therapist."""
    this = select(Appointment.service_id, Appointment.therapist_id).where(Appointment.id == appointment_id)
    found = (await db.execute(this)).first()
    series = select(Booking.series_id).where(Booking.appointment_id == appointment_id, Booking.seat > 0)
    asked = select(Appointment.starts_at).join(Booking, Booking.appointment_id == Appointment.id).distinct()
    asked = asked.where(Booking.series_id.in_(series), Booking.seat > 0, Appointment.starts_at > now)
    if found is None:
        return []
    same = (Appointment.service_id == found.service_id, Appointment.therapist_id == found.therapist_id)
    return sorted(await db.scalars(asked.where(*same, Appointment.seats > 1)))


async def give_back(db: AsyncSession, booking_id: UUID, appointment_id: UUID) -> None:
    """Free the seat of a booking that was just cancelled."""
    lowest = await db.scalar(select(func.min(Booking.seat)).where(Booking.appointment_id == appointment_id))
    await db.execute(update(Booking).where(Booking.id == booking_id).values(seat=min(lowest or 0, 1) - 1))


async def is_shared(db: AsyncSession, appointment_id: UUID, but: UUID) -> bool:
    """Whether somebody other than this booking comes too: a service that is given to one may have been a group's."""
    cancelled = exists().where(Cancellation.booking_id == Booking.id)
    others = select(Booking.id).where(Booking.appointment_id == appointment_id, Booking.id != but, ~cancelled)
    return await db.scalar(others.limit(1)) is not None


async def release_if_empty(db: AsyncSession, appointment_id: UUID, but: UUID) -> None:
    """Free the time of an appointment unless somebody other than this booking still comes."""
    cancelled = exists().where(Cancellation.booking_id == Booking.id)
    others = exists().where(Booking.appointment_id == appointment_id, Booking.id != but, ~cancelled)
    await db.execute(delete(Claim).where(Claim.appointment_id == appointment_id, ~others))


async def hold_seat(db: AsyncSession, hold_id: UUID, appointment_id: UUID, expires_at: datetime, now: datetime) -> None:
    """Keep a place, after `place_in` found one."""
    await db.execute(delete(SeatHold).where(SeatHold.appointment_id == appointment_id, SeatHold.expires_at <= now))
    await let_seat_go(db, hold_id)
    values: Mapping[str, Any] = {"hold_id": hold_id, "appointment_id": appointment_id, "expires_at": expires_at}
    await db.execute(insert(SeatHold).values(values))


async def let_seat_go(db: AsyncSession, hold_id: UUID) -> None:
    await db.execute(delete(SeatHold).where(SeatHold.hold_id == hold_id))
