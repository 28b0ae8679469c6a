"""Where marks of mood stand in drawings that stretch. Pure; widths in units, heights in pixels.

Gaps stay gaps: the line of means breaks where days are missing, and a day without an entry has no dot and no colour.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from server.journal.mood.course import OfSleep
from server.journal.mood.rules import HOURS, TOP

WIDE, PAD, HIGH = 1000, 12, 208
LONGEST_GAP = 3
FEW = 100
CELL = 12
LEVELS = 5


@dataclass(frozen=True)
class Span:
    """The days that a drawing shows, both of them too."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def x(self, day: date) -> float:
        room = max(1, self.days - 1)
        return round(PAD + (day - self.first).days * (WIDE - 2 * PAD) / room, 1)

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Other:
    """A second line on a scale of its own, from `low` to `high`; `last` is what it ended at."""

    key: str
    name: str
    points: Sequence[tuple[date, float]]
    low: float
    high: float

    @property
    def last(self) -> float:
        return self.points[-1][1]


@dataclass(frozen=True)
class Chart:
    """journal/mood/chart.html. Paths are SVG path data; `last` and `other_last`: (height, what is written there)."""

    height: int
    dots: str
    few: bool
    line: str
    other: str
    marks: str
    spells: str
    scale: Sequence[tuple[float, int]]
    last: tuple[float, float] | None
    other_last: tuple[float, float] | None
    span: Span


def chart(
    span: Span,
    values: Mapping[date, float],
    line: Sequence[tuple[date, float]],
    other: Other | None = None,
    sessions: Iterable[date] = (),
    spells: Iterable[tuple[date, date]] = (),
) -> Chart | None:
    """The drawing of these days; None where nothing was written on them."""
    dots = [(span.x(day), _y(value)) for day, value in values.items() if span.holds(day)]
    if not dots:
        return None
    shown = [(day, value) for day, value in line if span.holds(day)]
    drawn = _other(span, other) if other else ("", None)
    return Chart(
        height=HIGH,
        dots="".join([f"M{x} {y}h0" for x, y in dots]),
        few=len(dots) <= FEW,
        line=_line(span, [(day, _y(value)) for day, value in shown], LONGEST_GAP),
        other=drawn[0],
        marks="".join(f"M{span.x(day)} {HIGH - 2}v-12" for day in sessions if span.holds(day)),
        spells="".join(_spell(span, *each) for each in spells),
        scale=[(_y(value), value) for value in (TOP, TOP // 2, 0)],
        last=(_y(shown[-1][1]), shown[-1][1]) if shown else None,
        other_last=drawn[1],
        span=span,
    )


def _y(value: float, low: float = 0, high: float = TOP) -> float:
    return round(HIGH - PAD - (value - low) * (HIGH - 2 * PAD) / (high - low), 1)


def _line(span: Span, places: Sequence[tuple[date, float]], longest: int) -> str:
    before: date | None = None
    said = []
    for day, y in places:
        said.append(f"{'L' if before and (day - before).days <= longest else 'M'}{span.x(day)} {y}")
        before = day
    return "".join(said)


def _other(span: Span, other: Other) -> tuple[str, tuple[float, float] | None]:
    shown = [(day, _y(value, other.low, other.high), value) for day, value in other.points if span.holds(day)]
    if not shown:
        return "", None
    gaps = sorted((after[0] - before[0]).days for before, after in pairwise(shown))
    usual = max(LONGEST_GAP, round(2.5 * gaps[len(gaps) // 2])) if gaps else LONGEST_GAP
    return _line(span, [(day, y) for day, y, _ in shown], usual), (shown[-1][1], shown[-1][2])


def _spell(span: Span, begins: date, ends: date) -> str:
    if ends < span.first or begins > span.last:
        return ""
    return f"M{span.x(max(begins, span.first))} 4H{span.x(min(ends, span.last))}"


@dataclass(frozen=True)
class Heat:
    """Weeks side by side, Monday above: squares of each of LEVELS levels as one path, and of days without an entry;
    `monday`: the one it begins with, `first` and `last`: the days that have a place.
    """

    weeks: int
    levels: Sequence[str]
    empty: str
    monday: date
    first: date
    last: date

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)


def heat(span: Span, values: Mapping[date, float]) -> Heat:
    """The calendar of these days."""
    monday = span.first - timedelta(days=span.first.weekday())
    paths: dict[int, list[str]] = defaultdict(list)
    for number in range((span.first - monday).days, (span.last - monday).days + 1):
        value = values.get(monday + timedelta(days=number))
        level = -1 if value is None else min(LEVELS - 1, int(value * LEVELS / (TOP + 1)))
        x, y = number // 7 * CELL, number % 7 * CELL
        paths[level].append(f"M{x + 4.5} {y + 4.5}h1v1h-1z" if level < 0 else f"M{x} {y}h10v10h-10z")
    weeks = (span.last - monday).days // 7 + 1
    levels = ["".join(paths[level]) for level in range(LEVELS)]
    return Heat(weeks, levels, "".join(paths[-1]), monday, span.first, span.last)


@dataclass(frozen=True)
class Cloud:
    """Mood against sleep: (x, y, radius) of each pair that came, and where the columns stand."""

    circles: Sequence[tuple[float, float, float]]
    columns: Sequence[tuple[float, str]]
    height: int
    wide: int


def cloud(pairs: Iterable[OfSleep]) -> Cloud:
    """The more often a pair came, the larger its circle."""
    keys = list(HOURS)
    wide, high = 44 * len(keys), 200
    places = {key: 22 + 44 * place for place, key in enumerate(keys)}
    circles = [
        (
            places[one.hours],
            round(high - 14 - one.mood * (high - 28) / TOP, 1),
            round(3 + 2 * min(one.times, 16) ** 0.5, 1),
        )
        for one in pairs
    ]
    return Cloud(circles, [(places[key], key) for key in keys], high, wide)
