"""Somebody who waits for help now, as an alert: how it climbs, until when, what a step queues."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server import outbox
from server.accounts.reach.store import reach_of
from server.accounts.team.store import team
from server.clinic.store import clinic_of
from server.house import House
from server.safety.alerts import store as alerts
from server.safety.alerts.rules import Alert, Ladder, Step
from server.support import changing, store
from server.support.ladder.rules import KIND, TOPIC, Rung, ladder_for, whom
from server.support.rules import Lift, State
from server.support.store import Ask
from server.visit.push.telling import tell_staff


class Support:
    """See `server.safety.alerts.loop.Kind`."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def climb(self, db: AsyncSession, alert: Alert, now: datetime) -> tuple[Alert, Ladder]:
        """By what they said and what the clinic set."""
        ask, rules = await store.ask_of(db, alert.subject_id), await store.rules_of(db, alert.clinic_id)
        return alert, ladder_for(ask.lift if ask else Lift.NONE, rules)

    async def still_on(self, db: AsyncSession, alert: Alert, now: datetime) -> bool:
        """Until somebody takes them; who left after saying that they are not safe is called for all the same."""
        ask = await store.ask_of(db, alert.subject_id)
        return ask is not None and needs_somebody(ask)

    async def queue(self, db: AsyncSession, alert: Alert, step: Step, now: datetime) -> None:
        """One message for each person and way, so that each is tried again by itself."""
        clinic = await clinic_of(db, alert.clinic_id)
        assert clinic, "an alert is of a clinic"
        _, standing = await store.standing_of(db, clinic, now)
        people = whom(step.rung, await team(db, alert.clinic_id), standing.on_hand)
        for staff_id, reach in (await reach_of(db, people)).items():
            for way in reach.ways:
                payload = {"alert": alert.id.hex, "rung": step.rung, "staff": staff_id.hex, "way": way}
                outbox.add(db, TOPIC, payload, now)
        await tell_staff(db, alert.clinic_id, people, {"open": alert.id.hex}, now)
        if step.rung == Rung.HAND_OVER:
            await changing.offered(db, alert.subject_id, now)

    async def fired(self, alert: Alert) -> None:
        """The outbox may begin, and both pages show the step."""
        self._house.outbox.nudge()
        ask = await self._house.db.read(lambda db: store.ask_of(db, alert.subject_id))
        if ask:
            await self._house.live.changed(ask.topic)
            await self._house.live.changed(f"day:{alert.clinic_id}")


def needs_somebody(ask: Ask) -> bool:
    """Whether nobody has them: they wait, or left in danger."""
    return ask.state is State.WAITING or (ask.state is State.LEFT and ask.lift is Lift.DANGER and ask.ended_at is None)


async def still_calls(db: AsyncSession, alert_id: UUID) -> Alert | None:
    """The alert, while nobody has taken them."""
    alert = await alerts.alert_of(db, alert_id)
    return alert if alert and alert.kind == KIND and alert.closed_at is None else None


async def still_handed(db: AsyncSession, ask_id: UUID) -> Alert | None:
    """A place that a colleague handed on, told of as an alert is; None once they met or it went on."""
    ask = await store.ask_of(db, ask_id)
    if ask is None or ask.state is not State.TAKEN or ask.booking_id or ask.taken_at is None:
        return None
    return Alert(ask.id, ask.clinic_id, KIND, ask.id, ask.taken_at)
