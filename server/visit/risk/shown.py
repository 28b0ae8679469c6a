"""Answers that need somebody, on the pages of the clinic: for who leads, and without a name for who else is called."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Role, Viewer
from server.accounts.team.store import team
from server.booking.people.relating import treated_by
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
from server.visit.risk.kind import of_alert
from server.visit.risk.rules import is_called
from server.visit.risk.whose import About, about


@dataclass(frozen=True)
class Risen:
    """Somebody's answer that their therapist has not looked at: whose, since when, and who else looks after it. `mark`
    tells it from any other, `href` is where it is looked at.
    """

    mark: str
    href: str
    name: str = field(repr=False)
    at: datetime
    urgent: bool
    answered_by: str = ""
    answered_at: datetime | None = None


@dataclass(frozen=True)
class _Flagged:
    """What nobody saw of one booking, or of one measure that none asked. `raised`: when each measure last was."""

    row: measures.Row
    at: datetime
    urgent: bool
    raised: Mapping[UUID, datetime]


@dataclass(frozen=True)
class _Mine:
    """One of those that the viewer is to look at, and its alert, if it has one."""

    flag: _Flagged
    about: About
    alert: UUID | None
    answer: risk.Answer | None


async def risen_for(house: House, viewer: Viewer) -> list[Risen]:
    """Those of the patients whom this therapist meets, urgent ones first; one statement where nothing is. Whose
    therapist works there no more is shown to all who treat them.
    """
    clinic_id = viewer.clinic_id
    if clinic_id is None or viewer.staff_id is None or not viewer.has(Role.THERAPIST):
        return []
    found = await house.db.read(lambda db: measures.unseen(db, clinic_id))
    first: dict[UUID, _Flagged] = {}
    for raised, row in found:
        urgent, of = raised.weight == Weight.URGENT, row.booking_id or row.id
        known = first.setdefault(of, _Flagged(row, raised.at, urgent, {}))
        since = {**known.raised, row.id: raised.at}  # oldest first: the newest stays
        first[of] = _Flagged(known.row, known.at, known.urgent or urgent, since)
    if not first:
        return []
    now = house.clock()
    mine, names = await house.db.read(lambda db: _mine(db, viewer, list(first.values()), now))
    people = await patients.people(house.db, house.keys, clinic_id, [one.about.patient_id for one in mine])
    risen = [_risen(one, people[one.about.patient_id].name, names) for one in mine if one.about.patient_id in people]
    return sorted(risen, key=lambda one: (not one.urgent, one.at))


async def _mine(
    db: AsyncSession, viewer: Viewer, flags: Sequence[_Flagged], now: datetime
) -> tuple[list[_Mine], Mapping[UUID, str]]:
    """Those that the viewer sees, and the names of everybody whose account is open."""
    assert viewer.clinic_id, "asked before"
    asked = [measure_id for one in flags for measure_id in one.raised]
    said, calling = await risk.answers_to(db, asked), await risk.open_for(db, asked)
    alerts = await risk.newest(db, [one.row.id for one in flags])
    found, treated = list[_Mine](), list[set[UUID] | None]()
    for flag in flags:
        of = await about(db, viewer.clinic_id, flag.row)
        if of is None:
            continue
        if viewer.staff_id not in of.therapists:
            if of.therapists:
                continue
            treated = treated or [await treated_by(db, viewer, viewer.clinic_id, now)]
            if treated[0] is not None and of.patient_id not in treated[0]:
                continue
        found.append(_Mine(flag, of, alerts.get(flag.row.id), _answered(flag, said, calling)))
    people = await team(db, viewer.clinic_id) if any(one.answer for one in found) else []
    return found, {one.id: one.name for one in people if not one.disabled}


def _answered(flag: _Flagged, said: Mapping[UUID, risk.Answer], calling: Collection[UUID]) -> risk.Answer | None:
    """Who looks after all of it: nobody while people are called, or after a worse answer came since."""
    if any(one in calling or one not in said or said[one].at < at for one, at in flag.raised.items()):
        return None
    return max((said[one] for one in flag.raised), key=lambda one: one.at)


def _risen(one: _Mine, name: str, names: Mapping[UUID, str]) -> Risen:
    """Who looked after it and works there no more is nobody."""
    flag, card = one.flag, one.about.visit
    answer = one.answer if one.answer and one.answer.by_id in names else None
    mark, href = (card.public_id, f"/staff/visit/{card.public_id}#measures") if card else (str(one.alert), "")
    who, at = (names[answer.by_id], answer.at) if answer else ("", None)
    return Risen(mark, href or f"/staff/risk/{one.alert}", name, flag.at, flag.urgent, who, at)


async def answers_for(
    db: AsyncSession, viewer: Viewer, climbs: Sequence[Alert], who: Team, now: datetime
) -> list[Needed]:
    """Of these alerts about answers, what the ladder called this person to."""
    wish = (await waiting_rules(db, who.clinic.id)).whom
    called = (await risk.watched(db, who.clinic, now)).called
    found = []
    for alert in climbs:
        of = await of_alert(db, alert)
        if of is None or (viewer.has(Role.THERAPIST) and viewer.staff_id in of.therapists):
            continue
        mine = is_called(who.viewer_id, alert.rungs, who.people, of.therapists, called, wish)
        if mine or alert.closed_by == viewer.staff_id:
            found.append(who.needed(alert, of.therapist, urgent=alert.kind == URGENT))
    return found


async def own_call(db: AsyncSession, clinic: Clinic, viewer: Viewer, now: datetime) -> datetime | None:
    """Until when the viewer is on call; one statement where the clinic keeps no roster."""
    return own_until(await roster_of(db, clinic), viewer.staff_id, now) if viewer.staff_id else None
