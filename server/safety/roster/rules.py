"""Who is on call when: a week, and dates that differ from it, on the clinic's clock. Pure.

A shift belongs to the day on which it begins, also when it goes on after midnight. What a date says takes the place of
the week for the shifts that begin on it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from server.clinic.rules import DAY_MINUTES
from server.moments import end_of, start_of

LOOK_AHEAD = 62
"""Days in which the next shift is sought."""


@dataclass(frozen=True, order=True)
class Shift:
    """One person, from a minute of the day until a later one; above 1440 it is of the next day. At most a day long."""

    from_minute: int
    until_minute: int
    staff_id: UUID


@dataclass(frozen=True)
class Roster:
    """`week`: weekday (0 is Monday) -> shifts. `dates`: date -> shifts in place of the week's; none: nobody."""

    zone: ZoneInfo
    week: Mapping[int, Sequence[Shift]] = field(default_factory=dict)
    dates: Mapping[date, Sequence[Shift]] = field(default_factory=dict)


@dataclass(frozen=True, order=True)
class Turn:
    """A shift as it falls on the calendar."""

    start: datetime
    end: datetime
    staff_id: UUID


def on_call(roster: Roster, now: datetime) -> tuple[UUID, ...]:
    """Who is on call at this moment, whoever began first first; nobody twice."""
    turns = turns_between(roster, now, now)
    return tuple(dict.fromkeys(turn.staff_id for turn in turns if turn.start <= now < turn.end))


def call_until(roster: Roster, now: datetime) -> datetime | None:
    """Until when somebody is on call without a gap; None while nobody is."""
    until = None
    for turn in turns_between(roster, now, now + timedelta(days=LOOK_AHEAD)):
        if turn.start > (until or now):
            break
        if turn.end > now:
            until = max(until or turn.end, turn.end)
    return until


def own_until(roster: Roster, staff_id: UUID, now: datetime) -> datetime | None:
    """Until when this person is on call; None while they are not."""
    turns = turns_between(roster, now, now)
    return max((turn.end for turn in turns if turn.staff_id == staff_id and turn.start <= now < turn.end), default=None)


def next_call(roster: Roster, now: datetime) -> datetime | None:
    """When a shift begins the next time; None when none does."""
    ahead = turns_between(roster, now, now + timedelta(days=LOOK_AHEAD))
    return next((turn.start for turn in ahead if turn.start > now), None)


def turns_between(roster: Roster, since: datetime, until: datetime) -> list[Turn]:
    """Every shift that begins on a local day from the one before `since` until that of `until`, rising."""
    first = since.astimezone(roster.zone).date() - timedelta(days=1)
    last = until.astimezone(roster.zone).date()
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return sorted(turn for day in days for turn in _on(roster, day))


def _on(roster: Roster, day: date) -> Iterable[Turn]:
    for shift in roster.dates.get(day, roster.week.get(day.weekday(), ())):
        start = start_of(_wall(roster.zone, day, shift.from_minute))
        end = end_of(_wall(roster.zone, day, shift.until_minute))
        if start < end:
            yield Turn(start, end, shift.staff_id)


def _wall(zone: ZoneInfo, day: date, minute: int) -> datetime:
    days, rest = divmod(minute, DAY_MINUTES)
    return datetime.combine(day + timedelta(days=days), time(*divmod(rest, 60)), zone)
