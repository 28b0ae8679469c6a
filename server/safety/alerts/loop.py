"""The one loop that fires rungs: every node runs it, and a locked row keeps each rung to one of them."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from server.db import Database
from server.safety.alerts import store
from server.safety.alerts.rules import Alert, Ladder, Step, due, next_due, next_look

BATCH = 20
LONGEST_SECONDS = 1.0  # another node may have begun an alert meanwhile
SHORTEST_SECONDS = 0.05

log = structlog.get_logger("alerts")


class Kind(Protocol):
    """What is special to one kind of alert."""

    async def climb(self, db: AsyncSession, alert: Alert, now: datetime) -> tuple[Alert, Ladder]:
        """The alert and its steps as things stand; what has not begun may begin at another time than was thought."""
        ...

    async def still_on(self, db: AsyncSession, alert: Alert, now: datetime) -> bool:
        """Whether what the alert is about still is so; when not, it closes without a word."""

    async def queue(self, db: AsyncSession, alert: Alert, step: Step, now: datetime) -> None:
        """Write the outbox rows of one rung, in the transaction that writes the rung."""

    async def fired(self, alert: Alert) -> None:
        """After the commit: tell the pages."""


def pause(soonest: datetime | None, now: datetime) -> float:
    """Seconds until a look is worth it, after one at which everything that was due was tried.

    What is overdue all the same stumbled, or another node has it: it is tried again, and not at every turn.
    """
    ahead = (soonest - now).total_seconds() if soonest else LONGEST_SECONDS
    return LONGEST_SECONDS if ahead < -SHORTEST_SECONDS else min(max(ahead, SHORTEST_SECONDS), LONGEST_SECONDS)


class Climber:
    """Fires what is due, then sleeps until the next rung."""

    def __init__(self, database: Database, clock: Callable[[], datetime], kinds: Mapping[str, Kind]) -> None:
        self._database = database
        self._clock = clock
        self._kinds = kinds
        self._stumbled: set[UUID] = set()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            if not await self.run_due():
                await asyncio.sleep(await self._pause())

    async def _pause(self) -> float:
        soonest = await self._database.read(store.soonest)
        return pause(soonest, self._clock())

    async def run_due(self) -> int:
        """Fire what is due now; returns how many rungs this node fired. Those that stumbled last time come last, and
        take nobody's place.
        """
        most = BATCH + len(self._stumbled)
        ids = await self._database.read(lambda db: store.due_ids(db, self._clock(), most))
        self._stumbled &= set(ids)
        return sum([await self._climb(alert_id) for alert_id in sorted(ids, key=self._stumbled.__contains__)])

    async def _climb(self, alert_id: UUID) -> int:
        try:
            alert, steps = await self._database.unit(lambda db: self._fire(db, alert_id))
        except Exception as problem:  # the boundary: one bad alert must not keep the others from climbing
            log.error("alert.stumbled", alert=str(alert_id), kind=type(problem).__name__)
            self._stumbled.add(alert_id)
            return 0
        self._stumbled.discard(alert_id)
        if alert and steps:
            log.info("alert.fired", alert=str(alert_id), rungs=[step.rung for step in steps])
            await self._kinds[alert.kind].fired(alert)
        return len(steps)

    async def _fire(self, db: AsyncSession, alert_id: UUID) -> tuple[Alert | None, list[Step]]:
        now = self._clock()
        alert = await store.taken(db, alert_id, now)
        if alert is None:
            return None, []
        kind = self._kinds[alert.kind]
        if not await kind.still_on(db, alert, now):
            await store.close(db, alert.kind, alert.subject_id, now, "over")
            return alert, []
        alert, ladder = await kind.climb(db, alert, now)
        steps = due(ladder, alert, now)
        for step in steps:
            await kind.queue(db, alert, step, now)
        left = [step for step in ladder if step not in steps]
        soonest = next_due(left, alert)
        await store.keep(db, alert, steps, soonest and next_look(soonest, now), now)
        return alert, steps
