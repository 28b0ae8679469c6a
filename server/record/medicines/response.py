"""What a measure came to over the time of each medicine: figures and a drawing, and never what they mean. Pure.

A span is as exact as what is written: a year begins with its first day and ends with its last. Where no begin is known
a medicine has no place in time, and stands beside the drawing by its name.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from server.measures.chart import PAD, WIDE, Chart, Point, chart
from server.measures.results import Result
from server.measures.rules import Instrument
from server.record.care.rules import Entry, Medicine, Spell, days_of

ALL = timedelta(days=366 * 200)


@dataclass(frozen=True)
class Span:
    """Days from the first to before the one after the last; `going`: until today."""

    first: date
    after: date
    going: bool

    def holds(self, day: date) -> bool:
        return self.first <= day < self.after


def span_of(spell: Spell, today: date) -> Span | None:
    """The days of a spell; None where no begin is known, or it is still to come."""
    begun, ended = days_of(spell.since), days_of(spell.until)
    if begun is None or begun[0] > today:
        return None
    first, after = begun[0], ended[1] + timedelta(days=1) if ended else None
    if after is None and not spell.going and spell.weeks is not None:
        after = first + timedelta(weeks=spell.weeks)
    tomorrow = today + timedelta(days=1)
    return Span(first, max(min(after or tomorrow, tomorrow), first + timedelta(days=1)), spell.going)


@dataclass(frozen=True)
class Row:
    """One medicine beside one measure. `before`: the last total from before it; `totals`: those of its time, oldest
    first; `bar`: (from, width) in the drawing, None where it has no place in time or none of the drawing's.
    """

    entry_id: UUID
    medicine: Medicine = field(repr=False)
    span: Span | None
    before: Point | None
    totals: Sequence[Point] = field(repr=False)
    bar: tuple[float, float] | None


@dataclass(frozen=True)
class Response:
    """One measure over the time of the medicines."""

    instrument: Instrument
    points: Sequence[Point] = field(repr=False)
    chart: Chart
    rows: Sequence[Row] = field(repr=False)

    def taken_at(self, day: date) -> list[str]:
        """The medicines of a day, by name."""
        return [row.medicine.name for row in self.rows if row.span and row.span.holds(day)]


def responses(results: Iterable[Result], entries: Sequence[Entry], zone: ZoneInfo, now: datetime) -> list[Response]:
    """One for each measure with a total, over the medicines among these entries in their order."""
    medicines = [(one.id, one.value) for one in entries if isinstance(one.value, Medicine)]
    found = [_response(result, medicines, zone, now) for result in results]
    return [one for one in found if one]


def _response(
    result: Result, medicines: Sequence[tuple[UUID, Medicine]], zone: ZoneInfo, now: datetime
) -> Response | None:
    points = result.points
    if not points:
        return None
    today = now.astimezone(zone).date()
    spans = [(entry_id, one, span_of(one.spell, today)) for entry_id, one in medicines]
    begin, end = _edges(points, [span for _, _, span in spans if span], zone)
    edges = (begin, min(end, max(now, points[-1].at)))
    drawn = chart(points, edges, result.instrument.span, reach=ALL)
    assert drawn, "there are points"
    rows = [_row(entry_id, one, span, points, edges, zone) for entry_id, one, span in spans]
    framed = replace(drawn, marks="", sessions=0, met=(), first_at=edges[0], last_at=edges[1], count=2)
    return Response(result.instrument, points, framed, rows)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _edges(points: Sequence[Point], spans: Sequence[Span], zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From when until when it is drawn: every total, and every medicine that was taken at a time of totals."""
    first, last = points[0].at, points[-1].at
    near = [one for one in spans if _midnight(one.after, zone) > first and _midnight(one.first, zone) <= last]
    begin = min([first, *(_midnight(one.first, zone) for one in near)])
    end = max([last, *(_midnight(one.after, zone) for one in near)])
    return max(begin, first - timedelta(days=180)), end


def _row(
    entry_id: UUID, one: Medicine, span: Span | None, points: Sequence[Point], edges: tuple[datetime, datetime],
    zone: ZoneInfo,
) -> Row:  # fmt: skip
    if span is None:
        return Row(entry_id, one, None, None, (), None)
    before = [point for point in points if point.at.astimezone(zone).date() < span.first]
    totals = [point for point in points if span.holds(point.at.astimezone(zone).date())]
    return Row(entry_id, one, span, before[-1] if before else None, totals, _bar(span, edges, zone))


def _bar(span: Span, edges: tuple[datetime, datetime], zone: ZoneInfo) -> tuple[float, float] | None:
    begin, end = edges
    first, last = max(_midnight(span.first, zone), begin), min(_midnight(span.after, zone), end)
    if last <= first:
        return None
    across = (WIDE - 2 * PAD) / ((end - begin).total_seconds() or 1)
    return round(PAD + (first - begin).total_seconds() * across, 1), round((last - first).total_seconds() * across, 1)
