"""Queries of rooms and equipment; values in, values out."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BindParameter, Uuid, bindparam, cast, delete, func, null, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from server.clinic.resources.rules import Closure, Kind, Pools, Unit
from server.clinic.resources.tables import Resource, ResourceClosure, ResourceKind
from server.db import Instant
from server.plain import rows

_units = Resource.__table__.c
_closures = ResourceClosure.__table__.c
_CLINIC: BindParameter[UUID] = bindparam("clinic_id", type_=Uuid())
_KINDS: BindParameter[list[UUID]] = bindparam("kinds", expanding=True)
# What a service needs is asked for with every look at its times, so that units and their closures are one statement.
_POOLS = union_all(
    select(_units.kind_id, _units.id, _units.position, cast(null(), Instant()), cast(null(), Instant()))
    .where(_units.clinic_id == _CLINIC, _units.kind_id.in_(_KINDS), _units.retired_at.is_(None)),
    select(_units.kind_id, _units.id, _units.position, _closures.from_at, _closures.until_at)
    .where(_units.clinic_id == _CLINIC, _units.kind_id.in_(_KINDS), _units.retired_at.is_(None))
    .where(_closures.resource_id == _units.id)
    .where(_closures.from_at < bindparam("until"), _closures.until_at > bindparam("since")),
)  # fmt: skip


async def pools(db: AsyncSession, clinic_id: UUID, needs: Sequence[UUID], since: datetime, until: datetime) -> Pools:
    """The units that may be taken for each of these kinds, and their closures that touch the span. One statement."""
    asked: dict[str, Any] = {"clinic_id": clinic_id, "kinds": list(needs), "since": since, "until": until}
    places: dict[UUID, dict[UUID, int]] = {kind_id: {} for kind_id in needs}
    closed: dict[UUID, list[tuple[datetime, datetime]]] = {}
    for kind_id, unit_id, position, from_at, until_at in await rows(db, _POOLS, asked):
        places[kind_id][unit_id] = position
        if from_at is not None:
            closed.setdefault(unit_id, []).append((from_at, until_at))
    return Pools(tuple(tuple(sorted(units, key=lambda one: (units[one], one))) for units in places.values()), closed)


async def kinds(db: AsyncSession, clinic_id: UUID) -> list[Kind]:
    """Every kind of the clinic with its units, in the clinic's order."""
    units: dict[UUID, list[Unit]] = {}
    asked = select(Resource).where(Resource.clinic_id == clinic_id).order_by(Resource.position, Resource.name)
    for row in await db.scalars(asked):
        units.setdefault(row.kind_id, []).append(_unit(row))
    known = select(ResourceKind).where(ResourceKind.clinic_id == clinic_id)
    found = await db.scalars(known.order_by(ResourceKind.position, ResourceKind.word))
    return [Kind(row.id, row.word, tuple(units.get(row.id, ()))) for row in found]


async def unit_of(db: AsyncSession, clinic_id: UUID, unit_id: UUID) -> Unit | None:
    """One unit of this clinic."""
    row = await db.get(Resource, unit_id)
    return _unit(row) if row and row.clinic_id == clinic_id else None


async def units_named(db: AsyncSession, unit_ids: Collection[UUID]) -> dict[UUID, Unit]:
    """Those of these ids that are units; others, such as therapists, are left out."""
    found = await db.scalars(select(Resource).where(Resource.id.in_(unit_ids)))
    return {row.id: _unit(row) for row in found}


async def add_kind(db: AsyncSession, clinic_id: UUID, kind: Kind) -> None:
    """Write a new kind at the end of the list."""
    place = await db.scalar(select(func.count()).where(ResourceKind.clinic_id == clinic_id))
    db.add(ResourceKind(id=kind.id, clinic_id=clinic_id, word=kind.word, position=place or 0))
    await db.flush()


async def rename_kind(db: AsyncSession, clinic_id: UUID, kind_id: UUID, word: str) -> bool:
    """Call a kind otherwise; False when the clinic has no such kind."""
    row = await db.get(ResourceKind, kind_id)
    if row is None or row.clinic_id != clinic_id:
        return False
    row.word = word
    await db.flush()
    return True


async def add_unit(db: AsyncSession, clinic_id: UUID, unit: Unit) -> None:
    """Write a new unit at the end of its kind."""
    place = await db.scalar(select(func.count()).where(Resource.kind_id == unit.kind_id))
    row = Resource(id=unit.id, clinic_id=clinic_id, kind_id=unit.kind_id, name=unit.name, position=place or 0)
    row.serial = unit.serial
    db.add(row)
    await db.flush()


async def change_unit(db: AsyncSession, clinic_id: UUID, unit: Unit, now: datetime) -> bool:
    """Write a unit's name and whether it is retired; False when the clinic has no such unit."""
    row = await db.get(Resource, unit.id)
    if row is None or row.clinic_id != clinic_id:
        return False
    row.name, row.serial = unit.name, unit.serial
    row.retired_at = (row.retired_at or now) if unit.retired else None
    await db.flush()
    return True


async def closures(db: AsyncSession, unit_id: UUID, since: datetime) -> list[Closure]:
    """When a unit is closed from a moment on, earliest first."""
    row = ResourceClosure
    asked = select(row).where(row.resource_id == unit_id, row.until_at > since).order_by(row.from_at)
    return [Closure(one.id, one.resource_id, one.from_at, one.until_at) for one in await db.scalars(asked)]


async def close(db: AsyncSession, clinic_id: UUID, unit_id: UUID, from_at: datetime, until_at: datetime) -> None:
    """Write time in which a unit cannot be used; what is booked in it stays."""
    db.add(ResourceClosure(id=uuid4(), clinic_id=clinic_id, resource_id=unit_id, from_at=from_at, until_at=until_at))
    await db.flush()


async def drop_closure(db: AsyncSession, clinic_id: UUID, unit_id: UUID, closure_id: UUID) -> bool:
    """Take a closure back; False when there is none of this id."""
    row = ResourceClosure
    gone = delete(row).where(row.id == closure_id, row.clinic_id == clinic_id, row.resource_id == unit_id)
    return bool((await db.execute(gone.returning(row.id))).all())


def _unit(row: Resource) -> Unit:
    return Unit(row.id, row.kind_id, row.name, row.retired_at is not None, row.serial)
