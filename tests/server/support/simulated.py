"""A month of help now without a server: the rules alone, a clock that jumps, and dice with a seed.

People arrive at all hours, more of them in the evening. Those on call take whom the rules put first as soon as they
have room and look; some nights nobody looks for a while, and outside the roster nobody is there at all. Of some whom
somebody took they open no meeting: those are back in the line after a while, and are called for from the start.
"""

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from server.safety.alerts.rules import Alert, due
from server.safety.roster.rules import Roster, Shift
from server.support.ladder.rules import KIND, ladder_for
from server.support.rules import (
    STALE,
    Held,
    Hours,
    Lift,
    Rules,
    Safe,
    Standing,
    State,
    Waiter,
    in_order,
    lift_of,
    may_take,
    standing,
)

START = datetime(2026, 3, 1, tzinfo=UTC)
DAYS, STEP, SHIFTS = 31, timedelta(minutes=1), timedelta(minutes=30)
STAFF = tuple(UUID(int=number) for number in (901, 902, 903))
RULES = Rules(in_use=True, hours=Hours(), hand_over=timedelta(minutes=10), capacity=1, service=UUID(int=1))
DAY, EVENING = (Shift(8 * 60, 18 * 60, STAFF[0]), Shift(12 * 60, 20 * 60, STAFF[1])), Shift(16 * 60, 23 * 60, STAFF[2])
ROSTER = Roster(ZoneInfo("Europe/Berlin"), {day: (*DAY, EVENING) if day < 5 else (EVENING,) for day in range(7)})
UNMET = 0.1
"""Of how many whoever took them opens no meeting."""
ANSWERS = (Safe.YES,) * 14 + (Safe.UNSAID,) * 3 + (Safe.UNSURE,) * 2 + (Safe.NO,)


@dataclass
class Call:
    """One climb for somebody: since they came, or were put back, until somebody took them."""

    alert: Alert
    taken_at: datetime | None = None
    fired: Counter[str] = field(default_factory=Counter)

    @property
    def lasted(self) -> timedelta:
        assert self.taken_at
        return self.taken_at - self.alert.begun_at


@dataclass
class Person:
    """Somebody who came, and what became of them. `met`: whoever took them last opened a meeting."""

    waiter: Waiter
    calls: list[Call]
    met: bool = False

    @property
    def waited(self) -> timedelta:
        """Until somebody took them first, as the service level counts."""
        assert self.calls[0].taken_at
        return self.calls[0].taken_at - self.waiter.asked_at

    @property
    def unmet_until(self) -> datetime:
        """When they are put back, if nobody meets them."""
        taken_at = self.calls[-1].taken_at
        assert taken_at
        return taken_at + STALE


@dataclass
class Month:
    """Everybody who came, who was turned away with the truth, and how often somebody went past somebody else."""

    people: list[Person] = field(default_factory=list)
    turned_away: int = 0
    passed_for_longest: timedelta = timedelta()

    def within(self, minutes: float) -> float:
        """The share of those who waited that somebody took within this time."""
        waits = [one.waited for one in self.people]
        return sum(wait <= timedelta(minutes=minutes) for wait in waits) / len(waits)


def simulate(seed: int, a_day: float, *, days: int = DAYS, rules: Rules = RULES) -> Month:
    """A month with about so many people a day."""
    dice, month, line, hands = random.Random(seed), Month(), dict[UUID, Person](), list[Person]()
    busy: dict[UUID, datetime] = {}
    now, number, there = START, 0, Standing()
    while now < START + timedelta(days=days) or line or hands:
        if (now - START) % SHIFTS == timedelta():  # shifts change on the hour
            there = standing(rules, ROSTER, set(STAFF), now)
        if now < START + timedelta(days=days) and dice.random() < _chance(now, a_day):
            number += 1
            if there.is_open:
                person = _person(number, now, lift_of(dice.choice(ANSWERS)))
                line[person.waiter.id] = person
                month.people.append(person)
            else:
                month.turned_away += 1
        for person in [one for one in hands if one.unmet_until <= now]:
            hands.remove(person)
            person.calls.append(_call(person.waiter.id, now))
            line[person.waiter.id] = person
        for person in line.values():
            _climb(person, now, rules)
        busy = {who: until for who, until in busy.items() if until > now}
        taken = _take(line, there.on_hand, busy, dice, now, month, rules)
        hands += [one for one in taken if not one.met]
        now += STEP
    return month


def _chance(now: datetime, a_day: float) -> float:
    weight = 2.2 if 16 <= now.hour < 22 else 0.6
    return a_day * weight * (STEP / timedelta(days=1))


def _person(number: int, now: datetime, lift: Lift) -> Person:
    who = UUID(int=number)
    return Person(Waiter(who, now, lift), [_call(who, now)])


def _call(who: UUID, now: datetime) -> Call:
    return Call(Alert(who, STAFF[0], KIND, who, now))


def _climb(person: Person, now: datetime, rules: Rules) -> None:
    """As the loop does it: what is due is fired and kept; a restart between two looks changes nothing."""
    call = person.calls[-1]
    steps = due(ladder_for(person.waiter.lift, rules), call.alert, now)
    call.fired.update(step.rung for step in steps)
    fired = (*call.alert.fired, *((step.rung, now) for step in steps))
    call.alert = replace(call.alert, fired=fired)


def _take(
    line: dict[UUID, Person],
    on_hand: tuple[UUID, ...],
    busy: dict[UUID, datetime],
    dice: random.Random,
    now: datetime,
    month: Month,
    rules: Rules,
) -> list[Person]:
    taken = []
    for who in on_hand:
        if not line or dice.random() < 0.8:  # they look once in a while
            continue
        first = in_order([person.waiter for person in line.values()])[0]
        if may_take(Held(State.WAITING, first.lift), who, on_hand, who in busy, rules.capacity):
            continue
        person = line.pop(first.id)
        person.calls[-1].taken_at, person.met = now, dice.random() >= UNMET
        taken.append(person)
        earlier = [other.waiter.asked_at for other in line.values()]
        if earlier and min(earlier) < first.asked_at:
            month.passed_for_longest = max(month.passed_for_longest, first.asked_at - min(earlier))
        busy[who] = now + timedelta(minutes=10 + dice.random() * 35) if person.met else now + STALE
    return taken


def expected(lift: Lift, lasted: timedelta, rules: Rules = RULES) -> Mapping[str, int]:
    """Which steps a climb that lasted so long must have had, each once."""
    return {step.rung: 1 for step in ladder_for(lift, rules) if step.after <= lasted}
