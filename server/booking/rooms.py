"""Which rooms and devices appointments hold: for the booking's own page, and for a calendar by room."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, String, Uuid, case, column, exists, or_, select, table
from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.tables import Appointment, Claim
from server.db import Instant

# Rooms and equipment belong to the clinic feature: joined by name, as foreign keys are.
_unit = table(
    "resources",
    column("id", Uuid()),
    column("clinic_id", Uuid()),
    column("kind_id", Uuid()),
    column("name", String()),
    column("position", Integer()),
    column("retired_at", Instant()),
)
_closure = table(
    "resource_closures", column("resource_id", Uuid()), column("from_at", Instant()), column("until_at", Instant())
)
_kind = table("resource_kinds", column("id", Uuid()), column("word", String()), column("position", Integer()))


@dataclass(frozen=True)
class Room:
    """A unit that an appointment holds, as people call it: 'Treatment room', 'Room 2'."""

    unit_id: UUID
    kind: str
    name: str


@dataclass(frozen=True)
class TakenUnit:
    """Time that a unit is taken, buffers included; without an appointment it is held for somebody who decides."""

    unit_id: UUID
    from_at: datetime
    until_at: datetime
    appointment_id: UUID | None


async def rooms_of(db: AsyncSession, appointment_ids: Collection[UUID]) -> dict[UUID, list[Room]]:
    """Appointment -> what it holds, kind by kind; every appointment has an entry. One statement."""
    asked = (
        select(Claim.appointment_id, _unit.c.id, _kind.c.word, _unit.c.name)
        .join(_unit, _unit.c.id == Claim.resource_id)
        .join(_kind, _kind.c.id == _unit.c.kind_id)
        .where(Claim.appointment_id.in_(appointment_ids))
        .order_by(_kind.c.position, _unit.c.position)
    )
    found: dict[UUID, list[Room]] = {appointment_id: [] for appointment_id in appointment_ids}
    for appointment_id, *room in await db.execute(asked):
        found[appointment_id].append(Room(*room))
    return found


def _unusable() -> ColumnElement[bool]:
    """Of an appointment and a unit that it holds: the unit is used no more, or closed while they meet."""
    over = (_closure.c.from_at < Appointment.ends_at, _closure.c.until_at > Appointment.starts_at)
    return or_(_unit.c.retired_at.is_not(None), exists().where(_closure.c.resource_id == _unit.c.id, *over))


def in_unusable_room() -> ColumnElement[bool]:
    """Within a statement about appointments: whether one of those holds such a unit."""
    held = (Claim.appointment_id == Appointment.id, _unit.c.id == Claim.resource_id)
    return exists(select(Claim.id).join(_unit, _unit.c.id == Claim.resource_id).where(*held, _unusable()))


async def unusable_rooms(db: AsyncSession, clinic_id: UUID, now: datetime) -> dict[UUID, str]:
    """Appointment ahead -> what it is called that it holds and cannot use; the others are left out. One statement."""
    asked = (
        select(Claim.appointment_id, _unit.c.name)
        .join(Appointment, Appointment.id == Claim.appointment_id)
        .join(_unit, _unit.c.id == Claim.resource_id)
        .where(Claim.clinic_id == clinic_id, Appointment.starts_at > now, _unusable())
    )
    return {row.appointment_id: row.name for row in await db.execute(asked)}


async def taken_units(
    db: AsyncSession, clinic_id: UUID, since: datetime, until: datetime, now: datetime
) -> list[TakenUnit]:
    """All time of the clinic's rooms and devices that is taken in the span, earliest first. One statement."""
    asked = (
        select(
            Claim.resource_id, Claim.from_at, Claim.until_at, case((Claim.expires_at.is_(None), Claim.appointment_id))
        )
        .join(_unit, _unit.c.id == Claim.resource_id)
        .where(Claim.clinic_id == clinic_id, Claim.from_at < until, Claim.until_at > since)
        .where(Claim.expires_at.is_(None) | (Claim.expires_at > now))
        .order_by(Claim.from_at)
    )
    return [TakenUnit(*row) for row in await db.execute(asked)]
