"""Queries of the exercises that a patient did."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from types import ModuleType
from uuid import UUID, uuid4

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from server.calm.forms import Done
from server.calm.meditation.forms import Ratings
from server.calm.tables import CalmGone, CalmTime
from server.patients.store import alone

MOST = 100


@dataclass(frozen=True)
class Kept:
    id: UUID
    exercise: str
    seconds: int
    at: datetime
    ratings: Ratings


async def keep(db: AsyncSession, clinic_id: UUID, patient_id: UUID, done: Done, now: datetime) -> bool:
    """Write it once, and never again what they deleted; whether it is done with: False where something else stands
    under its id, or somebody else's.
    """
    if await _deleted(db, patient_id, done, now):
        return True
    row = {"id": done.id, "clinic_id": clinic_id, "patient_id": patient_id, "exercise": done.exercise}
    row |= {"seconds": done.seconds, "times": done.times, "at": done.ended_at(now)}
    added = _engine(db).insert(CalmTime).values(row).on_conflict_do_nothing().returning(CalmTime.id)
    if await db.scalar(added) is not None:
        return True
    same = {"patient_id": patient_id, "exercise": done.exercise, "seconds": done.seconds, "times": done.times}
    return await db.scalar(select(CalmTime.id).filter_by(id=done.id, **same)) is not None


async def _deleted(db: AsyncSession, patient_id: UUID, done: Done, now: datetime) -> bool:
    """Whether they deleted it, or deleted all of it after it was done, though it had not come yet."""
    await alone(db, patient_id)
    gone = or_(CalmGone.id == done.id, CalmGone.at >= done.ended_at(now))
    return await db.scalar(select(CalmGone.id).where(CalmGone.patient_id == patient_id, gone).limit(1)) is not None


async def rate(db: AsyncSession, patient_id: UUID, done_id: UUID, ratings: Ratings) -> None:
    """Write beside what this patient did how it was; what is not said again stays as it was said before."""
    said = {name: number for name, number in asdict(ratings).items() if number is not None}
    if said:
        mine = (CalmTime.id == done_id, CalmTime.patient_id == patient_id)
        await db.execute(update(CalmTime).where(*mine).values(said))


async def kept(db: AsyncSession, patient_id: UUID, most: int = MOST) -> Sequence[Kept]:
    """What this patient did, the latest first."""
    asked = select(CalmTime).where(CalmTime.patient_id == patient_id).order_by(CalmTime.at.desc()).limit(most)
    return [Kept(row.id, row.exercise, row.seconds, row.at, _ratings(row)) for row in await db.scalars(asked)]


def _ratings(row: CalmTime) -> Ratings:
    return Ratings(row.calm_before, row.calm_after, row.mood_before, row.mood_after)


async def forget(db: AsyncSession, clinic_id: UUID, patient_id: UUID, now: datetime) -> int:
    """Delete all of it, and keep it from coming back, also where it has not come yet; how many it were."""
    await alone(db, patient_id)
    ids = (await db.scalars(delete(CalmTime).where(CalmTime.patient_id == patient_id).returning(CalmTime.id))).all()
    whose = {"clinic_id": clinic_id, "patient_id": patient_id, "at": now}
    gone = [{"id": one, **whose} for one in (*ids, uuid4())]
    await db.execute(_engine(db).insert(CalmGone).on_conflict_do_nothing(), gone)
    return len(ids)


def _engine(db: AsyncSession) -> ModuleType:
    return postgresql if db.get_bind().dialect.name == "postgresql" else sqlite
