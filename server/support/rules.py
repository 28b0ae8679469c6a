"""Help now: when it is open, who comes first and why, who may take somebody. Pure.

How much an answer about safety lifts somebody, and the usual times, are ours and await a clinician's confirmation; a
clinic sets its own times. Nobody starves: a lift is worth a fixed number of minutes, so whoever comes later than that
never goes first (aging by arrival: a place in the line is the arrival less the lift, and no arrival moves).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from server.clinic.rules import DAY_MINUTES
from server.moments import end_of, start_of
from server.safety.roster.rules import LOOK_AHEAD, Roster, on_call, turns_between
from server.tongues import Said as Spoken
from server.tongues import Words

MINUTE = timedelta(minutes=1)
LONGEST_LINE = 60
MOST_TOLD = 2 * LONGEST_LINE
"""How many a clinic is called about in all, with those who are not safe and whom the line could not take."""
STALE = 5 * MINUTE
"""After so long without a meeting somebody who was taken is back in the line: nobody is lost in anybody's hands."""


class Safe(StrEnum):
    """Answers to 'Are you safe right now?'. Each of them lets a person in."""

    YES = "yes"
    UNSURE = "unsure"
    NO = "no"
    UNSAID = "unsaid"


class Lift(StrEnum):
    """What an answer is worth in the line."""

    NONE = "none"
    UNSURE = "unsure"
    DANGER = "danger"


WORTH = {Lift.NONE: timedelta(), Lift.UNSURE: 8 * MINUTE, Lift.DANGER: 20 * MINUTE}
MOST_WORTH = max(WORTH.values())


class State(StrEnum):
    WAITING = "waiting"
    TAKEN = "taken"
    LEFT = "left"  # by themselves
    ENDED = "ended"  # by a person of the clinic


class Way(StrEnum):
    """How somebody wants to talk."""

    VIDEO = "video"
    PHONE = "phone"


class Outcome(StrEnum):
    """What came of it, as the one who ends it says."""

    TALKED = "talked"
    NOT_REACHED = "not_reached"
    CRISIS_LINE = "crisis_line"
    EMERGENCY = "emergency"


@dataclass(frozen=True)
class Hours:
    """Every day from a minute until another one of the clinic's clock; until at or before from: of the next day."""

    from_minute: int = 0
    until_minute: int = DAY_MINUTES

    @property
    def end(self) -> int:
        return self.until_minute if self.until_minute > self.from_minute else self.until_minute + DAY_MINUTES


@dataclass(frozen=True)
class Calls:
    """After how many seconds who is on call hears it again, and after how many who leads the clinic does."""

    again: int
    lead: int


@dataclass(frozen=True)
class Rules:
    """What a clinic chose. `service`: under which people are met; none: it cannot be switched on. `said`: its words in
    other languages, there also `topics`, one on each line."""

    SPOKEN: ClassVar[Mapping[str, str]] = {"words": "words"}

    in_use: bool = False
    hours: Hours = Hours()
    hand_over: timedelta = 10 * MINUTE
    capacity: int = 1
    topics: tuple[str, ...] = ()
    words: str = ""
    service: UUID | None = None
    calls: Calls = Calls(60, 180)
    in_danger: Calls = Calls(30, 60)  # where somebody said that they are not safe
    said: Spoken | None = field(default=None, hash=False)

    def topics_in(self, language: str, own: str) -> list[tuple[str, str]]:
        """What it can be about, as it is kept, and as who reads this language is asked: in `own` where that lacks."""
        told = (self.said or {}).get(language, {}).get("topics", "").split("\n")
        if language == own or len(told) != len(self.topics):
            return [(one, Words(one, own)) for one in self.topics]
        return list(zip(self.topics, told, strict=True))


@dataclass(frozen=True)
class Standing:
    """`on_hand`: who can take somebody now. None of them: `opens_at` is when the next one can, where that is known."""

    on_hand: tuple[UUID, ...] = ()
    opens_at: datetime | None = None
    in_use: bool = False

    @property
    def is_open(self) -> bool:
        return bool(self.on_hand)


def standing(rules: Rules, roster: Roster, able: Collection[UUID], now: datetime) -> Standing:
    """How it stands at a moment. `able`: therapists who work here."""
    if not rules.in_use or rules.service is None:
        return Standing()
    called = tuple(who for who in on_call(roster, now) if who in able)
    if called and within(rules.hours, roster.zone, now):
        return Standing(called, None, in_use=True)
    return Standing((), _opens(rules.hours, roster, able, now), in_use=True)


def within(hours: Hours, zone: ZoneInfo, now: datetime) -> bool:
    return any(start <= now < end for start, end in _windows(hours, zone, now, now))


def _opens(hours: Hours, roster: Roster, able: Collection[UUID], now: datetime) -> datetime | None:
    """The first moment from now on at which somebody able is on call within the hours."""
    last = now + timedelta(days=LOOK_AHEAD)
    open_at = _windows(hours, roster.zone, now, last)
    turns = [turn for turn in turns_between(roster, now, last) if turn.staff_id in able and turn.end > now]
    for turn in turns:
        for start, end in open_at:
            begins = max(turn.start, start, now)
            if begins < min(turn.end, end):
                return begins
    return None


def _windows(hours: Hours, zone: ZoneInfo, since: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
    first = since.astimezone(zone).date() - timedelta(days=1)
    last = until.astimezone(zone).date()
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [(start_of(_wall(zone, day, hours.from_minute)), end_of(_wall(zone, day, hours.end))) for day in days]


def _wall(zone: ZoneInfo, day: date, minute: int) -> datetime:
    days, rest = divmod(minute, DAY_MINUTES)
    return datetime.combine(day + timedelta(days=days), time(*divmod(rest, 60)), zone)


def lift_of(safe: Safe) -> Lift:
    """Who does not say is neither lifted nor held back."""
    return {Safe.NO: Lift.DANGER, Safe.UNSURE: Lift.UNSURE}.get(safe, Lift.NONE)


def rises(before: Lift, to: Lift) -> bool:
    """What somebody says later lifts them, and never takes back what they said before."""
    return WORTH[to] > WORTH[before]


@dataclass(frozen=True)
class Waiter:
    """Somebody in the line."""

    id: UUID
    asked_at: datetime
    lift: Lift = Lift.NONE

    @property
    def place_at(self) -> datetime:
        return self.asked_at - WORTH[self.lift]


class Why(StrEnum):
    ARRIVAL = "arrival"  # in the order of arrival
    LIFTED = "lifted"  # before people who came earlier, for what they said
    PASSED = "passed"  # people who came later are before them, for what those said


@dataclass(frozen=True)
class Reason:
    """Why somebody stands where they stand, for the clinic. `count`: how many people it is about."""

    why: Why
    lift: Lift = Lift.NONE
    count: int = 0


def in_order(line: Collection[Waiter]) -> list[Waiter]:
    """Who is next first."""
    return sorted(line, key=lambda one: (one.place_at, one.asked_at, one.id))


def reasons(ordered: Sequence[Waiter]) -> list[Reason]:
    """Of each of an ordered line why they stand there."""
    return [_reason(one, ordered[:place], ordered[place + 1 :]) for place, one in enumerate(ordered)]


def _reason(one: Waiter, before: Sequence[Waiter], behind: Sequence[Waiter]) -> Reason:
    passed = sum(other.asked_at < one.asked_at for other in behind)
    if passed:
        return Reason(Why.LIFTED, one.lift, passed)
    later = sum(other.asked_at > one.asked_at for other in before)
    return Reason(Why.PASSED, one.lift, later) if later else Reason(Why.ARRIVAL, one.lift)


class Refusal(StrEnum):
    """Why somebody cannot be taken."""

    FULL = "full"  # by this person, who has as many as they may
    OFF = "off"  # by this person, who is not on call
    GONE = "gone"  # a colleague took them, or they left


@dataclass(frozen=True)
class Held:
    """What is known of one entry when somebody wants to take it."""

    state: State
    lift: Lift


def may_take(held: Held, who: UUID, on_hand: Collection[UUID], holds: int, capacity: int) -> Refusal | None:
    """None: they may. Who left after saying that they are in danger can be taken still, to be called back."""
    if who not in on_hand:
        return Refusal.OFF
    if held.state is not State.WAITING and not (held.state is State.LEFT and held.lift is Lift.DANGER):
        return Refusal.GONE
    return Refusal.FULL if holds >= capacity else None


@dataclass(frozen=True)
class Said:
    """What somebody said on entering; sealed. Country and region are codes of ISO 3166."""

    place: str = field(default="", repr=False)
    country: str = field(default="", repr=False)
    region: str = field(default="", repr=False)
    number: str = field(default="", repr=False)
    topic: str = field(default="", repr=False)
    safe: Safe = field(default=Safe.UNSAID, repr=False)
    way: Way = Way.VIDEO


def newer(before: Said, said: Said) -> Said:
    """What is known once somebody says more: the newest of each, and nothing lost that they leave out now."""
    moved = said.place or (said.country and said.country != before.country)
    where = said if moved else before
    return replace(
        before,
        place=where.place,
        country=where.country,
        region=where.region,
        number=said.number or before.number,
        topic=said.topic or before.topic,
        safe=said.safe,
    )
