"""What the patient's page says of the line: the therapist's state, and of the place what the clinic lets them know."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.rules import BookingCard
from server.clinic.rules import Position
from server.visit.door import Knock
from server.visit.estimate.rules import Range, earliest, overruns, range_for
from server.visit.estimate.store import met_by
from server.visit.late.rules import Late, late_for
from server.visit.late.store import delay_of
from server.visit.presence.rules import Presence, Signs, presence
from server.visit.presence.store import signs_of
from server.visit.queue.rules import ahead_of, told
from server.visit.queue.store import places
from server.visit.scenes import Scene

BEFORE = frozenset({Scene.BOOKED, Scene.TOO_EARLY, Scene.OPEN})


@dataclass(frozen=True)
class Queue:
    """`ahead`: 0 is 'you are next', None says nothing; `sign_age`: how old the therapist's last sign is."""

    presence: Presence | None = None
    ahead: int | None = None
    sign_age: timedelta | None = None
    late: Late | None = None
    range: Range | None = None


async def look(knocked: Knock) -> Queue:
    """The line as this patient may see it; before they come only whether their therapist runs late."""
    card, position, now = knocked.card, knocked.clinic.position, knocked.now
    if knocked.view.scene in BEFORE:
        return Queue(late=await knocked.house.db.read(lambda db: _late(db, card, now)))
    if knocked.view.scene is not Scene.WAITING:
        return Queue()

    async def work(db: AsyncSession) -> Queue:
        signs = (await signs_of(db, [card.therapist_id], now))[card.therapist_id]
        here = presence(_with_look(signs, knocked), now)
        ahead = None
        if position is not Position.OFF:
            ahead = ahead_of(await places(db, knocked.clinic, card, now), card.id, now)
        age = max(now - here.at, timedelta(seconds=1)) if here.at else None
        likely = await _range(db, knocked) if position is Position.RANGE and ahead == 0 else None
        return Queue(here, told(position, ahead), age, await _late(db, card, now), likely)

    return await knocked.house.db.read(work)


def _with_look(signs: Signs, knocked: Knock) -> Signs:
    """That the therapist's page showed this very visit is a sign too."""
    seen = knocked.visit.therapist_seen_at if knocked.visit else None
    return replace(signs, heard_at=max(filter(None, (seen, signs.heard_at)), default=None))


async def _late(db: AsyncSession, card: BookingCard, now: datetime) -> Late | None:
    return late_for(await delay_of(db, card.therapist_id, now), card.starts_at, now)


async def minutes_late(knocked: Knock) -> str:
    """How late their therapist says to run, as a page carries it along: '10', '' for on time."""
    late = (await look(knocked)).late
    return str(late.minutes) if late else ""


async def _range(db: AsyncSession, knocked: Knock) -> Range | None:
    """From this therapist's own past; a later start that they announced themselves is the earliest to expect."""
    card, visit, now = knocked.card, knocked.visit, knocked.now
    if visit is None or visit.arrived_at is None:
        return None
    met = await met_by(db, card.therapist_id, now)
    base = earliest(visit.arrived_at, card.starts_at, met)
    late = await _late(db, card, now)
    if late and late.begins_at:
        base = max(base, late.begins_at)
    return range_for(base, overruns(met), now)
