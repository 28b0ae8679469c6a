"""Calling somebody back as part of a unit: a row that says who and when, and one message for each way."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.visit.ladder.store import waiting_rules
from server.visit.recall import store
from server.visit.recall.rules import OPEN, Reach, Refusal, may_recall
from server.visit.rules import VisitFacts, is_away


async def call_if_away(db: AsyncSession, visit: VisitFacts, staff_id: UUID, now: datetime) -> Reach | Refusal:
    """By which ways they are called now, or why they are not. Who calls holds the visit's lock."""
    reach = await store.reach_of(db, visit.id)
    calling = (await store.callings(db, [visit.id], now)).get(visit.id)
    refusal = may_recall(
        is_open=visit.state in OPEN,
        is_away=is_away(visit, now),
        reach=reach,
        last=calling.last if calling else None,
        now=now,
    )
    if refusal is not None:
        return refusal
    kept = (await waiting_rules(db, visit.clinic_id)).back_within
    await store.call(db, visit.id, reach, staff_id, now, now + kept)
    return reach
