"""The waiters' own part of the alerts: whether somebody still waits, and which messages a rung queues."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server import outbox
from server.accounts.push import store as push
from server.accounts.push.rules import Owner
from server.accounts.reach.store import reach_of
from server.accounts.team.store import team
from server.booking import store as booking
from server.booking.rules import BookingCard
from server.clinic import store as clinic
from server.house import House
from server.safety.alerts import store as alerts
from server.safety.alerts.rules import Alert, Ladder, Step
from server.visit import store as visits
from server.visit.ladder import store
from server.visit.ladder.rules import KIND, Rung, called
from server.visit.rules import State, state_of
from server.visit.scenes import Scene, scene_of

TOPIC = "waiting.call"


class Waiting:
    """Somebody waits: see `server.safety.alerts.loop.Kind`."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def climb(self, db: AsyncSession, alert: Alert, now: datetime) -> tuple[Alert, Ladder]:
        return alert, await store.ladder_of(db, alert.clinic_id)

    async def still_on(self, db: AsyncSession, alert: Alert, now: datetime) -> bool:
        """A visit whose booking was cancelled, moved or forgotten calls nobody."""
        return await waited_for(db, alert.subject_id, now) is not None

    async def queue(self, db: AsyncSession, alert: Alert, step: Step, now: datetime) -> None:
        """One message for each person and way, so that each is tried again by itself."""
        card = await waited_for(db, alert.subject_id, now)
        assert card is not None, "asked a moment ago, in the same unit"
        rules = await store.waiting_rules(db, alert.clinic_id)
        people = called(step.rung, await team(db, alert.clinic_id), [card.therapist_id], rules.whom)
        for staff_id, reach in (await reach_of(db, people)).items():
            for way in reach.ways:
                payload = {"alert": alert.id.hex, "rung": step.rung, "staff": staff_id.hex, "way": way}
                outbox.add(db, TOPIC, payload, now)
        if rules.push:
            await self._knock(db, alert, step, people, now)

    async def _knock(self, db: AsyncSession, alert: Alert, step: Step, people: Collection[UUID], now: datetime) -> None:
        """Browsers that agreed: those of who is called, or the patient's own when it is for them."""
        about = {"alert": alert.id.hex}
        if step.rung == Rung.OFFER:
            await push.queue(db, Owner(visit_id=alert.subject_id), about, now)
        for staff_id in people:
            await push.queue(db, Owner(staff_id=staff_id), about, now)

    async def fired(self, alert: Alert) -> None:
        """The outbox may begin, and both pages show the rung."""
        self._house.outbox.nudge()
        card = await self._house.db.read(lambda db: _card(db, alert.subject_id))
        if card:
            await self._house.live.changed(f"visit:{card.public_id}")
            await self._house.live.changed(f"day:{card.clinic_id}")


async def waited_for(db: AsyncSession, visit_id: UUID, now: datetime) -> BookingCard | None:
    """The booking of a visit whose patient waits at `now`; also while they stepped away."""
    visit = await visits.visit_by_id(db, visit_id)
    card = await booking.booking_for_visit(db, visit.booking_id) if visit else None
    practice = await clinic.clinic_of(db, card.clinic_id) if card else None
    if visit is None or card is None or practice is None:
        return None
    state = state_of(card, visit, practice.policy, now)
    late = scene_of(card, visit, practice.policy, state, now) is Scene.TOO_LATE
    return card if state is State.WAITING and not late else None


async def still_quiet(db: AsyncSession, alert_id: UUID, now: datetime) -> Alert | None:
    """The alert, while somebody waits and nobody of the clinic has said that they come."""
    alert = await alerts.alert_of(db, alert_id)
    if alert is None or alert.kind != KIND or alert.closed_at or await waited_for(db, alert.subject_id, now) is None:
        return None
    answered = alert.answered()
    return None if answered and answered.until_at and answered.until_at > now else alert


@dataclass(frozen=True)
class Called:
    """Somebody else's patient, to whom this person was called: no name, and since when they wait."""

    public_id: str
    therapist: str
    since: datetime


async def called_to(db: AsyncSession, clinic_id: UUID, staff_id: UUID | None, now: datetime) -> list[Called]:
    """Whom this therapist was called to by the ladder of a colleague's patient, while nobody has answered."""
    found = []
    for alert in await alerts.climbing(db, KIND, clinic_id, Rung.COLLEAGUE):
        answered, card = alert.answered(), await waited_for(db, alert.subject_id, now)
        still_quiet = answered and answered.until_at and answered.until_at > now
        if card is None or still_quiet or card.therapist_id == staff_id:
            continue
        rules = await store.waiting_rules(db, clinic_id)
        if staff_id in called(Rung.COLLEAGUE, await team(db, clinic_id), [card.therapist_id], rules.whom):
            found.append(Called(card.public_id, card.therapist_name, alert.begun_at))
    return found


async def _card(db: AsyncSession, visit_id: UUID) -> BookingCard | None:
    visit = await visits.visit_by_id(db, visit_id)
    return await booking.booking_for_visit(db, visit.booking_id) if visit else None
