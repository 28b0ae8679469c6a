"""What the page of somebody's place says: where they stand, who has them, which help there is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.team.store import team
from server.booking import store as booking
from server.booking.rules import BookingCard
from server.clinic import store as clinics
from server.clinic.rules import Clinic
from server.house import House
from server.patients import store as patients
from server.patients.rules import called
from server.safety.alerts import store as alerts
from server.safety.alerts.rules import Alert
from server.safety.checking.store import checked
from server.safety.directory import directory
from server.safety.rules import Entry, entry_for, shown
from server.support import store
from server.support.follow_up import store as follow_ups
from server.support.follow_up.store import FollowUp
from server.support.ladder.reaching import reaches
from server.support.ladder.rules import KIND, Rung, whom
from server.support.rules import Rules, Said, Standing, State, in_order
from server.support.sealed import open_said
from server.support.store import Ask
from server.visit.estimate.rules import Range, range_for


@dataclass(frozen=True)
class Place:
    """The context of support/parts/place.html, which the page fetches again.

    `own`: the address of the page, which is the link itself where a browser keeps no cookies.
    `called_at`: when those on call were told last; `reached`: a message can reach anybody who is called; `shown`: how
    long ago their page showed it; `offered`: another help is offered now; `taker`: who has them; `card`: the visit in
    which they meet; `plan`: their own space is open here, where their safety plan is; `unheard`: they said that they
    are not safe after it was over. `languages`: code -> name. `note` never comes here.
    """

    scene: str
    ask: Ask
    own: str = field(repr=False)
    first_name: str = field(repr=False)
    said: Said = field(repr=False)
    clinic: Clinic
    rules: Rules
    standing: Standing
    entry: Entry
    today: date
    languages: Mapping[str, str] = field(default_factory=dict)
    called_at: datetime | None = None
    reached: bool = True
    shown: timedelta | None = None
    offered: bool = False
    next: bool = False
    range: Range | None = None
    taker: str = ""
    card: BookingCard | None = None
    follow_up: FollowUp | None = None
    follower: str = ""
    plan: bool = False
    by_link: bool = False
    unheard: bool = False


@dataclass(frozen=True)
class _Found:
    clinic: Clinic
    rules: Rules
    standing: Standing
    alert: Alert | None
    line: list[Ask]
    waits: list[timedelta]
    names: dict[UUID, str] = field(repr=False)
    card: BookingCard | None
    follow_up: FollowUp | None
    reached: bool
    over: bool  # they met, and nobody has said yet what came of it


async def place_of(house: House, ask: Ask, own: str) -> Place | None:
    """How their place stands now; None where the clinic or their key is gone."""
    now = house.clock()
    found = await house.db.read(lambda db: _load(house, db, ask, now))
    people = await patients.people(house.db, house.keys, ask.clinic_id, [ask.patient_id])
    person = people.get(ask.patient_id)
    if found is None or person is None:
        return None
    key = await house.keys.patient(ask.clinic_id, ask.patient_id)
    said = open_said(key, ask.clinic_id, ask.id, ask.said)
    entry = entry_for(directory(), said.country, found.clinic.country)
    ordered = [one.id for one in in_order([one.waiter for one in found.line if one.state is State.WAITING])]
    waiting = ask.state is State.WAITING
    return Place(
        scene="over" if found.over else scene_of(ask),
        ask=ask,
        own=own,
        first_name=person.first_name,
        said=said,
        clinic=found.clinic,
        rules=found.rules,
        standing=found.standing,
        entry=shown(await house.db.read(lambda db: checked(db, ask.clinic_id, entry, found.clinic.zone))),
        today=now.date(),
        called_at=_called(found.alert),
        reached=found.reached,
        shown=now - ask.shown_at if ask.shown_at else None,
        offered=waiting and bool(found.alert and Rung.HAND_OVER in found.alert.rungs),
        next=waiting and ordered[:1] == [ask.id],
        range=range_for(ask.asked_at, found.waits, now) if waiting else None,
        taker=called(found.names.get(ask.by_id, "")) if ask.by_id else "",
        card=found.card,
        follow_up=found.follow_up,
        follower=called(found.names.get(found.follow_up.staff_id, "")) if found.follow_up else "",
    )


def scene_of(ask: Ask) -> str:
    """waiting, taken, meeting, left, over; told: not safe, and the line could not take them."""
    if ask.told:
        return "told"
    if ask.state is State.TAKEN and ask.booking_id:
        return "meeting"
    return {State.WAITING: "waiting", State.TAKEN: "taken", State.LEFT: "left"}.get(ask.state, "over")


def _called(alert: Alert | None) -> datetime | None:
    calls = [at for rung, at in alert.fired if rung in {Rung.ON_CALL, Rung.AGAIN}] if alert else []
    return max(calls, default=None)


async def _load(house: House, db: AsyncSession, ask: Ask, now: datetime) -> _Found | None:
    clinic = await clinics.clinic_of(db, ask.clinic_id)
    if clinic is None:
        return None
    rules, standing = await store.standing_of(db, clinic, now)
    waiting = ask.state is State.WAITING
    met = ask.state is State.TAKEN and ask.booking_id is not None
    follow_up = await follow_ups.of_ask(db, ask.id) if met or ask.state in {State.ENDED, State.LEFT} else None
    called_for = waiting or ask.told
    to_call = whom(Rung.ON_CALL, await team(db, clinic.id), standing.on_hand) if called_for else ()
    return _Found(
        clinic=clinic,
        rules=rules,
        standing=standing,
        alert=(await alerts.open_alerts(db, KIND, [ask.id])).get(ask.id),
        line=await store.line(db, clinic.id) if waiting else [],
        waits=await store.waits_of(db, clinic.id, now) if waiting else [],
        names=await store.able(db, clinic.id) if ask.by_id or follow_up else {},
        card=await booking.booking_for_visit(db, ask.booking_id) if ask.booking_id else None,
        follow_up=follow_up,
        over=met and (follow_up is not None or await store.is_over(db, ask.id)),
        reached=called_for and await reaches(house, db, clinic.id, to_call),
    )
