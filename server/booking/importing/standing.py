"""What stands already where a file comes in: hours, time off, taken time, bookings and people; read at once."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import claims
from server.booking.grouping import store as grouping
from server.booking.hours import Stretch, floor, stretch
from server.booking.importing.rules import Ground, Marks, People
from server.booking.tables import Appointment, Booking, Cancellation
from server.clinic import store as clinics
from server.clinic.changing import changes_between
from server.clinic.resources import store as resources
from server.clinic.rules import Clinic, Service
from server.patients import store as patients
from server.patients.names import ENTRY_BYTES


async def ground_of(
    db: AsyncSession, clinic: Clinic, services: Sequence[Service], therapists: Collection[UUID], now: datetime,
    until: datetime,
) -> Ground:  # fmt: skip
    """What stands from now until then. Busy times of calendars elsewhere do not count: most often it is they that are
    brought in."""
    changes = await changes_between(db, clinic, now, until)
    away = [(who, stretch(start, end)) for who, start, end in changes.away]
    pools: dict[UUID, tuple[tuple[UUID, ...], ...]] = {}
    closed: dict[UUID, list[Stretch]] = {}
    groups: dict[tuple[UUID, UUID], dict[int, int]] = {}
    for service in services:
        if service.needs:
            found = await resources.pools(db, clinic.id, service.needs, now, until)
            pools[service.id] = found.units
            closed |= {unit: [stretch(*one) for one in spans] for unit, spans in found.closed.items()}
        if service.in_group:
            groups |= await _groups(db, service, therapists, now)
    units = [unit for kinds in pools.values() for kind in kinds for unit in kind]
    taken = {
        which: list(spans)
        for which, spans in (await claims.taken(db, [*therapists, *dict.fromkeys(units)], now, until, now)).items()
    }
    for unit, spans in closed.items():
        taken.setdefault(unit, []).extend(spans)
    return Ground(
        zone=clinic.zone,
        services={one.id: one for one in services},
        hours=await _hours(db, services, therapists),
        dated={(who, one.id): changes.days(who, one.id) for who in therapists for one in services},
        away=away,
        taken=taken,
        pools=pools,
        groups=groups,
        booked=await _booked(db, clinic.id, now),
        people=await _people(db, clinic.id),
    )


async def _hours(db: AsyncSession, services: Sequence[Service], therapists: Collection[UUID]) -> dict[Any, Any]:
    found = {}
    for service in services:
        for who, week in (await clinics.hours(db, therapists, service.id)).items():
            found[who, service.id] = week
    return found


async def _groups(
    db: AsyncSession, service: Service, therapists: Collection[UUID], now: datetime
) -> dict[tuple[UUID, UUID], dict[int, int]]:
    found = await grouping.open_groups(db, service.id, list(therapists), now, full=True)
    return {(service.id, who): starts for who, starts in found.items()}


async def _booked(db: AsyncSession, clinic_id: UUID, now: datetime) -> set[tuple[UUID, int, UUID]]:
    asked = (
        select(Booking.patient_id, Appointment.starts_at, Appointment.therapist_id)
        .join(Appointment, Appointment.id == Booking.appointment_id)
        .outerjoin(Cancellation, Cancellation.booking_id == Booking.id)
        .where(Appointment.clinic_id == clinic_id, Appointment.starts_at > now, Cancellation.booking_id.is_(None))
    )
    return {(who, floor(start), therapist) for who, start, therapist in await db.execute(asked)}


async def _people(db: AsyncSession, clinic_id: UUID) -> People:
    found = People()
    for who, name, mail, phone in await patients.indexes(db, clinic_id):
        found.add(Marks(name_mark(name), mail, phone), who)
    return found


def name_mark(index: bytes) -> bytes:
    """The index of a name in one order, so that 'Almeida, Jo' and 'Jo Almeida' are one."""
    entries = {index[at : at + ENTRY_BYTES] for at in range(0, len(index), ENTRY_BYTES)}
    return b"".join(sorted(entries))
