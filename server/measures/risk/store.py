"""Alerts about answers: begun with the flag, in its transaction, and answered by a person with a name."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.clinic.opening.rules import Door, door
from server.clinic.opening.store import opening_of
from server.clinic.rules import Clinic
from server.clinic.store import clinic_of
from server.measures import store as measures
from server.measures.risk.rules import KINDS, RISK, URGENT, USUAL, Rung, Standing, begins_at, kind_of, standing
from server.measures.rules import Weight
from server.safety.alerts import store as alerts
from server.safety.alerts.rules import Alert, Ladder
from server.safety.roster.rules import next_call, on_call
from server.safety.roster.store import roster_of

ANSWERED = "answered"


@dataclass(frozen=True)
class Watched:
    """How a clinic stands at a moment, and who is on call then."""

    standing: Standing
    called: tuple[UUID, ...]
    door: Door


async def watched(db: AsyncSession, clinic: Clinic, at: datetime) -> Watched:
    """Whether anybody can see an answer at this moment."""
    roster, hours = await roster_of(db, clinic), door(await opening_of(db, clinic, at), at)
    called = on_call(roster, at)
    return Watched(standing(hours, called, next_call(roster, at)), called, hours)


async def sound(
    db: AsyncSession, clinic_id: UUID, measure_id: UUID, weight: Weight, now: datetime, *, anew: bool = False
) -> None:
    """Call people about this measure. What is open already goes on; a louder answer takes the place of a quieter.
    `anew`: somebody else meets them too from now on, so that one which called therapists already begins again.
    """
    clinic = await clinic_of(db, clinic_id)
    assert clinic, "whose measure it is"
    kind = kind_of(weight)
    if kind == RISK and await alerts.open_alerts(db, URGENT, [measure_id]):
        if not anew:
            return
        kind = URGENT
    if anew and any(Rung.THERAPIST in one.rungs for one in (await alerts.open_alerts(db, kind, [measure_id])).values()):
        await alerts.close(db, kind, measure_id, now, "anew")
    if kind == URGENT:
        await alerts.close(db, RISK, measure_id, now, "louder")
    begins = begins_at((await watched(db, clinic, now)).standing, now)
    await alerts.begin(db, clinic_id, kind, measure_id, now, begins)


async def open_for(db: AsyncSession, measure_ids: Collection[UUID]) -> dict[UUID, Alert]:
    """Measure -> its open alert, the louder of two."""
    found: dict[UUID, Alert] = {}
    for kind in reversed(KINDS):
        found |= await alerts.open_alerts(db, kind, measure_ids)
    return found


async def answer(db: AsyncSession, measure_ids: Collection[UUID], staff_id: UUID, now: datetime) -> list[UUID]:
    """A person of the clinic answers: nobody else is called. The measures whose alert was open until then."""
    climbing = await open_for(db, measure_ids)
    for measure_id in climbing:
        for kind in KINDS:
            await alerts.close(db, kind, measure_id, now, ANSWERED, staff_id)
    return list(climbing)


async def take(db: AsyncSession, alert: Alert, staff_id: UUID, now: datetime) -> tuple[UUID, bool]:
    """A person looks after what they saw called: its alert, and whether it is answered by that. An answer that is on
    its way comes first; where it was louder its own alert is the one, and nothing is answered.
    """
    await measures.in_turn(db, alert.subject_id)
    calls = (await open_for(db, [alert.subject_id])).get(alert.subject_id)
    if calls and calls.id != alert.id:
        return calls.id, False
    return alert.id, bool(await answer(db, [alert.subject_id], staff_id, now))


async def seen(db: AsyncSession, flags: Collection[measures.Raised], staff_id: UUID, now: datetime) -> int:
    """A person of the clinic saw these flags; how many nobody had seen before. What came since calls on."""
    about = sorted({flag.measure_id for flag in flags})
    for measure_id in about:
        await measures.in_turn(db, measure_id)
    new = await measures.saw(db, [flag.id for flag in flags], staff_id, now)
    calls_on = {flag.measure_id for flag in await measures.flags_of(db, about) if flag.seen_at is None}
    await answer(db, set(about) - calls_on, staff_id, now)
    return len(new)


async def newest(db: AsyncSession, measure_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Measure -> its alert, the one that began last."""
    found = [one for kind in KINDS for one in await alerts.of_subjects(db, kind, measure_ids)]
    return {one.subject_id: one.id for one in sorted(found, key=lambda one: (one.closed_at is None, one.begun_at))}


@dataclass(frozen=True)
class Answer:
    """Who answered and when."""

    by_id: UUID
    at: datetime


async def answers_to(db: AsyncSession, measure_ids: Collection[UUID]) -> dict[UUID, Answer]:
    """Measure -> who answered its alert last."""
    rows = await alerts.closed_by_people(db, KINDS, measure_ids)
    return {measure_id: Answer(by_id, at) for measure_id, by_id, at in rows}


async def ladder_of(db: AsyncSession, clinic_id: UUID, kind: str) -> Ladder:
    """The times that a clinic set, else the usual ones."""
    return await alerts.ladder(db, clinic_id, kind, USUAL[kind])
