"""Queries of who is away today; values in, values out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.claims import Held
from server.booking.rules import Span
from server.visit.away.rules import Became, Told
from server.visit.away.tables import AwayBooking, AwayDay


@dataclass(frozen=True)
class Away:
    """One time that somebody went away."""

    id: UUID
    clinic_id: UUID
    therapist_id: UUID
    leave_id: UUID
    until_at: datetime
    made_at: datetime
    undone_at: datetime | None
    ahead: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of one booking, and how its patient heard of it."""

    booking_id: UUID
    became: Became
    to_id: UUID | None
    sequence: int
    held: Held | None
    told: Told | None = None


async def add(db: AsyncSession, away: Away, by_id: UUID) -> None:
    db.add(
        AwayDay(
            id=away.id,
            clinic_id=away.clinic_id,
            therapist_id=away.therapist_id,
            leave_id=away.leave_id,
            until_at=away.until_at,
            made_at=away.made_at,
            made_by=by_id,
            ahead=away.ahead,
        )
    )
    await db.flush()


async def add_outcome(db: AsyncSession, away_id: UUID, one: Outcome) -> None:
    db.add(
        AwayBooking(
            away_id=away_id,
            booking_id=one.booking_id,
            became=one.became,
            to_id=one.to_id,
            sequence=one.sequence,
            held=_written(one.held) if one.held else None,
        )
    )
    await db.flush()


async def one(db: AsyncSession, clinic_id: UUID, away_id: UUID) -> Away | None:
    """One of this clinic."""
    row = await db.get(AwayDay, away_id)
    if row is None or row.clinic_id != clinic_id:
        return None
    when = row.until_at, row.made_at, row.undone_at
    return Away(row.id, row.clinic_id, row.therapist_id, row.leave_id, *when, row.ahead)


async def was_undone(db: AsyncSession, away_id: UUID) -> bool:
    """Whether it was taken back before anybody was told."""
    return (await db.scalar(select(AwayDay.undone_at).where(AwayDay.id == away_id))) is not None


async def outcomes(db: AsyncSession, away_id: UUID) -> list[Outcome]:
    rows = await db.scalars(select(AwayBooking).where(AwayBooking.away_id == away_id))
    return [
        Outcome(
            row.booking_id,
            Became(row.became),
            row.to_id,
            row.sequence,
            _read(row.held) if row.held else None,
            Told(row.told) if row.told else None,
        )
        for row in rows
    ]


async def undo(db: AsyncSession, away_id: UUID, by_id: UUID, now: datetime) -> bool:
    """Take it back, once, unless telling has begun."""
    open_still = (AwayDay.id == away_id, AwayDay.undone_at.is_(None), AwayDay.told_at.is_(None))
    done = update(AwayDay).where(*open_still).values(undone_at=now, undone_by=by_id).returning(AwayDay.id)
    return await db.scalar(done) is not None


async def begin_telling(db: AsyncSession, away_id: UUID, now: datetime) -> bool:
    """Whether people may be told: it was not taken back, and cannot be any more."""
    open_still = (AwayDay.id == away_id, AwayDay.undone_at.is_(None), AwayDay.told_at.is_(None))
    await db.execute(update(AwayDay).where(*open_still).values(told_at=now))
    begun = select(AwayDay.id).where(AwayDay.id == away_id, AwayDay.told_at.is_not(None))
    return await db.scalar(begun) is not None


async def became(db: AsyncSession, away_id: UUID, booking_id: UUID, what: Became) -> None:
    """Write that something else became of it in the end."""
    which = (AwayBooking.away_id == away_id, AwayBooking.booking_id == booking_id)
    await db.execute(update(AwayBooking).where(*which).values(became=what))


async def note_told(db: AsyncSession, away_id: UUID, booking_id: UUID, told: Told, now: datetime) -> None:
    which = (AwayBooking.away_id == away_id, AwayBooking.booking_id == booking_id)
    await db.execute(update(AwayBooking).where(*which).values(told=told, told_at=now))


async def away_now(db: AsyncSession, therapist_ids: Sequence[UUID], now: datetime) -> dict[UUID, UUID]:
    """Therapist -> the newest time they went away that still lasts."""
    asked = (
        select(AwayDay.therapist_id, AwayDay.id)
        .where(AwayDay.therapist_id.in_(therapist_ids), AwayDay.until_at > now, AwayDay.undone_at.is_(None))
        .where(AwayDay.ahead.is_(False))
        .order_by(AwayDay.made_at)
    )
    return {row.therapist_id: row.id for row in await db.execute(asked)}


def _written(held: Held) -> dict[str, Any]:
    resources = [resource.hex for resource in held.resources]
    return {"from": held.span.from_at.isoformat(), "until": held.span.until_at.isoformat(), "resources": resources}


def _read(kept: dict[str, Any]) -> Held:
    span = Span(datetime.fromisoformat(kept["from"]), datetime.fromisoformat(kept["until"]))
    return Held(span, tuple(UUID(resource) for resource in kept["resources"]))
