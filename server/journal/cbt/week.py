"""Activities beside mood: how many were done on a day, and after which mood rose most. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

DAYS = 7
MOST_LIFTING = 5
DONE = {"yes", "partly"}


@dataclass(frozen=True)
class Did:
    """One activity; moods 0 to 10, None where not said."""

    day: date
    what: str = field(repr=False)
    done: str
    before: int | None = field(default=None, repr=False)
    after: int | None = field(default=None, repr=False)
    achievement: int | None = field(default=None, repr=False)
    pleasure: int | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Day:
    """`mood`, `achievement`, `pleasure`: the mean of what was said after activities of the day, None of none."""

    day: date
    planned: int
    done: int
    mood: float | None
    achievement: float | None = None
    pleasure: float | None = None


@dataclass(frozen=True)
class Lift:
    """By how much mood rose after it, in the mean of so many times."""

    what: str = field(repr=False)
    by: float
    times: int


def did(day: date, said: Mapping[str, Any]) -> Did:
    felt = (said.get(key) for key in ("before", "after", "achievement", "pleasure"))
    return Did(day, said.get("what", ""), said.get("done", ""), *felt)


def monday(day: date) -> date:
    """The first day of the week that holds it."""
    return day - timedelta(days=day.weekday())


def days_of(first: date, found: Sequence[Did]) -> list[Day]:
    """Every day of a week, those without anything too."""
    return [_day(first + timedelta(days=at), found) for at in range(DAYS)]


def _day(day: date, found: Sequence[Did]) -> Day:
    there = [one for one in found if one.day == day]
    done = [one for one in there if one.done in DONE]
    felt = (_mean([getattr(one, key) for one in done]) for key in ("after", "achievement", "pleasure"))
    return Day(day, len(there), len(done), *felt)


def _mean(said: Sequence[int | None]) -> float | None:
    numbers = [one for one in said if one is not None]
    return sum(numbers) / len(numbers) if numbers else None


def lifting(found: Sequence[Did]) -> list[Lift]:
    """What mood rose most after, named as the patient named it; nothing that it did not rise after."""
    by: dict[str, list[int]] = {}
    names: dict[str, str] = {}
    for one in found:
        if one.done in DONE and one.what and one.before is not None and one.after is not None:
            key = one.what.casefold()
            names.setdefault(key, one.what)
            by.setdefault(key, []).append(one.after - one.before)
    lifts = [Lift(names[key], sum(each) / len(each), len(each)) for key, each in by.items()]
    return sorted((one for one in lifts if one.by > 0), key=lambda one: (-one.by, -one.times))[:MOST_LIFTING]
