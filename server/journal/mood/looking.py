"""Everything that is drawn from entries of mood, for their patient and for who treats them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from server.journal.mood.chart import Chart, Cloud, Heat, Other, Span, chart, cloud, heat
from server.journal.mood.course import (
    Day,
    OfTag,
    Turn,
    against_sleep,
    by_day,
    by_month,
    by_tag,
    means,
    turn,
)
from server.journal.mood.rules import SCALES

SPANS = ("7", "30", "90", "365", "all")
USUAL = "30"
DAILY = 92
"""Up to so many days the table behind the drawing has a row for each; above it, one for each month."""


@dataclass(frozen=True)
class Row:
    """A day of the table: the mean of each scale, and of hours of sleep, where there is one."""

    day: date
    values: Sequence[float | None]


@dataclass(frozen=True)
class Look:
    """What is seen of some days. `wrote`: days with an entry."""

    span: Span
    wrote: int
    turn: Turn | None
    first: float | None
    last: float | None
    chart: Chart | None = field(repr=False)
    heat: Heat | None = field(repr=False)
    tags: Sequence[OfTag] = field(repr=False)
    cloud: Cloud | None = field(repr=False)
    rows: Sequence[Row] = field(repr=False)
    months: Sequence[tuple[date, int, float]] = field(repr=False)


@dataclass(frozen=True)
class Beside:
    """What else is drawn: days of sessions, spells of treatment, and one line more."""

    sessions: Sequence[date] = ()
    spells: Sequence[tuple[date, date]] = field(default=(), repr=False)
    other: Other | None = field(default=None, repr=False)


def span_of(key: str, today: date, first: date | None) -> Span:
    """The days of a choice; of all of them, from the first one that was written about."""
    if key == "all":
        return Span(min(first or today, today - timedelta(days=6)), today)
    return Span(today - timedelta(days=int(key) - 1), today)


def look(days: Sequence[Day], span: Span, beside: Beside = Beside()) -> Look:
    """What these entries come to. The mean of a span's first days may reach back before it."""
    inside = [one for one in days if span.holds(one.day)]
    scales = {name: by_day(inside, name) for name in (*SCALES, "sleep")}
    mood = scales["mood"]
    line = [each for each in means(by_day(days, "mood")) if span.holds(each[0])]
    written = sorted({one.day for one in inside})
    pairs = against_sleep(inside)
    return Look(
        span=span,
        wrote=len(written),
        turn=turn(line),
        first=line[0][1] if line else None,
        last=line[-1][1] if line else None,
        chart=chart(span, mood, line, beside.other, beside.sessions, beside.spells),
        heat=heat(span, mood) if span.days > 7 and mood else None,
        tags=by_tag(inside),
        cloud=cloud(pairs) if pairs else None,
        rows=[Row(day, [each.get(day) for each in scales.values()]) for day in reversed(written)]
        if span.days <= DAILY
        else (),
        months=by_month(mood)[::-1] if span.days > DAILY else (),
    )
