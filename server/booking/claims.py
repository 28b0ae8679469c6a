"""Taking time. Overlap is impossible in the database (`constraints.py`); this is how to ask first and to queue fairly.

On PostgreSQL everybody who wants the same resource queues behind an advisory lock, taken in
sorted order, before looking: the exclusion constraint alone deadlocks under a rush. On SQLite
the transaction holds the only writer's lock from its first statement on.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import ColumnElement, and_, bindparam, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.hours import Stretch
from server.booking.rules import Span
from server.booking.tables import Claim
from server.clinic.changing import TEXT, Beside, text_of
from server.db import seconds
from server.nested import listed
from server.plain import put, rows

LONGEST = timedelta(days=1)

_claims = Claim.__table__
# A list reads thousands of these, so they come as one text of whole seconds for each resource, not as objects. Whoever
# asks for them asks for time off as well most often: they may stand in one statement.
_SPANS = msgspec.json.Decoder(list[Stretch])
_TAKEN = (
    text_of(_claims.c.resource_id, listed(seconds(_claims.c.from_at), seconds(_claims.c.until_at)))
    .where(_claims.c.resource_id.in_(bindparam("resources", expanding=True)))
    .where(_claims.c.from_at < bindparam("taken_until"), _claims.c.from_at > bindparam("taken_from"))
    .where(_claims.c.until_at > bindparam("taken_since"))
    .where(or_(_claims.c.expires_at.is_(None), _claims.c.expires_at > bindparam("now")))
    .group_by(_claims.c.resource_id)
)
_TAKEN_BY_OTHERS = _TAKEN.where(
    or_(_claims.c.appointment_id.is_(None), _claims.c.appointment_id.not_in(bindparam("without", expanding=True)))
)
_TAKEN_BUT_HELD = _TAKEN.where(or_(_claims.c.hold_id.is_(None), _claims.c.hold_id != bindparam("held")))

Without = UUID | Collection[UUID] | None
"""Appointments whose own claims do not count as taken: one, several or none."""


class ClaimLost(Exception):
    """A claim met another: of somebody who was first, or a hold that has ended and was not dropped yet."""


async def taken(
    db: AsyncSession,
    resource_ids: Collection[UUID],
    from_at: datetime,
    until_at: datetime,
    now: datetime,
    without: Without = None,
    held: UUID | None = None,
) -> dict[UUID, list[Stretch]]:
    """Resource -> taken time that touches the span, rising; expired holds are left out, and the claims of some
    appointments (`without`) or else of one hold (`held`).
    """
    asked = asking(resource_ids, from_at, until_at, now, without, held)
    return spans_of(resource_ids, [(row[0], row[TEXT]) for row in await rows(db, *asked)])


def asking(
    resource_ids: Collection[UUID], from_at: datetime, until_at: datetime, now: datetime, without: Without = None,
    held: UUID | None = None,
) -> Beside:  # fmt: skip
    """The statement of `taken`, for who asks more in the same."""
    # No claim is longer than a day, so the index reads that much more and no further back.
    known: dict[str, Any] = {"taken_since": from_at, "taken_until": until_at, "taken_from": from_at - LONGEST}
    known |= {"resources": list(resource_ids), "now": now}
    known |= {"without": several(without)} if without else {"held": held} if held else {}
    return Beside(_TAKEN_BY_OTHERS if without else _TAKEN_BUT_HELD if held else _TAKEN, known)


def spans_of(resource_ids: Collection[UUID], found: Iterable[tuple[UUID, str]]) -> dict[UUID, list[Stretch]]:
    """What came of it."""
    spans: dict[UUID, list[Stretch]] = {resource_id: [] for resource_id in resource_ids}
    return spans | {resource_id: sorted(_SPANS.decode(kept)) for resource_id, kept in found}


class Found(NamedTuple):
    """What a look within a unit found: whether all is free, and which resources the appointment that asks has now."""

    free: bool
    held: tuple[UUID, ...] = ()


async def look(
    db: AsyncSession,
    resource_ids: Collection[UUID],
    span: Span,
    now: datetime,
    of: UUID | None = None,
    held: UUID | None = None,
) -> Found:
    """Within a unit: queue for all of them, look again, and drop their expired holds. What one appointment (`of`) or
    else one hold (`held`) has taken itself is free for it.
    """
    await queue_for(db, resource_ids)
    near = _near(resource_ids, span)
    if of is None:
        claims = (await db.execute(select(Claim.hold_id, Claim.expires_at).where(*near))).all()
        ended = [ends is not None and ends <= now for _, ends in claims]
        if any(ended):
            await drop_expired(db, resource_ids, span, now)
        theirs = [hold is None or hold != held for hold, _ in claims]
        return Found(not any(other and not over for other, over in zip(theirs, ended, strict=True)))
    await drop_expired(db, resource_ids, span, now)
    asked = select(Claim.appointment_id, Claim.resource_id).where(or_(Claim.appointment_id == of, and_(*near)))
    found = (await db.execute(asked)).all()
    return Found(all(whose == of for whose, _ in found), tuple(which for whose, which in found if whose == of))


async def drop_expired(db: AsyncSession, resource_ids: Collection[UUID], span: Span, now: datetime) -> None:
    """Delete holds that have ended, since no constraint may read the clock."""
    await db.execute(delete(Claim).where(*_near(resource_ids, span), Claim.expires_at <= now))


async def take(
    db: AsyncSession, clinic_id: UUID, resource_ids: Collection[UUID], span: Span, appointment_id: UUID
) -> None:
    """Write the claims of an appointment that stands already, all of them or none. Raises ClaimLost."""
    await take_all(db, clinic_id, [(resource_id, span, appointment_id) for resource_id in resource_ids])


async def take_all(db: AsyncSession, clinic_id: UUID, wanted: Sequence[tuple[UUID, Span, UUID]]) -> None:
    """Write claims as (resource, span, appointment) in one statement. Raises ClaimLost."""
    await _write(db, [{**_row(clinic_id, which, span), "appointment_id": whose} for which, span, whose in wanted])


async def hold(
    db: AsyncSession, clinic_id: UUID, resource_ids: Collection[UUID], span: Span, hold_id: UUID, expires_at: datetime,
    of: UUID | None = None,
) -> None:  # fmt: skip
    """Take time for a while, after `look` said that all is free; `of`: for an appointment to which nobody comes yet.
    Raises ClaimLost."""
    more = {"expires_at": expires_at, "hold_id": hold_id, "appointment_id": of}
    await _write(db, [_row(clinic_id, resource_id, span) | more for resource_id in resource_ids])


async def let_go(db: AsyncSession, hold_id: UUID) -> None:
    """Free the time of a hold."""
    await db.execute(delete(Claim).where(Claim.hold_id == hold_id))


def _row(clinic_id: UUID, resource_id: UUID, span: Span) -> dict[str, Any]:
    taken = {"from_at": span.from_at, "until_at": span.until_at}
    return {"id": uuid4(), "clinic_id": clinic_id, "resource_id": resource_id, **taken}


async def _write(db: AsyncSession, values: Sequence[dict[str, Any]]) -> None:
    lost = ", ".join(sorted({str(row["resource_id"]) for row in values}))
    if db.get_bind().dialect.name != "postgresql":
        try:
            await put(db, Claim, *values)
        except IntegrityError:
            raise ClaimLost(lost) from None
        return
    # A bare INSERT that meets another waits for it inside the constraint, and two such waits are a deadlock.
    written = postgresql_insert(Claim).values(values).on_conflict_do_nothing().returning(Claim.id)
    if len((await db.scalars(written)).all()) != len(values):
        raise ClaimLost(lost)


async def change(
    db: AsyncSession, clinic_id: UUID, appointment_id: UUID, held: Collection[UUID], to: Collection[UUID], span: Span
) -> None:
    """Move the claims of an appointment from what it holds to these resources; the caller has queued and looked."""
    if len(held) == len(to) == 1:
        values = {"resource_id": next(iter(to)), "from_at": span.from_at, "until_at": span.until_at}
        await db.execute(update(Claim).where(Claim.appointment_id == appointment_id).values(values))
        return
    await release(db, [appointment_id])
    await take(db, clinic_id, to, span, appointment_id)


class Held(NamedTuple):
    """The time an appointment has claimed, buffers included, and of what."""

    span: Span
    resources: tuple[UUID, ...]


async def held_by(db: AsyncSession, appointment_id: UUID) -> Held | None:
    """What an appointment holds; None for one that holds nothing."""
    asked = select(Claim.from_at, Claim.until_at, Claim.resource_id).where(Claim.appointment_id == appointment_id)
    found = (await db.execute(asked)).all()
    if not found:
        return None
    return Held(Span(found[0].from_at, found[0].until_at), tuple(row.resource_id for row in found))


async def release(db: AsyncSession, appointment_ids: Collection[UUID]) -> None:
    """Free all that these appointments hold."""
    await db.execute(delete(Claim).where(Claim.appointment_id.in_(appointment_ids)))


async def queue_for(db: AsyncSession, resource_ids: Iterable[UUID]) -> None:
    """Wait until nobody else takes time of these resources; the end of the transaction lets the next one in."""
    if db.get_bind().dialect.name != "postgresql":
        return
    for resource_id in sorted(resource_ids):
        await db.execute(select(func.pg_advisory_xact_lock(_lock_number(resource_id))))


def _lock_number(resource_id: UUID) -> int:
    return int.from_bytes(sha256(b"claims" + resource_id.bytes).digest()[:8], "big", signed=True)


def several(without: Without) -> list[UUID]:
    """One appointment, several or none, as a list."""
    return [without] if isinstance(without, UUID) else list(without or ())


def _near(resource_ids: Collection[UUID], span: Span) -> tuple[ColumnElement[bool], ...]:
    within = Claim.from_at < span.until_at, Claim.from_at > span.from_at - LONGEST, Claim.until_at > span.from_at
    return Claim.resource_id.in_(resource_ids), *within
