"""Where the line of a trend runs, in a drawing `WIDE` units wide that stretches, and `height` pixels high. Pure.

Gaps stay gaps: the line breaks where nothing came for much longer than usual.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

WIDE = 1000
PAD = 12
MOST_DOTS = 120
USUAL_GAPS = 2.5


@dataclass(frozen=True)
class Point:
    at: datetime
    total: int


@dataclass(frozen=True)
class Chart:
    """measures/chart.html. Paths are SVG path data; `scale` and `last` are heights with what is written there."""

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


def chart(
    points: Sequence[Point],
    sessions: Sequence[datetime],
    span: tuple[int, int],
    height: int = 176,
    reach: timedelta = timedelta(days=1),
) -> Chart | None:
    """The drawing of these totals, oldest first, over the full range of their measure; None of none. Sessions further
    than `reach` from all of them are left out.
    """
    if not points:
        return None
    begin, end = points[0].at, points[-1].at
    seen = [at for at in sessions if begin - reach <= at <= end + reach]
    begin, end = min([begin, *seen]), max([end, *seen])
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
    )


def _line(points: Sequence[Point], places: Sequence[tuple[float, float]]) -> str:
    gaps = [after.at - before.at for before, after in pairwise(points)]
    usual = median(gap.total_seconds() for gap in gaps) if gaps else 0
    longest = timedelta(seconds=USUAL_GAPS * usual)
    pen = ["M", *("L" if gap <= longest else "M" for gap in gaps)]
    return "".join(f"{move}{x} {y}" for move, (x, y) in zip(pen, places, strict=True))
