"""What is asked every week, with a visit or without. Pure.

A week begins on Monday by the clinic's clock. Where a visit falls into it, that visit asks; otherwise the patient is
asked alone, in their own space, once. What a week left open gives way to the next: nothing piles up, and what was
answered of it stays.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from server.measures.schedule import AFTER
from server.moments import start_of
from server.patients.care.rules import LASTS

ASKS = time(8)
"""From when on Monday it is asked."""
DAYS_TO_ASK = 5
"""Who can be asked later only, as after an outage, waits for Monday: two weeks are not asked days apart."""
MISSES = 4
"""After so many weeks in a row without an answer nobody is told any more; the questions stand in their space still."""


@dataclass(frozen=True)
class Week:
    """A week of a clinic. `asks_at` until `closes_at`: when it may be asked."""

    day: date
    begins_at: datetime
    asks_at: datetime
    closes_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Asked:
    """What a patient was asked of one measure. `week`: the Monday of what the weekly rule asked them alone."""

    id: UUID
    key: str
    week: date | None
    alone: bool
    begun_at: datetime | None
    finished_at: datetime | None
    withdrawn_at: datetime | None

    @property
    def open(self) -> bool:
        return self.finished_at is None and self.withdrawn_at is None


@dataclass(frozen=True)
class Whom:
    """What is known of one patient. `visits`: one falls into this week; `cared_for`: they are in care, and have a space
    of their own; `stopped`: measures that somebody said are not asked of them by the week.
    """

    cared_for: bool
    visits: bool
    stopped: Collection[str] = ()
    asked: Sequence[Asked] = ()


@dataclass(frozen=True)
class Plan:
    """`ask`: measures; `withdraw`: what is asked no more."""

    ask: Sequence[str] = ()
    withdraw: Sequence[UUID] = ()


def week_of(at: datetime, zone: ZoneInfo) -> Week:
    """The week that this moment lies in."""
    today = at.astimezone(zone).date()
    day = today - timedelta(days=today.weekday())

    def wall(days: int, clock: time = time()) -> datetime:
        return start_of(datetime.combine(day + timedelta(days=days), clock, zone))

    return Week(day, wall(0), wall(0, ASKS), wall(DAYS_TO_ASK), wall(7))


def in_care(first: datetime, last: datetime, *, kept: bool, now: datetime) -> bool:
    """Whether somebody whose visits end from `first` to `last` is: they came once, and it is no longer ago than a
    therapist may read their record, or one is ahead, or somebody keeps the record.
    """
    return first <= now and (kept or last + LASTS > now)


def plan(keys: Collection[str], whom: Whom, week: Week, now: datetime) -> Plan:
    """What to ask them now, and what gives way."""
    wanted = [key for key in sorted(keys) if whom.cared_for and key not in whom.stopped]
    mine = [one for one in whom.asked if one.week and one.open]
    stale = tuple(one.id for one in mine if _gives_way(one, wanted, whom.asked, week, now))
    if whom.visits or not week.asks_at <= now < week.closes_at:
        return Plan((), stale)
    return Plan(tuple(key for key in wanted if not _stands(key, whom.asked, stale, week)), stale)


def _gives_way(
    one: Asked, wanted: Collection[str], every: Iterable[Asked], week: Week, now: datetime
) -> bool:  # fmt: skip
    """Nobody wants it any more, it was answered elsewhere, or its week is over and it is not being answered now."""
    if one.key not in wanted or any(_answered(each, week) for each in every if each.key == one.key):
        return True
    busy = one.begun_at is not None and now < one.begun_at + AFTER
    return one.week != week.day and now >= week.asks_at and not busy


def _stands(key: str, every: Iterable[Asked], stale: Collection[UUID], week: Week) -> bool:
    """It was asked or answered in this week, or is open by whatever else asks it alone."""
    mine = [one for one in every if one.key == key]
    standing = any(one.alone and one.open and one.id not in stale for one in mine)
    return standing or any(one.week == week.day or _answered(one, week) for one in mine)


def _answered(one: Asked, week: Week) -> bool:
    return one.finished_at is not None and one.finished_at >= week.begins_at


def may_tell(asked: Iterable[Asked], week: Week) -> bool:
    """Whether a word goes out with this week's: not after so many weeks in a row that brought nothing. Whatever they
    answered since begins anew.
    """
    every = list(asked)
    answered = max((at for one in every for at in (one.begun_at, one.finished_at) if at), default=None)
    since = answered.date() if answered else date.min
    missed = {one.week for one in every if one.week and one.begun_at is None and since < one.week < week.day}
    return len(missed) < MISSES


class State(StrEnum):
    """How it stands with what is asked every week of one patient."""

    STOPPED = "stopped"
    WAITS = "waits"  # asked this week, and not answered
    ANSWERED = "answered"
    VISIT = "visit"  # a visit of this week asks it
    MONDAY = "monday"  # not asked this week
    NOT_ALONE = "not_alone"  # not in care, or without a space: visits alone ask it


def state_of(key: str, whom: Whom, week: Week) -> State:
    mine = [one for one in whom.asked if one.key == key]
    if key in whom.stopped:
        return State.STOPPED
    if any(_answered(one, week) for one in mine):
        return State.ANSWERED
    if any(one.week == week.day and one.open for one in mine):
        return State.WAITS
    if whom.visits:
        return State.VISIT
    return State.MONDAY if whom.cared_for else State.NOT_ALONE
