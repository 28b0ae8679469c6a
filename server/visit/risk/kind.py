"""An answer that speaks of danger, as an alert: when it begins, until when it climbs, what a step queues."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server import outbox
from server.accounts.push import store as push
from server.accounts.push.rules import Owner
from server.accounts.reach.store import Reach, reach_of
from server.accounts.team.store import team
from server.clinic.rules import Clinic
from server.clinic.store import clinic_of
from server.house import House
from server.measures import store as measures
from server.measures.risk.rules import KINDS, Rung, begins_at, closed_up, ladder_at
from server.measures.risk.store import ladder_of, watched
from server.safety.alerts import store as alerts
from server.safety.alerts.rules import Alert, Ladder, Step
from server.visit.ladder.store import waiting_rules
from server.visit.risk.rules import TOPIC, whom
from server.visit.risk.whose import About, about


class Danger:
    """See `server.safety.alerts.loop.Kind`."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def climb(self, db: AsyncSession, alert: Alert, now: datetime) -> tuple[Alert, Ladder]:
        """Out of hours it begins as soon as somebody is on call or the clinic opens, whichever that is by now. No step
        waits for people of whom none can be called.
        """
        clinic = await _clinic(db, alert)
        if alert.begun_at > now:
            alert = replace(alert, begun_at=begins_at((await watched(db, clinic, now)).standing, now))
        began = await watched(db, clinic, alert.begun_at)
        ladder = ladder_at(await ladder_of(db, clinic.id, alert.kind), began.standing.watch)
        reached = await _reached(db, alert, [step for step in ladder if step.rung != Rung.PAGE], now)
        return alert, closed_up(ladder, [rung for rung, people in reached.items() if not people], now - alert.begun_at)

    async def still_on(self, db: AsyncSession, alert: Alert, now: datetime) -> bool:
        """Until somebody said that they saw it; a cancelled booking changes nothing."""
        flags = await measures.flags_of(db, [alert.subject_id])
        return any(flag.seen_at is None for flag in flags) and await of_alert(db, alert) is not None

    async def queue(self, db: AsyncSession, alert: Alert, step: Step, now: datetime) -> None:
        """One message for each person and way, so that each is tried again by itself."""
        pushes = (await waiting_rules(db, alert.clinic_id)).push
        for staff_id, reach in (await _reached(db, alert, [step], now))[step.rung].items():
            for way in reach.ways:
                payload = {"alert": alert.id.hex, "rung": step.rung, "staff": staff_id.hex, "way": way}
                outbox.add(db, TOPIC, payload, now)
            if pushes:
                await push.queue(db, Owner(staff_id=staff_id), {"alert": alert.id.hex}, now)

    async def fired(self, alert: Alert) -> None:
        """The outbox may begin, and the pages show it."""
        self._house.outbox.nudge()
        await changed(self._house, alert)


async def _reached(db: AsyncSession, alert: Alert, steps: Ladder, now: datetime) -> dict[str, dict[UUID, Reach]]:
    """Rung -> whom it calls, and how: nobody who chose no way of their own, unless the clinic's phones ring."""
    found, rules = await of_alert(db, alert), await waiting_rules(db, alert.clinic_id)
    assert found, "asked a moment ago, in the same unit"
    on_call = (await watched(db, await _clinic(db, alert), now)).called
    people = await team(db, alert.clinic_id)
    called = {step.rung: whom(step.rung, people, found.therapists, on_call, rules.whom) for step in steps}
    ways = await reach_of(db, {one for ids in called.values() for one in ids})
    return {rung: {one: ways[one] for one in ids if rules.push or ways[one].ways} for rung, ids in called.items()}


async def _clinic(db: AsyncSession, alert: Alert) -> Clinic:
    clinic = await clinic_of(db, alert.clinic_id)
    assert clinic, "an alert is of a clinic"
    return clinic


async def of_alert(db: AsyncSession, alert: Alert) -> About | None:
    """What it is about; None when that is gone."""
    return await about(db, alert.clinic_id, await measures.measure_of(db, alert.subject_id))


async def still_calls(db: AsyncSession, alert_id: UUID) -> Alert | None:
    """The alert, while nobody has answered it."""
    alert = await alerts.alert_of(db, alert_id)
    return alert if alert and alert.kind in KINDS and alert.closed_at is None else None


async def changed(house: House, alert: Alert) -> None:
    """Every page that shows it looks again."""
    found = await house.db.read(lambda db: of_alert(db, alert))
    await house.live.changed(f"day:{alert.clinic_id}")
    for card in [found.card, *found.through] if found else ():
        if card:
            await house.live.changed(f"visit:{card.public_id}")
