"""Queries of what was offered for home: offered, seen, put away."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.calm.homework.tables import CalmOffer
from server.db import added


async def offer(db: AsyncSession, clinic_id: UUID, patient_id: UUID, tool: str, by_id: UUID, now: datetime) -> bool:
    """Offer it; False when it is offered already."""
    own = uuid5(patient_id, tool)
    if await db.scalar(select(CalmOffer.id).where(CalmOffer.id == own)):
        return False
    row = CalmOffer(id=own, clinic_id=clinic_id, patient_id=patient_id, tool=tool, by_id=by_id, at=now)
    return await added(db, row)


async def offered(db: AsyncSession, patient_id: UUID) -> Sequence[str]:
    """What is offered to this patient, the latest first; each once, also where two records became one."""
    asked = select(CalmOffer.tool).where(CalmOffer.patient_id == patient_id).order_by(CalmOffer.at.desc())
    return list(dict.fromkeys(await db.scalars(asked)))


async def put_away(db: AsyncSession, patient_id: UUID, tool: str) -> None:
    await db.execute(delete(CalmOffer).where(CalmOffer.patient_id == patient_id, CalmOffer.tool == tool))
