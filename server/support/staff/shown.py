"""What those on call read: who waits in which order and why, whom they have; for everybody else the numbers alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Action, Subject, Viewer, may
from server.clinic import store as clinics
from server.clinic.licences import store as licences
from server.clinic.licences.rules import Place, verdict
from server.clinic.rules import Clinic
from server.house import House
from server.patients import store as patients
from server.patients.rules import Person
from server.safety.alerts import store as alerts
from server.safety.alerts.rules import Alert
from server.safety.directory import directory
from server.safety.rules import Entry, entry_for
from server.support import store
from server.support.follow_up.store import FollowUp, open_ones
from server.support.ladder.reaching import reaches
from server.support.ladder.rules import KIND, Rung, reached
from server.support.rules import Reason, Rules, Said, Standing, State, Why, in_order, reasons
from server.support.sealed import ASKS, open_note, open_said
from server.support.store import Ask

AWAY = timedelta(seconds=45)
"""After so long without a word from their page it is closed."""


@dataclass(frozen=True)
class Row:
    """Somebody in the line, for who is on call. `silent_since`: their page is closed since then."""

    ask: Ask
    name: str = field(repr=False)
    said: Said = field(repr=False)
    reason: Reason
    minutes: int
    silent_since: datetime | None
    offered: bool


@dataclass(frozen=True)
class Board:
    """support/staff/board.html and its live part. `on_call`: the viewer may take somebody; else `rows` is empty."""

    clinic_id: str
    rules: Rules
    standing: Standing
    names: Mapping[UUID, str] = field(repr=False)
    on_call: bool
    waiting: int
    taken: int
    rows: Sequence[Row]
    mine: Sequence[Row]
    others: Sequence[Row]
    follow_ups: int = 0


@dataclass(frozen=True)
class OnePage:
    """support/staff/one.html. `unlicensed`: the viewer has licences, and none for where they are; `reached`: messages
    reach anybody of those who are called.
    """

    row: Row
    person: Person = field(repr=False)
    rules: Rules
    names: Mapping[UUID, str] = field(repr=False)
    colleagues: Mapping[UUID, str] = field(repr=False)
    able: Mapping[UUID, str] = field(repr=False)
    entry: Entry
    unlicensed: bool
    steps: Sequence[tuple[Rung, datetime]]
    mine: bool
    may_take: bool
    visit: str
    note: str = field(repr=False)
    typed: Mapping[str, str] = field(repr=False)
    problem: str = ""
    reached: bool = True


@dataclass(frozen=True)
class Line:
    """The line as rows say it."""

    clinic: Clinic
    rules: Rules
    standing: Standing
    asks: Sequence[Ask]
    alerts: Mapping[UUID, Alert]
    names: Mapping[UUID, str] = field(repr=False)
    follow_ups: Sequence[FollowUp] = ()


async def load_line(db: AsyncSession, clinic: Clinic, now: datetime) -> Line:
    """Everything that a page of the line needs."""
    rules, standing = await store.standing_of(db, clinic, now)
    asks = await store.line(db, clinic.id)
    climbing = await alerts.open_alerts(db, KIND, [ask.id for ask in asks])
    names, follow_ups = await store.able(db, clinic.id), await open_ones(db, clinic.id)
    return Line(clinic, rules, standing, asks, climbing, names, follow_ups)


def opens(viewer: Viewer, line: Line, ask: Ask | None = None) -> bool:
    """Whether the viewer reads what people said: on call now, or the one who has taken them."""
    taker = {ask.by_id} if ask and ask.by_id else set()
    carers = frozenset({*line.standing.on_hand, *taker})
    return may(viewer, Action.SUPPORT, Subject(line.clinic.id, carers=carers))


async def board(house: House, viewer: Viewer, line: Line) -> Board:
    """The page of the line for this viewer."""
    on_call = opens(viewer, line)
    own = [ask for ask in line.asks if ask.by_id == viewer.staff_id and ask.state is State.TAKEN]
    rows = await rows_of(house, line, line.asks if on_call else own)
    waits = [row for row in rows if row.ask.state is not State.TAKEN]
    taken = [row for row in rows if row.ask.state is State.TAKEN]
    return Board(
        clinic_id=str(line.clinic.id),
        rules=line.rules,
        standing=line.standing,
        names=line.names,
        on_call=on_call,
        waiting=sum(ask.state is not State.TAKEN for ask in line.asks),
        taken=sum(ask.state is State.TAKEN for ask in line.asks),
        rows=waits,
        mine=[row for row in taken if row.ask.by_id == viewer.staff_id],
        others=[row for row in taken if row.ask.by_id != viewer.staff_id],
        follow_ups=sum(one.staff_id == viewer.staff_id for one in line.follow_ups),
    )


async def rows_of(house: House, line: Line, asks: Sequence[Ask]) -> list[Row]:
    """These of the line in its order, with what they said; whose key is gone is left out."""
    now, whose = house.clock(), [ask.patient_id for ask in asks]
    people = await patients.people(house.db, house.keys, line.clinic.id, whose)
    keys = await house.keys.patients(line.clinic.id, whose)
    waiting = in_order([ask.waiter for ask in line.asks if ask.state is not State.TAKEN])
    why = dict(zip([one.id for one in waiting], reasons(waiting), strict=True))
    place = {one.id: number for number, one in enumerate(waiting)}
    found = []
    for ask in sorted(asks, key=lambda one: (place.get(one.id, len(place)), one.taken_at or one.asked_at)):
        if ask.patient_id in people and ask.patient_id in keys:
            said = open_said(keys[ask.patient_id], ask.clinic_id, ask.id, ask.said)
            found.append(_row(ask, people[ask.patient_id], said, why, line.alerts.get(ask.id), now))
    return found


def _row(ask: Ask, person: Person, said: Said, why: Mapping[UUID, Reason], alert: Alert | None, now: datetime) -> Row:
    return Row(
        ask=ask,
        name=person.name,
        said=said,
        reason=why.get(ask.id, Reason(Why.ARRIVAL, ask.lift)),
        minutes=int((now - ask.asked_at).total_seconds() // 60),
        silent_since=ask.heard_at if now - ask.heard_at > AWAY else None,
        offered=bool(alert and Rung.HAND_OVER in alert.rungs),
    )


async def one_page(
    house: House, viewer: Viewer, line: Line, ask: Ask, typed: Mapping[str, str], problem: str = ""
) -> OnePage | None:
    """The page of one of them; None where their key is gone."""
    rows = await rows_of(house, line, [ask])
    people = await patients.people(house.db, house.keys, ask.clinic_id, [ask.patient_id])
    if not rows or viewer.staff_id is None:
        return None
    (row,), staff_id, now = rows, viewer.staff_id, house.clock()
    key = await house.keys.patient(ask.clinic_id, ask.patient_id)
    held = (await house.db.read(lambda db: licences.licences_of(db, ask.clinic_id, [staff_id])))[staff_id]
    today = now.astimezone(line.clinic.zone).date()
    where = Place(row.said.country, row.said.region)
    alert = line.alerts.get(ask.id)
    fired = dict(alert.fired) if alert else {}
    called = line.standing.on_hand or tuple(line.names)
    return OnePage(
        row=row,
        person=people[ask.patient_id],
        rules=line.rules,
        names=line.names,
        colleagues={who: line.names[who] for who in line.standing.on_hand if who != staff_id},
        able=line.names,
        entry=entry_for(directory(), row.said.country, line.clinic.country),
        unlicensed=verdict(held, where, today, only_listed=line.clinic.only_listed).warns,
        steps=[(rung, fired[rung]) for rung in reached(fired)],
        mine=ask.by_id == staff_id and ask.state is State.TAKEN,
        may_take=ask.state is not State.TAKEN and ask.ended_at is None and staff_id in line.standing.on_hand,
        visit=await house.db.read(lambda db: store.visit_address(db, ask)),
        note=open_note(key, ask.clinic_id, ASKS, ask.id, ask.note),
        typed=typed,
        problem=problem,
        reached=await house.db.read(lambda db: reaches(house, db, ask.clinic_id, called)),
    )


async def clinic_of_viewer(db: AsyncSession, viewer: Viewer) -> Clinic:
    """The clinic of somebody signed in."""
    clinic = await clinics.clinic_of(db, viewer.clinic_id) if viewer.clinic_id else None
    assert clinic, "somebody works there"
    return clinic
