"""What entries of mood come to over time. Pure; a day without an entry stays a gap and is never counted as nought.

The width of the mean, how many days it wants, and what counts as a little are ours, and await a clinician's word.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from statistics import fmean

from server.journal.mood.rules import Mood

WEEK, LEAST_DAYS = 7, 4
LEAST_OF_TAG = 5
A_LITTLE, CLEARLY = 0.5, 2.0
ONE_DAY = timedelta(days=1)


class Turn(StrEnum):
    """Where the mean of a week went, from the first to the last."""

    ROSE = "rose"
    ROSE_LITTLE = "rose_little"
    SAME = "same"
    FELL_LITTLE = "fell_little"
    FELL = "fell"


@dataclass(frozen=True)
class Day:
    """One entry as it is looked back on."""

    day: date
    mood: Mood = field(repr=False)


@dataclass(frozen=True)
class OfTag:
    """Days with a tag, and what mood was on them. `own`: in the patient's own words."""

    tag: str = field(repr=False)
    own: bool
    days: int
    mean: float


@dataclass(frozen=True)
class OfSleep:
    """Entries with so many hours of sleep (a key of HOURS) and so much mood."""

    hours: str
    mood: int
    times: int


def by_day(days: Iterable[Day], name: str) -> dict[date, float]:
    """The mean of a scale, or of hours of sleep, on each day that has it, the earliest first."""
    found: dict[date, list[float]] = defaultdict(list)
    for one in days:
        value = one.mood.hours if name == "sleep" else getattr(one.mood, name)
        if value is not None:
            found[one.day].append(value)
    return {day: values[0] if len(values) == 1 else fmean(values) for day, values in sorted(found.items())}


def means(values: Mapping[date, float], width: int = WEEK, least: int = LEAST_DAYS) -> list[tuple[date, float]]:
    """(day, mean of the `width` days up to it), for days with an entry where at least `least` of them have one."""
    days = list(values)
    found: list[tuple[date, float]] = []
    first, total = 0, 0.0
    for place, day in enumerate(days):
        total += values[day]
        while (day - days[first]).days >= width:
            total -= values[days[first]]
            first += 1
        if place - first + 1 >= least:
            found.append((day, total / (place - first + 1)))
    return found


def turn(line: Sequence[tuple[date, float]]) -> Turn | None:
    """Where the mean went; None where there are not two that share no day."""
    if not line or (line[-1][0] - line[0][0]).days < WEEK:
        return None
    moved = line[-1][1] - line[0][1]
    if abs(moved) < A_LITTLE:
        return Turn.SAME
    if moved > 0:
        return Turn.ROSE if moved >= CLEARLY else Turn.ROSE_LITTLE
    return Turn.FELL if moved <= -CLEARLY else Turn.FELL_LITTLE


def by_tag(days: Iterable[Day], least: int = LEAST_OF_TAG) -> list[OfTag]:
    """Tags that were there on `least` days and more, the highest mood first."""
    found: dict[tuple[str, bool], dict[date, list[float]]] = defaultdict(lambda: defaultdict(list))
    for one in days:
        if one.mood.mood is not None:
            for tag, own in (*((tag, False) for tag in one.mood.tags), *((tag, True) for tag in one.mood.own)):
                found[tag, own][one.day].append(one.mood.mood)
    tags = [
        OfTag(tag, own, len(each), fmean(fmean(values) for values in each.values()))
        for (tag, own), each in found.items()
        if len(each) >= least
    ]
    return sorted(tags, key=lambda one: (-one.mean, -one.days, one.tag))


def against_sleep(days: Iterable[Day], least: int = LEAST_OF_TAG) -> list[OfSleep]:
    """How often each mood came with each length of sleep; nothing where there are too few to look at."""
    times: dict[tuple[str, int], int] = defaultdict(int)
    for one in days:
        if one.mood.mood is not None and one.mood.sleep:
            times[one.mood.sleep, one.mood.mood] += 1
    if sum(times.values()) < least:
        return []
    return [OfSleep(hours, mood, count) for (hours, mood), count in sorted(times.items())]


def by_month(values: Mapping[date, float]) -> list[tuple[date, int, float]]:
    """(first of the month, days with an entry, their mean), the earliest first."""
    found: dict[date, list[float]] = defaultdict(list)
    for day, value in values.items():
        found[day.replace(day=1)].append(value)
    return [(month, len(each), fmean(each)) for month, each in found.items()]
