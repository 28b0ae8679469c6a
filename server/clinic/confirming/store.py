"""Queries of what clinicians confirmed; values in, values out."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.clinic.confirming.rules import Each, Outcome, Said, holds
from server.clinic.confirming.tables import ClinicalConfirmation
from server.db import added


async def confirmed(db: AsyncSession, clinic_id: UUID, topic: str, version: str) -> bool:
    """Whether somebody of this clinic stands up for this very version."""
    return holds(await said_of(db, clinic_id, topic), version)


async def said_of(db: AsyncSession, clinic_id: UUID, topic: str) -> Said | None:
    """The newest word on a topic."""
    asked = select(ClinicalConfirmation).where(
        ClinicalConfirmation.clinic_id == clinic_id, ClinicalConfirmation.topic == topic
    )
    row = await db.scalar(asked.order_by(ClinicalConfirmation.number.desc()).limit(1))
    return _said(row) if row else None


async def all_said(db: AsyncSession, clinic_id: UUID) -> Mapping[str, Said]:
    """Topic -> the newest word on it."""
    asked = (
        select(ClinicalConfirmation)
        .where(ClinicalConfirmation.clinic_id == clinic_id)
        .order_by(ClinicalConfirmation.number)
    )
    return {row.topic: _said(row) for row in await db.scalars(asked)}


async def each_said(db: AsyncSession, clinic_id: UUID) -> Each:
    """(topic, version) -> the newest word on that very version."""
    row = ClinicalConfirmation
    asked = select(row).where(row.clinic_id == clinic_id).order_by(row.number)
    return {(one.topic, one.version): _said(one) for one in await db.scalars(asked)}


async def standing(db: AsyncSession, clinic_id: UUID, topics: Collection[str]) -> frozenset[tuple[str, str]]:
    """(topic, version) of these topics for which the last word is yes: also of a version that is not the newest, as
    courses may go by it still.
    """
    row = ClinicalConfirmation
    asked = select(row.topic, row.version, row.yes).where(row.clinic_id == clinic_id, row.topic.in_(topics))
    said = {(topic, version): yes for topic, version, yes in await db.execute(asked.order_by(row.number))}
    return frozenset(key for key, yes in said.items() if yes)


async def confirm(
    db: AsyncSession, clinic_id: UUID, topic: str, version: str, by: UUID, now: datetime, *, several: bool = False
) -> Outcome:
    """Write that this version is confirmed; nothing new where it is already. `several`: others stand beside it."""
    last = await said_of(db, clinic_id, topic)
    if (topic, version) in await standing(db, clinic_id, [topic]) if several else holds(last, version):
        return Outcome.SAME
    return await _add(db, clinic_id, Said(topic, version, (last.number if last else 0) + 1, True, by, now))


async def take_back(
    db: AsyncSession, clinic_id: UUID, topic: str, by: UUID, now: datetime, version: str = ""
) -> Outcome:  # fmt: skip
    """Write that it is confirmed no more, of several versions this one; nothing new where it is not."""
    last = await said_of(db, clinic_id, topic)
    of = version or (last.version if last else "")
    stands = (topic, of) in await standing(db, clinic_id, [topic]) if version else last is not None and last.yes
    if last is None or not stands:
        return Outcome.SAME
    return await _add(db, clinic_id, Said(topic, of, last.number + 1, False, by, now))


async def _add(db: AsyncSession, clinic_id: UUID, said: Said) -> Outcome:
    row = ClinicalConfirmation(
        id=uuid4(), clinic_id=clinic_id, topic=said.topic, version=said.version, number=said.number, yes=said.yes,
        by_id=said.by, at=said.at,
    )  # fmt: skip
    return Outcome.KEPT if await added(db, row) else Outcome.SAME


def _said(row: ClinicalConfirmation) -> Said:
    return Said(row.topic, row.version, row.number, row.yes, row.by_id, row.at)
