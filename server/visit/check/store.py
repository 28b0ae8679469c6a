"""Queries of the checks: values in, values out."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.visit.check.forms import from_json, to_json
from server.visit.check.rules import Advice, Figures, Grade, Kept, Verdict
from server.visit.check.tables import VisitCheck
from server.visit.store import By

MOST = 10
"""Checks that are kept of one visit; the oldest goes first."""


async def keep(db: AsyncSession, visit_id: UUID, figures: Figures, found: Verdict, by: By, now: datetime) -> None:
    """Keep a check. The visit's row is locked by whoever calls, so the count cannot be overrun."""
    row = VisitCheck(id=uuid4(), visit_id=visit_id, at=now, by_kind=by.kind, by_id=by.id, figures=to_json(figures))
    row.sound, row.video, row.network, row.advice = found.sound, found.video, found.network, found.advice
    db.add(row)
    await db.flush()
    newest = select(VisitCheck.id).where(VisitCheck.visit_id == visit_id)
    old = list(await db.scalars(newest.order_by(VisitCheck.at.desc(), VisitCheck.id).offset(MOST)))
    if old:
        await db.execute(delete(VisitCheck).where(VisitCheck.id.in_(old)))


async def last_of(db: AsyncSession, visit_ids: Collection[UUID]) -> dict[UUID, Kept]:
    """Visit -> its newest check, for those that have one."""
    if not visit_ids:
        return {}
    newest = (
        select(VisitCheck.visit_id, func.max(VisitCheck.at).label("at"))
        .where(VisitCheck.visit_id.in_(visit_ids))
        .group_by(VisitCheck.visit_id)
        .subquery()
    )
    asked = select(VisitCheck).join(newest, (newest.c.visit_id == VisitCheck.visit_id) & (newest.c.at == VisitCheck.at))
    return {row.visit_id: _kept(row) for row in await db.scalars(asked.order_by(VisitCheck.id))}


def _kept(row: VisitCheck) -> Kept:
    found = Verdict(Grade(row.sound), Grade(row.video), Grade(row.network), Advice(row.advice))
    return Kept(row.visit_id, row.at, found, from_json(row.figures))
