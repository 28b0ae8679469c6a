"""Places in groups that are kept for a while. Each is a `SeatHold`; the time of the appointment is claimed beside it.

Where nobody comes yet the claims themselves expire, with the last place that is kept; as long as that is the only one
they are its own (`hold_id`), so that whoever keeps it may take another time instead. Whoever comes makes them last
(`take`). Everybody here has queued for the therapist.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, CursorResult, delete, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import claims
from server.booking.grouping.store import Place
from server.booking.grouping.tables import SeatHold
from server.booking.rules import Booked
from server.booking.tables import Appointment, Booking, Cancellation, Claim
from server.clinic.rules import Clinic, Service


async def keep_place(
    db: AsyncSession, clinic: Clinic, service: Service, time: Booked, place: Place | None, hold_id: UUID,
    until: datetime, now: datetime,
) -> None:  # fmt: skip
    """Keep a place that was found, or the first of a group at a time that is free. Raises `claims.ClaimLost`."""
    await _tidy(db, time.therapist_id, now)
    appointment_id = place.appointment_id if place else await _begin(db, clinic, service, time, hold_id, until, now)
    values: Mapping[str, Any] = {"hold_id": hold_id, "appointment_id": appointment_id, "expires_at": until}
    await db.execute(insert(SeatHold).values(values))
    if place and place.kept:
        await _last(db, appointment_id, now, Claim.expires_at.is_not(None))


async def take(db: AsyncSession, place: Place) -> None:
    """Somebody comes to it: from now on the appointment has its time for good."""
    if place.kept:
        lasting = update(Claim).where(Claim.appointment_id == place.appointment_id)
        await db.execute(lasting.values(expires_at=None, hold_id=None))


async def let_seat_go(db: AsyncSession, hold_id: UUID, now: datetime) -> None:
    """Nobody keeps this place any more; where nobody comes and no other is kept, its time is free."""
    gone = delete(SeatHold).where(SeatHold.hold_id == hold_id).returning(SeatHold.appointment_id)
    appointment_id = await db.scalar(gone)
    if appointment_id is None or await _last(db, appointment_id, now, Claim.expires_at.is_not(None)):
        return
    for_a_while = (Claim.appointment_id == appointment_id, Claim.expires_at.is_not(None))
    await db.execute(delete(Claim).where(*for_a_while))
    await _forget(db, Appointment.id == appointment_id)


async def release_if_empty(db: AsyncSession, appointment_id: UUID, but: UUID, now: datetime) -> None:
    """Free the time of an appointment unless somebody other than this booking still comes, or as long as a place in it
    is kept."""
    cancelled = exists().where(Cancellation.booking_id == Booking.id)
    empty = ~exists().where(Booking.appointment_id == appointment_id, Booking.id != but, ~cancelled)
    kept = exists().where(SeatHold.appointment_id == appointment_id, SeatHold.expires_at > now)
    freed = await db.execute(delete(Claim).where(Claim.appointment_id == appointment_id, empty, ~kept))
    assert isinstance(freed, CursorResult)
    if not freed.rowcount:
        await _last(db, appointment_id, now, empty)


async def _begin(
    db: AsyncSession, clinic: Clinic, service: Service, time: Booked, hold_id: UUID, until: datetime, now: datetime
) -> UUID:  # fmt: skip
    """An appointment to which nobody comes yet."""
    appointment_id = uuid4()
    row = {
        "id": appointment_id,
        "clinic_id": clinic.id,
        "service_id": service.id,
        "therapist_id": time.therapist_id,
        "starts_at": time.starts_at,
        "ends_at": time.ends_at,
        "zone": clinic.zone.key,
        "seats": service.seats,
        "made_at": now,
    }
    await db.execute(insert(Appointment).values(row))
    await claims.hold(db, clinic.id, time.resources, time.claim, hold_id, until, of=appointment_id)
    return appointment_id


async def _last(db: AsyncSession, appointment_id: UUID, now: datetime, *which: ColumnElement[bool]) -> bool:
    """Let these claims last as long as a place is kept; False where none is."""
    asked = select(SeatHold.hold_id, SeatHold.expires_at)
    kept = (await db.execute(asked.where(SeatHold.appointment_id == appointment_id, SeatHold.expires_at > now))).all()
    if kept:
        whose = {"hold_id": kept[0].hold_id if len(kept) == 1 else None}
        lasting = update(Claim).where(Claim.appointment_id == appointment_id, *which)
        await db.execute(lasting.values(expires_at=max(one.expires_at for one in kept), **whose))
    return bool(kept)


async def _tidy(db: AsyncSession, therapist_id: UUID, now: datetime) -> None:
    """Forget places with this therapist that nobody keeps any more, and appointments to which nobody ever came."""
    theirs = select(Appointment.id).where(Appointment.therapist_id == therapist_id)
    over = (SeatHold.expires_at <= now, SeatHold.appointment_id.in_(theirs))
    gone = list(await db.scalars(delete(SeatHold).where(*over).returning(SeatHold.appointment_id)))
    if gone:
        await db.execute(delete(Claim).where(Claim.appointment_id.in_(gone), Claim.expires_at <= now))
        await _forget(db, Appointment.id.in_(gone))


async def _forget(db: AsyncSession, which: ColumnElement[bool]) -> None:
    used = (exists().where(row.appointment_id == Appointment.id) for row in (Booking, Claim, SeatHold))
    await db.execute(delete(Appointment).where(which, *(~one for one in used)))
