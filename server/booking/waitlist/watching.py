"""What the clock alone makes free, for who waits: a time that was kept for a form and not booked, and the times that
the clinic's horizon reaches. Every node looks; one row of each clinic keeps it to one of them.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.waitlist import store
from server.booking.waitlist.dropping import drop
from server.booking.waitlist.offering import look_again
from server.booking.waitlist.rules import Left, Waiting, clock_frees
from server.booking.waitlist.store import Watched
from server.db import Database
from server.loops import every
from server.outbox import Outbox

SECONDS = 30.0

log = structlog.get_logger("waitlist")


class Watch:
    """Looks twice a minute."""

    def __init__(self, database: Database, clock: Callable[[], datetime], outbox: Outbox) -> None:
        self._database = database
        self._clock = clock
        self._outbox = outbox

    async def run(self) -> None:
        """Work until cancelled."""
        await every(SECONDS, self.run_due)

    async def run_due(self) -> int:
        """Wake the lists for which something may be free now, and let those go whose days have passed; how many."""
        now = self._clock()
        watched = await self._database.read(lambda db: store.watched(db, now))
        woken = sum([await self._wake(one, now) for one in watched if clock_frees(one.last, now, one.zone, one.lapsed)])
        woken += await self._let_go(now)
        if woken:
            log.info("waitlist.woken", count=woken)
            self._outbox.nudge()
        return woken

    async def _let_go(self, now: datetime) -> int:
        gone = await self._database.read(lambda db: store.over(db, now))
        for one in gone:
            await self._database.unit(partial(_drop, one=one, now=now))
        return len(gone)

    async def _wake(self, one: Watched, now: datetime) -> bool:
        async def work(db: AsyncSession) -> bool:
            if not await store.looked(db, one.clinic_id, one.last, now):
                return False
            await look_again(db, one.clinic_id, now)
            return True

        return await self._database.unit(work)


async def _drop(db: AsyncSession, one: Waiting, now: datetime) -> None:
    await drop(db, one, Left.OVER, now)
