"""Where the marks of a shared week of activities and of a shared ladder stand in drawings that stretch. Pure.

Widths in units of WIDE, heights in pixels. What was not said has no mark, and a line breaks where a day is missing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from server.journal.cbt.ladder import Run, rows_of, runs_of
from server.journal.cbt.week import Day

WIDE, PAD = 1000, 10
HIGH, TOP = 160, 10
BARS = 64
RUNG, SUDS = 44, 100
FEELINGS = ("mood", "achievement", "pleasure")


@dataclass(frozen=True)
class Activities:
    """`planned`, `done`: bars of each day, as path data; `most`: what the highest one counts. `lines`: of each feeling
    its line and its dots; `scale`: (height, number).
    """

    days: Sequence[Day] = field(repr=False)
    planned: str
    done: str
    most: int
    lines: Mapping[str, tuple[str, str]]
    scale: Sequence[tuple[float, int]]


@dataclass(frozen=True)
class Rung:
    """A step: its words where they are shared, how hard it was thought to be, and its runs, the oldest first."""

    text: str = field(repr=False)
    suds: int | None
    runs: Sequence[Run] = field(repr=False)
    line: str = ""
    dots: str = ""
    thought: float | None = None

    @property
    def peaks(self) -> Sequence[int]:
        return [run.peak for run in self.runs if run.peak is not None]


def activities(days: Sequence[Day]) -> Activities | None:
    """The drawing of a week; None of one in which nothing was planned."""
    most = max((day.planned for day in days), default=0)
    if not most:
        return None
    lines = {one: _line([getattr(day, one) for day in days]) for one in FEELINGS}
    return Activities(
        days=days,
        planned="".join(_bar(at, day.planned, most) for at, day in enumerate(days)),
        done="".join(_bar(at, day.done, most) for at, day in enumerate(days)),
        most=most,
        lines={one: drawn for one, drawn in lines.items() if drawn[1]},
        scale=[(_high(value), value) for value in (TOP, TOP // 2, 0)],
    )


def _column(at: int) -> float:
    """The middle of the day's column."""
    return round((at + 0.5) * WIDE / 7, 1)


def _bar(at: int, count: int, most: int) -> str:
    if not count:
        return ""
    high = round(count * (BARS - 4) / most, 1)
    return f"M{_column(at) - 40} {BARS}v-{high}h80v{high}z"


def _high(value: float) -> float:
    return round(HIGH - PAD - value * (HIGH - 2 * PAD) / TOP, 1)


def _line(values: Sequence[float | None]) -> tuple[str, str]:
    places = [None if value is None else (_column(at), _high(value)) for at, value in enumerate(values)]
    said = []
    for at, place in enumerate(places):
        if place:
            said.append(f"{'L' if at and places[at - 1] else 'M'}{place[0]} {place[1]}")
    return "".join(said), "".join(f"M{x} {y}h0" for x, y in filter(None, places))


def rungs(said: Mapping[str, Any], runs: Sequence[Run]) -> list[Rung]:
    """Every step of a ladder from easy to hard; all of them over the same days. `runs` in their order of time."""
    days = [run.day for run in runs]
    span = (min(days), max(days)) if days else (date.min, date.min)
    return [_rung(row, runs_of(row, runs), span) for row in rows_of(said)]


def _rung(row: Mapping[str, Any], runs: Sequence[Run], span: tuple[date, date]) -> Rung:
    places = [(_x(run.day, span), _rise(run.peak)) for run in runs if run.peak is not None]
    suds = row.get("suds")
    return Rung(
        text=row.get("text", ""),
        suds=suds,
        runs=runs,
        line="".join(f"{'L' if at else 'M'}{x} {y}" for at, (x, y) in enumerate(places)),
        dots="".join(f"M{x} {y}h0" for x, y in places),
        thought=None if suds is None else _rise(suds),
    )


def _x(day: date, span: tuple[date, date]) -> float:
    room = max(1, (span[1] - span[0]).days)
    return round(20 + (day - span[0]).days * (WIDE - 40) / room, 1)


def _rise(suds: int) -> float:
    return round(RUNG - 6 - suds * (RUNG - 12) / SUDS, 1)
