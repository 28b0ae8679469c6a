"""How far a course is behind its own days since the last session: days missed, and working days without one. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import takewhile

from server.programmes.around import StopRule
from server.programmes.course import History, Programme, day_of
from server.programmes.dates import OpenOn, coming

WORKDAYS = 5


@dataclass(frozen=True)
class Pace:
    """`missed`: days of the plan in a row without one; `away`: working days since the last one. A day on which the
    clinic is closed is neither, and one of a pause is not missed.
    """

    missed: int = 0
    away: int = 0


def pace(programme: Programme, done: History, today: date, open_on: OpenOn) -> Pace:
    """As of this morning: today is not missed yet. Of a course that has not begun, is paused or over, nothing is."""
    over = done.sessions_over >= programme.total
    if not done.begun or over or programme.paused or programme.ended_at:
        return Pace()
    next_day = day_of(programme.zone, max(done.begun.values())) + timedelta(days=1)
    again = day_of(programme.zone, programme.resumed_at) + timedelta(days=1) if programme.resumed_at else next_day
    planned = (one.day for one in coming(programme, done, max(next_day, again), open_on))
    missed = set(takewhile(lambda day: day < today, planned))
    days = (next_day + timedelta(days=number) for number in range((today - next_day).days))
    return Pace(len(missed), sum(day.weekday() < WORKDAYS and open_on(day) for day in days))


def may_be_behind(programme: Programme, done: History, now: datetime) -> bool:
    """Whether so many days have gone by since the last session that a rule about the pace could be met."""
    rules = programme.definition.stop_rules
    least = [one.value for rule in rules for one in (rule.missed, rule.away) if one]
    return bool(least and done.begun) and now - max(done.begun.values()) > timedelta(days=min(least))


def behind(rules: Sequence[StopRule], found: Pace) -> tuple[StopRule, ...]:
    """The rules about the pace that are met."""
    return tuple(
        one
        for one in rules
        if (one.missed and found.missed >= one.missed.value) or (one.away and found.away > one.away.value)
    )
