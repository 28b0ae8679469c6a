"""Queries of calendars elsewhere; values in, values out."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import case, delete, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.clinic.calendars.rules import Access, Busy, Kind, Known, Trouble, times_of
from server.clinic.calendars.tables import OtherCalendar
from server.crypto import Keyring, Place, seal, unseal
from server.db import Instant

LEASE = timedelta(seconds=120)


def sealed(ring: Keyring, clinic_id: UUID, calendar_id: UUID, access: Access) -> bytes:
    """Where a calendar is and how to get in, sealed with the clinic's key."""
    text = json.dumps([access.address, access.user, access.password])
    return seal(ring, text, _place(clinic_id, calendar_id))


def opened(ring: Keyring, known: Known) -> Access:
    """What `sealed` was given. Raises SealBroken."""
    return Access(*json.loads(unseal(ring, known.access_sealed, _place(known.clinic_id, known.id))))


def _place(clinic_id: UUID, calendar_id: UUID) -> Place:
    return Place(clinic_id, clinic_id, "other_calendars", calendar_id, "access")


async def calendars_of(db: AsyncSession, therapist_id: UUID) -> list[Known]:
    """All calendars of a therapist, the oldest first."""
    asked = select(OtherCalendar).where(OtherCalendar.therapist_id == therapist_id)
    return [_known(row) for row in await db.scalars(asked.order_by(OtherCalendar.made_at, OtherCalendar.id))]


async def calendar_of(db: AsyncSession, therapist_id: UUID, calendar_id: UUID) -> Known | None:
    """One calendar, if it is this therapist's."""
    row = await db.get(OtherCalendar, calendar_id)
    return _known(row) if row and row.therapist_id == therapist_id else None


async def count(db: AsyncSession, therapist_id: UUID) -> int:
    asked = select(func.count()).where(OtherCalendar.therapist_id == therapist_id)
    return await db.scalar(asked) or 0


async def add(db: AsyncSession, known: Known, now: datetime) -> None:
    """Write a calendar that is read for the first time soon."""
    db.add(
        OtherCalendar(
            id=known.id,
            clinic_id=known.clinic_id,
            therapist_id=known.therapist_id,
            name=known.name,
            kind=known.kind,
            access_sealed=known.access_sealed,
            whole_days=known.whole_days,
            paused_at=known.paused_at,
            made_at=now,
            due_at=now,
        )
    )
    await db.flush()


async def pause(db: AsyncSession, calendar_id: UUID, now: datetime | None) -> None:
    """Neither read it nor count its times from now on; None: do both again."""
    await db.execute(_one(calendar_id).values(paused_at=now))


async def set_writes(db: AsyncSession, calendar_id: UUID, writes: bool) -> None:
    """Whether bookings are written into it from now on."""
    await db.execute(_one(calendar_id).values(writes=writes))


async def read_soon(db: AsyncSession, calendar_id: UUID, now: datetime) -> None:
    """Let it be read as soon as somebody gets to it, even if nothing has changed there."""
    await db.execute(_one(calendar_id).values(due_at=now, seen=""))


async def remove(db: AsyncSession, calendar_id: UUID) -> None:
    """Forget a calendar and its times."""
    await db.execute(delete(OtherCalendar).where(OtherCalendar.id == calendar_id))


async def takes(db: AsyncSession, therapist_id: UUID, from_at: datetime, until_at: datetime) -> bool:
    """Whether calendars elsewhere take any of this span of a therapist's time, as they were read last."""
    later = case((OtherCalendar.later_from < until_at, OtherCalendar.later), else_="[]")
    asked = select(OtherCalendar.busy, later).where(OtherCalendar.therapist_id == therapist_id)
    found = await db.execute(asked.where(OtherCalendar.paused_at.is_(None)))
    begin, end = from_at.timestamp(), until_at.timestamp()
    return any(start < end and stop > begin for parts in found for kept in parts for start, stop in times_of(kept))


async def any_due(db: AsyncSession, now: datetime) -> bool:
    """Whether any calendar is to be read."""
    return bool(await db.scalar(select(select(OtherCalendar.id).where(*_due(now)).exists())))


async def lease_due(db: AsyncSession, now: datetime, most: int) -> list[Known]:
    """Take what is to be read; nobody else gets it until it was read, or two minutes have passed."""
    asked = select(OtherCalendar).where(*_due(now)).order_by(OtherCalendar.due_at).limit(most)
    taken = (await db.scalars(asked.with_for_update(skip_locked=True))).all()
    for row in taken:
        row.leased_until = now + LEASE
    return [_known(row) for row in taken]


async def keep_read(
    db: AsyncSession, calendar_id: UUID, busy: Busy | None, seen: str, left_out: int, now: datetime, due_at: datetime
) -> None:
    """What was read takes the place of what was known; None: it is still the same."""
    values: dict[str, Any] = {}
    if busy is not None:
        values = {"busy": json.dumps(busy.soon), "later": json.dumps(busy.later), "seen": seen, "left_out": left_out}
        values |= {"later_from": busy.near, "read_until": busy.until}
    values |= {"read_at": now, "failed_since": None, "trouble": "", "tries": 0}
    await db.execute(_one(calendar_id).values(due_at=due_at, leased_until=None, **values))


async def keep_trouble(db: AsyncSession, calendar_id: UUID, trouble: Trouble, now: datetime, due_at: datetime) -> None:
    """It could not be read; the times last known stay."""
    values = {"trouble": trouble, "failed_since": func.coalesce(OtherCalendar.failed_since, literal(now, Instant()))}
    changed = _one(calendar_id).values(due_at=due_at, leased_until=None, tries=OtherCalendar.tries + 1, **values)
    await db.execute(changed)


def _one(calendar_id: UUID) -> Any:
    return update(OtherCalendar).where(OtherCalendar.id == calendar_id)


def _due(now: datetime) -> Sequence[Any]:
    free = or_(OtherCalendar.leased_until.is_(None), OtherCalendar.leased_until < now)
    return OtherCalendar.due_at <= now, OtherCalendar.paused_at.is_(None), free


def _known(row: OtherCalendar) -> Known:
    return Known(
        id=row.id,
        clinic_id=row.clinic_id,
        therapist_id=row.therapist_id,
        name=row.name,
        kind=Kind(row.kind),
        whole_days=row.whole_days,
        writes=row.writes,
        times=len(json.loads(row.busy)) + len(json.loads(row.later)),
        left_out=row.left_out,
        paused_at=row.paused_at,
        read_at=row.read_at,
        failed_since=row.failed_since,
        trouble=Trouble(row.trouble) if row.trouble else None,
        tries=row.tries,
        seen=row.seen,
        access_sealed=row.access_sealed,
    )
