"""Where the line of a trend runs, in a drawing `WIDE` units wide that stretches, and `height` pixels high. Pure.

Gaps stay gaps: the line breaks where nothing came for much longer than usual.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from statistics import median

WIDE = 1000
PAD = 12
MOST_DOTS = 120
USUAL_GAPS = 2.5
APART = 110
"""Numbers above the plot that stand closer than this share one label, so that they do not overlap on a phone."""


@dataclass(frozen=True)
class Point:
    at: datetime
    total: int


class Happened(StrEnum):
    BEGUN = "begun"
    CHANGED = "changed"
    ENDED = "ended"


@dataclass(frozen=True)
class Mark:
    """What was done between totals. `way`: of a treatment what kind, '' of a medicine; `dose` and `before`: for a day,
    of a change; not `exact`: the month is known alone.
    """

    at: datetime
    kind: Happened
    name: str = field(repr=False)
    way: str = field(default="", repr=False)
    dose: str = field(default="", repr=False)
    before: str = field(default="", repr=False)
    exact: bool = True


@dataclass(frozen=True)
class Chart:
    """measures/chart.html. Paths are SVG path data; `scale` and `last` are heights with what is written there.

    `met`: sessions of its time; `treated`: marks of it, oldest first; the first is number 1 of `labels`, each
    (percent of the width, numbers).
    """

    height: int
    line: str
    dots: str
    marks: str
    scale: Sequence[tuple[float, int]]
    last: tuple[float, int]
    first_at: datetime
    last_at: datetime
    count: int
    sessions: int
    met: Sequence[datetime] = ()
    treated: Sequence[Mark] = field(default=(), repr=False)
    lines: str = ""
    labels: Sequence[tuple[float, str]] = ()


def chart(
    points: Sequence[Point],
    sessions: Sequence[datetime],
    span: tuple[int, int],
    height: int = 176,
    reach: timedelta = timedelta(days=1),
    marks: Sequence[Mark] = (),
) -> Chart | None:
    """The drawing of these totals, oldest first, over the full range of their measure; None of none. Sessions and marks
    further than `reach` from all of them are left out.
    """
    if not points:
        return None
    begin, end = points[0].at, points[-1].at
    seen = [at for at in sessions if begin - reach <= at <= end + reach]
    treated = sorted((one for one in marks if begin - reach <= one.at <= end + reach), key=lambda one: one.at)
    around = [*seen, *(one.at for one in treated)]
    begin, end = min([begin, *around]), max([end, *around])
    low, high = span
    long = (end - begin).total_seconds() or 1
    across = (WIDE - 2 * PAD) / long
    down = (height - 2 * PAD) / (high - low)

    def x(at: datetime) -> float:
        return round(PAD + (at - begin).total_seconds() * across, 1) if end > begin else WIDE / 2

    def y(total: int) -> float:
        return round(height - PAD - (total - low) * down, 1)

    middle = (low + high) // 2
    return Chart(
        height=height,
        line=_line(points, [(x(one.at), y(one.total)) for one in points]),
        dots="".join(f"M{x(one.at)} {y(one.total)}h0" for one in points) if len(points) <= MOST_DOTS else "",
        marks="".join(f"M{x(at)} {height - 2}v-12" for at in seen),
        scale=[(y(value), value) for value in (high, middle, low)],
        last=(y(points[-1].total), points[-1].total),
        first_at=points[0].at,
        last_at=points[-1].at,
        count=len(points),
        sessions=len(seen),
        met=seen,
        treated=treated,
        lines="".join(f"M{place} 0V{height}" for place in dict.fromkeys(x(one.at) for one in treated)),
        labels=_labels([x(one.at) for one in treated]),
    )


def _line(points: Sequence[Point], places: Sequence[tuple[float, float]]) -> str:
    gaps = [after.at - before.at for before, after in pairwise(points)]
    usual = median(gap.total_seconds() for gap in gaps) if gaps else 0
    longest = timedelta(seconds=USUAL_GAPS * usual)
    pen = ["M", *("L" if gap <= longest else "M" for gap in gaps)]
    return "".join(f"{move}{x} {y}" for move, (x, y) in zip(pen, places, strict=True))


def _labels(places: Sequence[float]) -> list[tuple[float, str]]:
    """Numbers from 1 where they stand, those close to each other as one: '2–4' in their middle."""
    groups: list[list[int]] = []
    for at, place in enumerate(places):
        if groups and place - places[groups[-1][-1]] < APART:
            groups[-1].append(at)
        else:
            groups.append([at])
    return [
        (
            round((places[each[0]] + places[each[-1]]) / 2 / WIDE * 100, 1),
            f"{each[0] + 1}–{each[-1] + 1}" if len(each) > 1 else f"{each[0] + 1}",
        )
        for each in groups
    ]
