"""The loop that settles reminders: every node runs it, and one row for each keeps it to one of them.

It asks the bookings themselves, so that whatever makes, moves or cancels one need not know of reminders, and a changed
schedule holds at once.
"""

from collections.abc import Callable
from datetime import datetime

import structlog

from server.booking.reminders import store
from server.booking.reminders.rules import Due, reminders_due
from server.booking.reminders.store import Reminding
from server.db import Database
from server.loops import every
from server.outbox import Outbox

SECONDS = 30.0

log = structlog.get_logger("reminders")


class Reminders:
    """Looks twice a minute."""

    def __init__(self, database: Database, clock: Callable[[], datetime], outbox: Outbox) -> None:
        self._database = database
        self._clock = clock
        self._outbox = outbox

    async def run(self) -> None:
        """Work until cancelled."""
        await every(SECONDS, self.run_due)

    async def run_due(self) -> int:
        """Settle what is due now; returns how many this node settled."""
        clinics = await self._database.read(store.those_who_remind)
        settled = sum([await self._of(clinic) for clinic in clinics])
        if settled:
            log.info("reminders.settled", count=settled)
            self._outbox.nudge()
        return settled

    async def _of(self, clinic: Reminding) -> int:
        now = self._clock()
        seats = await self._database.read(lambda db: store.seats(db, clinic, now))
        return sum([await self._settle(clinic, due, now) for due in reminders_due(clinic.schedule, seats, now)])

    async def _settle(self, clinic: Reminding, due: Due, now: datetime) -> bool:
        return await self._database.unit(lambda db: store.settle(db, clinic.clinic_id, due, now))
