"""Queries of the exercises that a patient did."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from server.calm.forms import Done
from server.calm.meditation.forms import Ratings
from server.calm.tables import CalmTime

MOST = 100


@dataclass(frozen=True)
class Kept:
    id: UUID
    exercise: str
    seconds: int
    at: datetime
    ratings: Ratings


async def keep(db: AsyncSession, clinic_id: UUID, patient_id: UUID, done: Done, now: datetime) -> bool:
    """Write it once; whether this is what stands under its id: False where something else does, or somebody else's."""
    engine = postgresql if db.get_bind().dialect.name == "postgresql" else sqlite
    row = {"id": done.id, "clinic_id": clinic_id, "patient_id": patient_id, "exercise": done.exercise}
    row |= {"seconds": done.seconds, "times": done.times, "at": done.ended_at(now)}
    added = engine.insert(CalmTime).values(row).on_conflict_do_nothing().returning(CalmTime.id)
    if await db.scalar(added) is not None:
        return True
    same = {"patient_id": patient_id, "exercise": done.exercise, "seconds": done.seconds, "times": done.times}
    return await db.scalar(select(CalmTime.id).filter_by(id=done.id, **same)) is not None


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


async def forget(db: AsyncSession, patient_id: UUID) -> int:
    """Delete all of it; how many it were."""
    return len(
        (await db.scalars(delete(CalmTime).where(CalmTime.patient_id == patient_id).returning(CalmTime.id))).all()
    )
