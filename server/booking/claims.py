"""Taking time. Overlap is impossible in the database (`constraints.py`); this is how to ask first and to queue fairly.

On PostgreSQL everybody who wants the same resource queues behind an advisory lock, taken in
sorted order, before looking: the exclusion constraint alone deadlocks under a rush. On SQLite
the transaction holds the only writer's lock from its first statement on.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, bindparam, delete, exists, func, insert, or_, select, type_coerce, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import NullType

from server.booking.hours import Stretch
from server.booking.rules import Span
from server.booking.tables import Claim
from server.db import rows, seconds

LONGEST = timedelta(days=1)

_claims = Claim.__table__
# A page reads hundreds of these, so they come as the engine keeps them and whole seconds, not as objects.
_TAKEN = (
    select(type_coerce(_claims.c.resource_id, NullType()), seconds(_claims.c.from_at), seconds(_claims.c.until_at))
    .where(_claims.c.resource_id.in_(bindparam("resources", expanding=True)))
    .where(_claims.c.from_at < bindparam("until"), _claims.c.from_at > bindparam("earliest"))
    .where(_claims.c.until_at > bindparam("since"))
    .where(or_(_claims.c.expires_at.is_(None), _claims.c.expires_at > bindparam("now")))
    .order_by(_claims.c.from_at)
)
_TAKEN_BY_OTHERS = _TAKEN.where(
    or_(_claims.c.appointment_id.is_(None), _claims.c.appointment_id != bindparam("without"))
)
_TAKEN_BUT_HELD = _TAKEN.where(or_(_claims.c.hold_id.is_(None), _claims.c.hold_id != bindparam("without")))


class ClaimLost(Exception):
    """A claim met another although the resource was locked and free: somebody wrote without queueing."""


async def taken(
    db: AsyncSession,
    resource_ids: Collection[UUID],
    from_at: datetime,
    until_at: datetime,
    now: datetime,
    without: UUID | None = None,
    held: UUID | None = None,
) -> dict[UUID, list[Stretch]]:
    """Resource -> taken time that touches the span, rising; expired holds are left out, and the claims of one
    appointment (`without`) or else of one hold (`held`)."""
    # No claim is longer than a day, so the index reads that much more and no further back.
    known: dict[str, Any] = {"since": from_at, "until": until_at, "earliest": from_at - LONGEST, "now": now}
    known |= {"resources": list(resource_ids), "without": without or held}
    asked = _TAKEN_BY_OTHERS if without else _TAKEN_BUT_HELD if held else _TAKEN
    spans: dict[UUID, list[Stretch]] = {resource_id: [] for resource_id in resource_ids}
    by_kept_form: dict[Any, list[Stretch]] = {resource_id.hex: found for resource_id, found in spans.items()} | spans
    for resource, start, end in await rows(db, asked, known):
        by_kept_form[resource].append((start, end))
    return spans


async def is_free(
    db: AsyncSession,
    resource_id: UUID,
    span: Span,
    now: datetime,
    without: UUID | None = None,
    held: UUID | None = None,
) -> bool:
    """Within a unit: queue for the resource, drop its expired holds, and look again."""
    await queue_for(db, {resource_id})
    near = (Claim.resource_id == resource_id, *_touching(span.from_at, span.until_at))
    await db.execute(delete(Claim).where(*near, Claim.expires_at <= now))
    others = [*([_not_of(without)] if without else []), *([_not_held(held)] if held else [])]
    clash = select(exists().where(*near, *others))
    return not await db.scalar(clash)


async def take(db: AsyncSession, clinic_id: UUID, resource_id: UUID, span: Span, appointment_id: UUID) -> None:
    """Write a claim for an appointment that stands already. Raises ClaimLost."""
    values: dict[str, Any] = {
        "id": uuid4(),
        "clinic_id": clinic_id,
        "resource_id": resource_id,
        "appointment_id": appointment_id,
        "from_at": span.from_at,
        "until_at": span.until_at,
    }
    await _write(db, values)


async def hold(
    db: AsyncSession, clinic_id: UUID, resource_id: UUID, span: Span, hold_id: UUID, expires_at: datetime
) -> None:
    """Take time for a while, after `is_free` said yes. Raises ClaimLost."""
    values: dict[str, Any] = {
        "id": uuid4(),
        "clinic_id": clinic_id,
        "resource_id": resource_id,
        "from_at": span.from_at,
        "until_at": span.until_at,
        "expires_at": expires_at,
        "hold_id": hold_id,
    }
    await _write(db, values)


async def let_go(db: AsyncSession, hold_id: UUID) -> None:
    """Free the time of a hold."""
    await db.execute(delete(Claim).where(Claim.hold_id == hold_id))


async def _write(db: AsyncSession, values: dict[str, Any]) -> None:
    if db.get_bind().dialect.name != "postgresql":
        await db.execute(insert(Claim).values(values))
        return
    # A bare INSERT that meets another waits for it inside the constraint, and two such waits are a deadlock.
    written = postgresql_insert(Claim).values(values).on_conflict_do_nothing().returning(Claim.id)
    if await db.scalar(written) is None:
        raise ClaimLost(str(values["resource_id"]))


async def change(db: AsyncSession, appointment_id: UUID, resource_id: UUID, span: Span) -> None:
    """Move the claim of an appointment; the caller has queued and looked."""
    values = {"resource_id": resource_id, "from_at": span.from_at, "until_at": span.until_at}
    await db.execute(update(Claim).where(Claim.appointment_id == appointment_id).values(values))


async def span_of(db: AsyncSession, appointment_id: UUID) -> Span | None:
    """The time an appointment has claimed, buffers included."""
    row = (
        await db.execute(select(Claim.from_at, Claim.until_at).where(Claim.appointment_id == appointment_id))
    ).first()
    return Span(row.from_at, row.until_at) if row else None


async def release(db: AsyncSession, appointment_id: UUID) -> None:
    """Free the time of an appointment."""
    await db.execute(delete(Claim).where(Claim.appointment_id == appointment_id))


async def queue_for(db: AsyncSession, resource_ids: Iterable[UUID]) -> None:
    """Wait until nobody else takes time of these resources; the end of the transaction lets the next one in."""
    if db.get_bind().dialect.name != "postgresql":
        return
    for resource_id in sorted(resource_ids):
        await db.execute(select(func.pg_advisory_xact_lock(_lock_number(resource_id))))


def _lock_number(resource_id: UUID) -> int:
    return int.from_bytes(sha256(b"claims" + resource_id.bytes).digest()[:8], "big", signed=True)


def _touching(from_at: datetime, until_at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (Claim.from_at < until_at, Claim.from_at > from_at - LONGEST, Claim.until_at > from_at)


def _not_of(appointment_id: UUID) -> ColumnElement[bool]:
    return or_(Claim.appointment_id.is_(None), Claim.appointment_id != appointment_id)


def _not_held(hold_id: UUID) -> ColumnElement[bool]:
    return or_(Claim.hold_id.is_(None), Claim.hold_id != hold_id)
