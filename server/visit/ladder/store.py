"""Queries of the clinic's choices for those who wait, of wishes, and of where each climb stands."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts import store as accounts
from server.db import added
from server.safety.alerts import store as alerts
from server.safety.alerts.rules import Alert, Ladder
from server.visit.ladder.rules import (
    KIND,
    SENT_BACK_QUIET,
    USUAL,
    Answer,
    Climb,
    Offer,
    Rung,
    Turn,
    WaitingRules,
    Whom,
)
from server.visit.ladder.tables import VisitWish, WaitingRule

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Visiting:
    """Whose climb it is. Who comes before their time calls nobody until then."""

    id: UUID
    clinic_id: UUID
    starts_at: datetime


async def follow(
    db: AsyncSession, turn: Turn, visit: Visiting, by: tuple[str, UUID | None], now: datetime, why: str
) -> None:
    """Let the climb of this visit do what the visit did, in the same transaction."""
    visit_id = visit.id
    if turn in {Turn.BEGIN, Turn.BEGIN_QUIETLY, Turn.CLOSE}:
        await alerts.close(db, KIND, visit_id, now, why, by[1])
    if turn in {Turn.BEGIN, Turn.BEGIN_QUIETLY}:
        await alerts.begin(db, visit.clinic_id, KIND, visit_id, now, max(now, visit.starts_at))
    if turn is Turn.BEGIN_QUIETLY:  # nobody said that they come: the quiet is the program's own
        await alerts.acknowledge(db, KIND, visit_id, now, SENT_BACK_QUIET, ("system", None))
    if turn is Turn.PAUSE:
        await alerts.pause(db, KIND, visit_id, now, by)
    if turn is Turn.RESUME:
        await alerts.resume(db, KIND, visit_id, now)


async def waiting_rules(db: AsyncSession, clinic_id: UUID) -> WaitingRules:
    """What this clinic chose."""
    row = await db.get(WaitingRule, clinic_id)
    if row is None:
        return WaitingRules()
    offers = frozenset(Offer(offer) for offer in row.offers)
    return WaitingRules(Whom(row.whom), offers, row.tells, row.back_minutes * MINUTE, row.push)


async def set_waiting_rules(db: AsyncSession, clinic_id: UUID, rules: WaitingRules, ladder: Ladder) -> None:
    """Keep what a clinic chose, and the times of its rungs."""
    row = await db.get(WaitingRule, clinic_id, with_for_update=True)
    if row is None:
        row = WaitingRule(clinic_id=clinic_id)
        db.add(row)
    row.whom, row.offers, row.tells = rules.whom, sorted(rules.offers), rules.tells
    row.back_minutes, row.push = rules.back_within // MINUTE, rules.push
    await alerts.set_ladder(db, clinic_id, KIND, USUAL, ladder)


async def ladder_of(db: AsyncSession, clinic_id: UUID) -> Ladder:
    return await alerts.ladder(db, clinic_id, KIND, USUAL)


async def climbs(db: AsyncSession, clinic_id: UUID, visit_ids: Collection[UUID], now: datetime) -> Mapping[UUID, Climb]:
    """Visit -> where its ladder stands; empty for those who do not wait."""
    found = await alerts.open_alerts(db, KIND, visit_ids)
    if not found:
        return {}
    rules, ladder = await waiting_rules(db, clinic_id), await ladder_of(db, clinic_id)
    wishes = await _wishes(db, list(found))
    return {
        visit_id: await _climb(db, alert, rules, ladder, wishes.get(visit_id, {}), now)
        for visit_id, alert in found.items()
    }


async def _climb(
    db: AsyncSession, alert: Alert, rules: WaitingRules, ladder: Ladder, wishes: Mapping[Offer, bool], now: datetime
) -> Climb:
    step = alert.reached(ladder)
    fired = dict(alert.fired)
    offered = [offer for offer in Offer if offer in rules.offers and offer not in wishes]
    return Climb(
        rung=step.rung if step else "",
        since=fired[step.rung] if step else None,
        answer=await _answer(db, alert, now),
        wishes=tuple(offer for offer, is_open in wishes.items() if is_open),
        offers=tuple(offered) if Rung.OFFER in alert.rungs else (),
    )


async def _answer(db: AsyncSession, alert: Alert, now: datetime) -> Answer | None:
    """The newest answer of a person while it holds."""
    span = alert.answered()
    if span is None or span.by_id is None or span.until_at is None or span.until_at <= now:
        return None
    who = await accounts.account(db, span.by_id)
    return Answer(who.name if who else "", span.from_at, span.until_at)


async def _wishes(db: AsyncSession, visit_ids: Collection[UUID]) -> dict[UUID, dict[Offer, bool]]:
    """Visit -> what its patient asked for, and whether nobody has answered it yet."""
    asked = select(VisitWish).where(VisitWish.visit_id.in_(visit_ids)).order_by(VisitWish.at)
    found: dict[UUID, dict[Offer, bool]] = defaultdict(dict)
    for row in await db.scalars(asked):
        found[row.visit_id][Offer(row.kind)] = row.answered_at is None
    return found


async def wish(db: AsyncSession, visit_id: UUID, offer: Offer, now: datetime) -> bool:
    """Write a wish; False when the same one stands already."""
    row = VisitWish(id=uuid4(), visit_id=visit_id, kind=offer, at=now)
    return await added(db, row)


async def answer_wishes(db: AsyncSession, visit_id: UUID, staff_id: UUID, now: datetime) -> int:
    """Somebody of the clinic took care of what was asked; returns of how much."""
    mine = (VisitWish.visit_id == visit_id, VisitWish.answered_at.is_(None))
    done = await db.execute(update(VisitWish).where(*mine).values(answered_at=now, answered_by=staff_id))
    return int(getattr(done, "rowcount", 0))
