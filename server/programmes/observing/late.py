"""A reading that nobody took in time calls people as a red one does, until it is taken or the session is over.

Nothing is written when a reading becomes late, so a loop looks; every node runs it, and of one course one call is open.
"""

from collections.abc import Collection
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.clinic import store as clinics
from server.clinic.rules import Clinic
from server.house import House
from server.loops import every
from server.programmes import store
from server.programmes.keeping import standing
from server.programmes.observing.red import OVERDUE
from server.programmes.observing.rules import Planned, overdue
from server.programmes.observing.store import begun
from server.programmes.store import Row
from server.safety.alerts import store as alerts

SECONDS = 20.0
OVER = "over"


async def run(house: House) -> None:
    """Work until cancelled."""
    await every(SECONDS, partial(call_late, house))


async def call_late(house: House) -> int:
    """Call about what is late now, and let rest what is not any more; returns about how many courses this node did."""
    return sum([await _of(house, clinic) for clinic in await house.db.read(clinics.clinics)])


async def _of(house: House, clinic: Clinic) -> int:
    now = house.clock()

    async def look(db: AsyncSession) -> tuple[list[Row], set[UUID]]:
        rows = await begun(db, clinic.id, None, now)
        late = [row for row in rows if await late_reading(db, clinic, row, now)]
        calling = {one.subject_id for one in await alerts.begun(db, (OVERDUE,), clinic.id, now) if not one.closed_at}
        return [row for row in late if row.id not in calling], calling - {row.id for row in late}

    late, over = await house.db.read(look)
    made = [row.id for row in late if await house.db.unit(partial(_begin, clinic=clinic, row=row, now=now))]
    if over:
        await house.db.unit(partial(_rest, over=over, now=now))
    if made or over:
        await house.live.changed(f"day:{clinic.id}")
    return len(made) + len(over)


async def late_reading(db: AsyncSession, clinic: Clinic, row: Row, now: datetime) -> Planned | None:
    """The reading of this course that is late now."""
    found = await standing(db, row, clinic.zone, now)
    return None if found.loaded.pinned.definition.faults else overdue(found.programme, found.done, now)


async def _begin(db: AsyncSession, clinic: Clinic, row: Row, now: datetime) -> bool:
    """One call for each reading: whoever answered it is not called about the same one again."""
    await store.take_turn(db, row.id)  # who takes it now comes before or after, and so does another node
    late = await late_reading(db, clinic, row, now)
    earlier = await alerts.of_subjects(db, OVERDUE, [row.id])
    if late is None or any(one.begun_at >= late.late for one in earlier):
        return False
    return await alerts.begin(db, clinic.id, OVERDUE, row.id, now) is not None


async def _rest(db: AsyncSession, over: Collection[UUID], now: datetime) -> None:
    for course_id in over:
        await alerts.close(db, OVERDUE, course_id, now, OVER)
