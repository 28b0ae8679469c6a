"""Queries of what is asked every week; values in, values out."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.db import added
from server.measures.tables import Measure, MeasureStop
from server.measures.weekly.rules import Asked

LOOK_BACK = timedelta(days=70)
"""As far as it matters what they were asked before: more weeks than go by without an answer."""


async def ask(
    db: AsyncSession, ids: tuple[UUID, UUID], key: str, version_id: UUID, week: date, now: datetime
) -> bool:  # fmt: skip
    """Ask it of the patient alone in this week; False where that was done before, as by another node. `ids`: of clinic
    and patient.
    """
    clinic_id, patient_id = ids
    new = Measure(id=uuid4(), clinic_id=clinic_id, patient_id=patient_id, asked_for=patient_id, version_id=version_id)
    new.key, new.asked_at, new.week = key, now, week
    return await added(db, new)


async def asked_of(
    db: AsyncSession, clinic_id: UUID, patient_ids: Collection[UUID], now: datetime
) -> Mapping[UUID, Sequence[Asked]]:
    """Patient -> what they were asked in the last weeks, and what is open of before, oldest first."""
    recent = Measure.asked_at >= now - LOOK_BACK
    open_ = and_(Measure.finished_at.is_(None), Measure.withdrawn_at.is_(None), Measure.asked_for.is_not(None))
    mine = (Measure.clinic_id == clinic_id, Measure.patient_id.in_(patient_ids), or_(recent, open_))
    found = defaultdict[UUID, list[Asked]](list)
    if patient_ids:
        for row in await db.scalars(select(Measure).where(*mine).order_by(Measure.asked_at)):
            found[row.patient_id].append(_asked(row))
    return found


def _asked(row: Measure) -> Asked:
    alone = row.booking_id is None and row.asked_for is not None
    return Asked(row.id, row.key, row.week, alone, row.begun_at, row.finished_at, row.withdrawn_at)


async def whose_open(db: AsyncSession, clinic_id: UUID, among: Collection[UUID] | None = None) -> set[UUID]:
    """The patients, of these or of all, of whom something stands that they are asked by the week."""
    open_ = [Measure.week.is_not(None), Measure.finished_at.is_(None), Measure.withdrawn_at.is_(None)]
    open_ += [Measure.patient_id.in_(among)] if among is not None else []
    return set(await db.scalars(select(Measure.patient_id).where(Measure.clinic_id == clinic_id, *open_).distinct()))


async def stops_of(
    db: AsyncSession, clinic_id: UUID, patient_ids: Collection[UUID]
) -> Mapping[UUID, Mapping[str, tuple[datetime, UUID]]]:
    """Patient -> each measure that is asked of them by the week no more: since when, and who said so."""
    row = MeasureStop
    mine = select(row).where(row.clinic_id == clinic_id, row.patient_id.in_(patient_ids)).order_by(row.at)
    newest = {(one.patient_id, one.key): one for one in (await db.scalars(mine) if patient_ids else ())}
    found = defaultdict[UUID, dict[str, tuple[datetime, UUID]]](dict)
    for (patient_id, key), one in newest.items():
        if one.stopped:
            found[patient_id][key] = (one.at, one.by_id)
    return found


async def say(
    db: AsyncSession, clinic_id: UUID, patient_id: UUID, key: str, by: UUID, now: datetime, *, stopped: bool
) -> bool:
    """It is asked of them by the week no more, or again; False where that holds already."""
    if (key in (await stops_of(db, clinic_id, [patient_id])).get(patient_id, {})) is stopped:
        return False
    new = MeasureStop(id=uuid4(), clinic_id=clinic_id, patient_id=patient_id, key=key, stopped=stopped, by_id=by)
    new.at = now
    db.add(new)
    await db.flush()
    return True
