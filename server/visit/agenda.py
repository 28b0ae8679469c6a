"""The day as lines: what each booking is now, and what matters about each person who waits. Pure."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from server.booking.intake.rules import Sheet, Stage
from server.booking.rules import BookingCard
from server.clinic.rules import Means, Policy
from server.patients.rules import Needs, Person
from server.visit.check.rules import Kept
from server.visit.queue.rules import Place, line, place_of
from server.visit.rules import Part, State, VisitFacts, may_miss
from server.visit.scenes import Scene, Step, VisitView, view_of


class Stands(StrEnum):
    """How somebody whose visit is open stands, in a word that every column says alike."""

    HERE = "here"
    EARLY = "early"
    AWAY = "away"
    IN_SESSION = "in_session"
    CALLED_IN = "called_in"
    ON_HOLD = "on_hold"
    HELD_AWAY = "held_away"


class Matters(StrEnum):
    """The one thing that matters about somebody who waits."""

    AWAY = "away"
    FIRST = "first"
    NEEDS = "needs"
    DEVICE = "device"
    EARLY = "early"
    NOTHING = "nothing"


@dataclass(frozen=True)
class DayLine:
    """One booking of the day. `name` is empty when its patient was erased."""

    public_id: str
    name: str = field(repr=False)
    starts_at: datetime
    ends_at: datetime
    service: str
    minutes: int
    therapist: str
    scene: Scene
    outcome: str
    arrived_at: datetime | None
    moved_from: datetime | None
    first: bool
    past: bool
    leads: bool
    confirmed: bool = False
    may_miss: bool = False
    may_unmiss: bool = False
    together: int = 1  # how many come to the same appointment
    stands: Stands | None = None
    means: str = Means.VIDEO
    questions: Stage | None = None  # how far they are with what the clinic asks before


@dataclass(frozen=True)
class Waiter:
    """Somebody whose visit is open. `minutes` since they came; `mic` and `camera` are None until their page said so."""

    public_id: str
    name: str = field(repr=False)
    therapist: str
    state: State
    minutes: int
    starts_at: datetime
    since: datetime
    matters: Matters
    stands: Stands | None
    is_away: bool
    first: bool
    needs: Needs
    last_seen: datetime | None
    left: bool
    mic: bool | None
    camera: bool | None
    leads: bool
    steps: frozenset[Step]
    is_next: bool = False
    check: Kept | None = None
    without_licence: bool = False
    questions: Stage | None = None


@dataclass(frozen=True)
class Day:
    """What the lines are made of."""

    cards: Sequence[BookingCard]
    visits: Mapping[UUID, VisitFacts]
    people: Mapping[UUID, Person]
    met: frozenset[UUID]
    policy: Policy
    staff_id: UUID | None
    now: datetime
    checks: Mapping[UUID, Kept] = field(default_factory=dict)
    without_licence: frozenset[UUID] = frozenset()
    confirmed: Collection[UUID] = ()
    behind: Mapping[UUID, int] = field(default_factory=dict)  # booking -> places lost by coming back too late
    sheets: Mapping[UUID, Sheet] = field(default_factory=dict)

    def view(self, card: BookingCard) -> VisitView:
        return view_of(card, self.visits.get(card.id), self.policy, self.now)


OPEN = (Scene.WAITING, Scene.STEPPED_AWAY, Scene.IN_SESSION, Scene.STEPPED_OUT, Scene.CALLED_IN, Scene.ON_HOLD)
OVER = frozenset({Scene.ENDED, Scene.DECLINED, Scene.AFTER, Scene.NO_SHOW, Scene.TOO_LATE, Scene.CANCELLED})


def lines_of(day: Day) -> list[DayLine]:
    """Every booking, earliest first; everybody in a group has a line of their own."""
    together = Counter(card.appointment_id for card in day.cards if card.cancelled_at is None)
    return [_line(day, card, together[card.appointment_id]) for card in day.cards]


def _line(day: Day, card: BookingCard, together: int) -> DayLine:
    visit, view = day.visits.get(card.id), day.view(card)
    person = day.people.get(card.patient_id)
    say_missed, take_back = may_miss(card, visit, day.policy, day.now)
    return DayLine(
        public_id=card.public_id,
        name=person.name if person else "",
        starts_at=card.starts_at,
        ends_at=card.ends_at,
        service=card.service_name,
        minutes=card.minutes,
        therapist=card.therapist_name,
        scene=view.scene,
        outcome=visit.outcome.value if visit and visit.outcome else "",
        arrived_at=visit.arrived_at if visit else None,
        moved_from=card.moved_from,
        first=card.patient_id not in day.met,
        past=view.scene in OVER,
        leads=card.therapist_id == day.staff_id,
        confirmed=card.id in day.confirmed,
        may_miss=say_missed,
        may_unmiss=take_back,
        together=together,
        stands=stands(view, day.now),
        means=card.means,
        questions=_stage(day, card),
    )


def _stage(day: Day, card: BookingCard) -> Stage | None:
    return day.sheets[card.id].stage if card.id in day.sheets else None


def stands(view: VisitView, now: datetime) -> Stands | None:
    """None for who is not here and not away."""
    if view.scene not in OPEN:
        return None
    if view.state is State.IN_SESSION:
        return Stands.CALLED_IN if view.misses_call else Stands.IN_SESSION
    if view.state is State.ON_HOLD:
        return Stands.HELD_AWAY if view.is_away else Stands.ON_HOLD
    if view.is_away:
        return Stands.AWAY
    return Stands.EARLY if now < view.starts_at else Stands.HERE


def upcoming(lines: Sequence[DayLine], waiters: Sequence[Waiter], now: datetime) -> DayLine | None:
    """Who is next: whoever can be let in, else the first line that is not over and not in a session already."""
    ready = {one.public_id for one in waiters if one.is_next}
    waiting = [line for line in lines if not line.past and line.scene not in {Scene.IN_SESSION, Scene.ON_HOLD}]
    still = [line for line in waiting if line.ends_at > now]
    return next((line for line in waiting if line.public_id in ready), next(iter(still), None))


def waiters_of(day: Day) -> list[Waiter]:
    """Who is here now: in a session or on hold first, then the line, in the order that their own pages speak of."""
    found = {card.id: _waiter(day, card) for card in day.cards if day.view(card).scene in OPEN}
    begun = [one for one in found.values() if one.state is not State.WAITING]
    places = [place for card in day.cards if card.id in found and (place := _place(day, card))]
    waiting = [found[place.booking_id] for place in line(places, day.now)]
    ready = next((one for one in waiting if one.leads and not one.is_away), None)
    ordered = [*sorted(begun, key=lambda one: (one.starts_at, one.since)), *waiting]
    return [replace(one, is_next=one is ready) for one in ordered]


def _place(day: Day, card: BookingCard) -> Place | None:
    visit, view = day.visits[card.id], day.view(card)
    came, lost = visit.arrived_at, day.behind.get(card.id, 0)
    return place_of(card.id, card.starts_at, card.ends_at, view.state, came, lost, is_away=view.is_away)


def _waiter(day: Day, card: BookingCard) -> Waiter:
    visit, view = day.visits[card.id], day.view(card)
    person = day.people.get(card.patient_id)
    since = visit.arrived_at or day.now
    first = card.patient_id not in day.met
    needs = person.needs if person else Needs()
    mic, camera = _device(visit, "mic"), _device(visit, "camera")
    leads = card.therapist_id == day.staff_id
    return Waiter(
        public_id=card.public_id,
        name=person.name if person else "",
        therapist=card.therapist_name,
        state=view.state,
        minutes=max(0, int((day.now - since).total_seconds() // 60)),
        starts_at=card.starts_at,
        since=since,
        matters=_matters(view, first, needs, mic, day.now),
        stands=stands(view, day.now),
        is_away=view.is_away,
        first=first,
        needs=needs,
        last_seen=visit.patient_seen_at,
        left=visit.left_at is not None,
        mic=mic,
        camera=camera,
        leads=leads,
        steps=frozenset(view.ways[Part.THERAPIST]) if leads else frozenset(),
        check=day.checks.get(visit.id),
        without_licence=card.id in day.without_licence,
        questions=_stage(day, card),
    )


def _device(visit: VisitFacts, name: str) -> bool | None:
    state = visit.device.get(name)
    return state if isinstance(state, bool) else None


def _matters(view: VisitView, first: bool, needs: Needs, mic: bool | None, now: datetime) -> Matters:
    if view.is_away:
        return Matters.AWAY
    if needs:
        return Matters.NEEDS
    if first:
        return Matters.FIRST
    if mic is not None:
        return Matters.DEVICE
    return Matters.EARLY if now < view.starts_at else Matters.NOTHING
