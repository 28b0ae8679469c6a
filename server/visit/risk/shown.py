"""Answers that need somebody, on the pages of the clinic: for who leads, and without a name for who else is called."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Role, Viewer
from server.accounts.team.store import team
from server.booking import store as booking
from server.booking.rules import BookingCard
from server.clinic.rules import Clinic
from server.house import House
from server.measures import store as measures
from server.measures.risk import store as risk
from server.measures.risk.rules import URGENT
from server.measures.rules import Weight
from server.patients import store as patients
from server.safety.alerts.rules import Alert
from server.safety.roster.rules import own_until
from server.safety.roster.store import roster_of
from server.visit.calls import Needed, Team
from server.visit.ladder.store import waiting_rules
from server.visit.risk.kind import about
from server.visit.risk.rules import is_called


@dataclass(frozen=True)
class Risen:
    """Somebody's answer that their therapist has not looked at: whose, since when, and who else looks after it."""

    public_id: str
    name: str = field(repr=False)
    at: datetime
    urgent: bool
    answered_by: str = ""
    answered_at: datetime | None = None


@dataclass(frozen=True)
class _Flagged:
    measure_id: UUID
    at: datetime
    urgent: bool


async def risen_for(house: House, clinic_id: UUID, staff_id: UUID | None) -> list[Risen]:
    """Those of the patients whom this therapist meets, urgent ones first; one statement where nothing is."""
    found = await house.db.read(lambda db: measures.unseen(db, clinic_id)) if staff_id else []
    first: dict[UUID, _Flagged] = {}
    for raised, row in found:
        if row.booking_id:
            urgent = raised.weight == Weight.URGENT
            known = first.setdefault(row.booking_id, _Flagged(row.id, raised.at, urgent))
            first[row.booking_id] = _Flagged(known.measure_id, known.at, known.urgent or urgent)
    if not first:
        return []
    cards, said = await house.db.read(lambda db: _cards(db, first))
    mine = [card for card in cards if card.therapist_id == staff_id]
    people = await patients.people(house.db, house.keys, clinic_id, [card.patient_id for card in mine])
    names = await _names(house, clinic_id, [one.by_id for one in said.values()])
    risen = []
    for card in mine:
        flag = first[card.id]
        answer = said.get(flag.measure_id)
        later = answer if answer and answer.at >= flag.at else None
        if card.patient_id in people:
            who = names.get(later.by_id, "") if later else ""
            name = people[card.patient_id].name
            risen.append(Risen(card.public_id, name, flag.at, flag.urgent, who, later.at if later else None))
    return sorted(risen, key=lambda one: (not one.urgent, one.at))


async def _cards(db: AsyncSession, of: dict[UUID, _Flagged]) -> tuple[list[BookingCard], dict[UUID, risk.Answer]]:
    cards = [await booking.booking_for_visit(db, one) for one in of]
    return [card for card in cards if card], await risk.answers_to(db, {one.measure_id for one in of.values()})


async def _names(house: House, clinic_id: UUID, ids: Sequence[UUID]) -> dict[UUID, str]:
    people = await house.db.read(lambda db: team(db, clinic_id)) if ids else []
    return {one.id: one.name for one in people}


async def answers_for(
    db: AsyncSession, viewer: Viewer, climbs: Sequence[Alert], who: Team, now: datetime
) -> list[Needed]:
    """Of these alerts about answers, what the ladder called this person to."""
    wish = (await waiting_rules(db, who.clinic.id)).whom
    called = (await risk.watched(db, who.clinic, now)).called
    found = []
    for alert in climbs:
        of = await about(db, alert)
        if of is None or (viewer.has(Role.THERAPIST) and of.card.therapist_id == viewer.staff_id):
            continue
        mine = is_called(who.viewer_id, alert.rungs, who.people, of.card.therapist_id, called, wish)
        if mine or alert.closed_by == viewer.staff_id:
            found.append(who.needed(alert, of.card.therapist_name, urgent=alert.kind == URGENT))
    return found


async def own_call(db: AsyncSession, clinic: Clinic, viewer: Viewer, now: datetime) -> datetime | None:
    """Until when the viewer is on call; one statement where the clinic keeps no roster."""
    return own_until(await roster_of(db, clinic), viewer.staff_id, now) if viewer.staff_id else None
