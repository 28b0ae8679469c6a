"""A red reading, or one that nobody took in time, as an alert: until when it climbs, and what a step queues."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server import outbox
from server.accounts.push import store as push
from server.accounts.push.rules import Owner
from server.accounts.reach.store import reach_of
from server.accounts.team.store import team
from server.clinic.store import clinic_of
from server.house import House
from server.programmes import store
from server.programmes.observing.late import late_reading
from server.programmes.observing.red import KIND, OVERDUE
from server.programmes.observing.store import called_about
from server.safety.alerts import store as alerts
from server.safety.alerts.rules import Alert, Ladder, Step
from server.safety.roster.rules import on_call
from server.safety.roster.store import roster_of
from server.visit.ladder.store import waiting_rules
from server.visit.readings.rules import USUAL, whom

TOPIC = "reading.call"


@dataclass(frozen=True)
class Red:
    """See `server.safety.alerts.loop.Kind`."""

    house: House

    async def climb(self, db: AsyncSession, alert: Alert, now: datetime) -> tuple[Alert, Ladder]:
        """At once, at any hour: a session is going on."""
        return alert, USUAL

    async def still_on(self, db: AsyncSession, alert: Alert, now: datetime) -> bool:
        """Until a person says that they look after it, however the session ended meanwhile."""
        return await called_about(db, alert) is not None

    async def queue(self, db: AsyncSession, alert: Alert, step: Step, now: datetime) -> None:
        """One message for each person and way, so that each is tried again by itself."""
        entry, clinic = await called_about(db, alert), await clinic_of(db, alert.clinic_id)
        assert entry, "asked a moment ago, in the same unit"
        assert clinic, "an alert is of a clinic"
        called = on_call(await roster_of(db, clinic), now)
        people = whom(step.rung, await team(db, alert.clinic_id), called, entry.by)
        pushes = (await waiting_rules(db, alert.clinic_id)).push
        for staff_id, reach in (await reach_of(db, people)).items():
            for way in reach.ways:
                payload = {"alert": alert.id.hex, "rung": step.rung, "staff": staff_id.hex, "way": way}
                outbox.add(db, TOPIC, payload, now)
            if pushes:
                await push.queue(db, Owner(staff_id=staff_id), {"open": alert.id.hex}, now)

    async def fired(self, alert: Alert) -> None:
        """The outbox may begin, and the pages show it."""
        self.house.outbox.nudge()
        await self.house.live.changed(f"day:{alert.clinic_id}")


class Overdue(Red):
    """The same of a reading that is late."""

    async def still_on(self, db: AsyncSession, alert: Alert, now: datetime) -> bool:
        """Until it is taken, its session is over, or a person says that they look after it."""
        clinic = await clinic_of(db, alert.clinic_id)
        row = await store.course_of(db, alert.clinic_id, alert.subject_id)
        return bool(clinic and row and await late_reading(db, clinic, row, now))


async def still_calls(db: AsyncSession, alert_id: UUID) -> Alert | None:
    """The alert, while nobody has answered it."""
    alert = await alerts.alert_of(db, alert_id)
    return alert if alert and alert.kind in (KIND, OVERDUE) and alert.closed_at is None else None
