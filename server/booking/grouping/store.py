"""Places in groups. An appointment claims its time once; each booking in it has a seat, and no two have the same.

Whoever takes or frees a place queues for the therapist first (`claims.queue_for`), so places are counted one after the
other; that no seat is given twice is the database's own rule. A cancelled booking keeps a seat of 0 or less. How places
are kept for a while: `keeping.py`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Uuid, and_, bindparam, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.claims import Without, several
from server.booking.grouping.tables import SeatHold
from server.booking.rooms import in_unusable_room
from server.booking.tables import Appointment, Booking, Cancellation, Claim, Move
from server.clinic.changing import away_in
from server.db import Instant, seconds
from server.nested import listed
from server.plain import rows

_appointments, _claims = Appointment.__table__.c, Claim.__table__.c
_bookings, _holds = Booking.__table__.c, SeatHold.__table__.c
NOBODYS = UUID(int=0)
_SEATS = msgspec.json.Decoder(list[tuple[int]])
_NOW, _HOLD = bindparam("now", type_=Instant()), bindparam("hold", type_=Uuid())
_SERVICE = _appointments.service_id == bindparam("service", type_=Uuid())


def _seated() -> Any:
    return select(func.count()).where(_bookings.appointment_id == _appointments.id, _bookings.seat > 0)


def _held() -> Any:
    held = select(func.count()).where(_holds.appointment_id == _appointments.id, _holds.expires_at > _NOW)
    return held.where(_holds.hold_id != _HOLD)


def _stands(*further: ColumnElement[bool]) -> ColumnElement[bool]:
    """What is cancelled as a whole claims nothing any more. A group in which nobody comes yet stands while a place is
    kept in it; for whoever keeps the only one it is a time like any other that they keep."""
    kept = and_(_claims.expires_at > _NOW, or_(_claims.hold_id.is_(None), _claims.hold_id != _HOLD))
    return exists().where(_claims.appointment_id == _appointments.id, or_(_claims.expires_at.is_(None), kept), *further)


_OPEN = (
    select(
        _appointments.therapist_id,
        seconds(_appointments.starts_at),
        _seated().scalar_subquery(),
        _held().scalar_subquery(),
        _appointments.seats,
        in_unusable_room(),
        _appointments.id,
    )
    .where(_SERVICE, _appointments.starts_at > _NOW)
    .where(_appointments.therapist_id.in_(bindparam("therapists", expanding=True, type_=Uuid())))
    .where(_appointments.id.not_in(bindparam("but", expanding=True, type_=Uuid())))
    .where(_stands())
)
_AT = (
    select(
        _appointments.id,
        _appointments.seats,
        _held().scalar_subquery(),
        select(listed(_bookings.seat))
        .where(_bookings.appointment_id == _appointments.id, _bookings.seat > 0)
        .scalar_subquery(),
        exists().where(
            _bookings.appointment_id == _appointments.id,
            _bookings.seat > 0,
            _bookings.patient_id == bindparam("patient", type_=Uuid()),
        ),
        _stands(_claims.expires_at.is_not(None)),
        away_in(_appointments.clinic_id, _appointments.therapist_id, _appointments.starts_at, _appointments.ends_at),
        in_unusable_room(),
    )
    .where(_SERVICE, _appointments.therapist_id == bindparam("therapist", type_=Uuid()))
    .where(_appointments.starts_at == bindparam("start"))
    .where(_stands())
)


@dataclass(frozen=True)
class Place:
    """A place in an appointment that stands already, given to so many; `kept`: nobody comes to it yet, and its time is
    only kept."""

    appointment_id: UUID
    seat: int
    seats: int = 1
    kept: bool = False


async def open_groups(
    db: AsyncSession,
    service_id: UUID,
    therapist_ids: Collection[UUID],
    now: datetime,
    but: Without = None,
    held: UUID | None = None,
    *,
    full: bool = False,
    left_by: Collection[UUID] = (),
) -> dict[UUID, dict[int, int]]:
    """Therapist -> start of a group, in seconds since 1970 -> places left in it; full ones are there only if asked for.
    A time that was given to one person is no group, whatever its service has become since. One whose room is closed
    then takes nobody more. In those of `left_by` who asks has a place that they leave: it is free for them.
    """
    known = {"service": service_id, "therapists": list(therapist_ids), "now": now}
    found: dict[UUID, dict[int, int]] = {}
    asked = {**known, "but": several(but), "hold": held or NOBODYS}
    for who, start, seated, kept, seats, shut, appointment_id in await rows(db, _OPEN, asked):
        left = 0 if shut else seats - seated - kept + (appointment_id in left_by)
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
    *,
    patient_id: UUID | None = None,
    although_away: bool = False,
) -> Place | bool:
    """Within a unit that has queued for the therapist: the lowest free seat of the group at this start; False when it
    is full, its therapist away, its room closed or this patient in it already, True when there is none yet."""
    known = {"service": service_id, "therapist": therapist_id, "start": start, "now": now, "hold": held or NOBODYS}
    found = await rows(db, _AT, {**known, "patient": patient_id or NOBODYS})
    if not found:
        return True
    appointment_id, seats, held_by_others, seated, theirs, kept, away, shut = found[0]
    taken = {seat for (seat,) in _SEATS.decode(seated)}
    if shut or theirs or (away and not although_away) or len(taken) + held_by_others >= seats:
        return False
    free = next(seat for seat in range(1, seats + 1) if seat not in taken)
    return Place(appointment_id, free, seats, bool(kept))


async def sits_at(
    db: AsyncSession, service_id: UUID, patient_id: UUID, now: datetime, but: Without = None
) -> frozenset[int]:
    """The starts ahead of groups of this service in which a patient has a place, in seconds since 1970; from some
    appointments they take one away."""
    asked = select(seconds(Appointment.starts_at)).join(Booking, Booking.appointment_id == Appointment.id)
    theirs = (Booking.patient_id == patient_id, Booking.seat > 0, Appointment.service_id == service_id)
    asked = asked.where(*theirs, Appointment.starts_at > now).group_by(Appointment.id, Appointment.starts_at)
    still = or_(Appointment.id.not_in(several(but)), func.count() > 1)  # who was merged may have two in one
    return frozenset(await db.scalars(asked.having(still)))


def goes_along() -> ColumnElement[bool]:
    """A booking that is where its group is: its patient has not moved it, nor anybody else without the others."""
    own = or_(Move.by_kind == "patient", Move.alone)
    return and_(Booking.seat > 0, ~exists().where(Move.booking_id == Booking.id, own))


async def dates_of(db: AsyncSession, appointment_id: UUID, now: datetime) -> list[datetime]:
    """When a weekly group meets again, this one included: the dates ahead that somebody in it has in one series, with
    the same therapist. Where one of them was moved to alone, by whomever, is their own affair: it is no date of the
    group that they left, and their other dates are none of the group that they went to."""
    this = select(Appointment.service_id, Appointment.therapist_id).where(Appointment.id == appointment_id)
    found = (await db.execute(this)).first()
    series = select(Booking.series_id).where(Booking.appointment_id == appointment_id, goes_along())
    asked = select(Appointment.starts_at).join(Booking, Booking.appointment_id == Appointment.id).distinct()
    asked = asked.where(Booking.series_id.in_(series), goes_along(), Appointment.starts_at > now)
    if found is None:
        return []
    same = (Appointment.service_id == found.service_id, Appointment.therapist_id == found.therapist_id)
    return sorted(await db.scalars(asked.where(*same, Appointment.seats > 1)))


async def give_back(db: AsyncSession, booking_id: UUID, appointment_id: UUID) -> None:
    """Free the seat of a booking that was just cancelled, or is about to be given another."""
    lowest = await db.scalar(select(func.min(Booking.seat)).where(Booking.appointment_id == appointment_id))
    await db.execute(update(Booking).where(Booking.id == booking_id).values(seat=min(lowest or 0, 1) - 1))


async def emptied(db: AsyncSession, appointment_ids: Collection[UUID], now: datetime) -> list[UUID]:
    """Those of these groups to which one person alone comes, and no place is kept in: who leaves frees the time."""
    asked = select(_appointments.id).where(_appointments.id.in_(appointment_ids))
    asked = asked.where(_seated().scalar_subquery() == 1, _held().scalar_subquery() == 0)
    return list(await db.scalars(asked, {"now": now, "hold": NOBODYS}))


async def is_shared(db: AsyncSession, appointment_id: UUID, but: UUID) -> bool:
    """Whether somebody other than this booking comes too: a service that is given to one may have been a group's."""
    cancelled = exists().where(Cancellation.booking_id == Booking.id)
    others = select(Booking.id).where(Booking.appointment_id == appointment_id, Booking.id != but, ~cancelled)
    return await db.scalar(others.limit(1)) is not None
