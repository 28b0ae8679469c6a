"""What the measures of a course came to beside its sessions: figures and a drawing, and never what follows. Pure.

The first total is the last one from before the first session, as for the stop rules; who has answered nothing before it
has none, and then no change is told.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from server.measures.chart import Chart, Point, chart
from server.measures.results import Result
from server.measures.rules import Instrument
from server.programmes.definition import Definition, Kind, Step

LONGEST = timedelta(days=3660)
"""A drawing holds every session of the course, also those after the last answer."""


def totals_of(definition: Definition, results: Iterable[Result]) -> dict[str, list[tuple[datetime, int]]]:
    """The totals of each measure, and of each question of one that a stop rule names the answers."""
    items = {(rule.measure, rule.item) for rule in definition.stop_rules if rule.item}
    found = dict[str, list[tuple[datetime, int]]]()
    for one in results:
        found[one.key] = [(point.at, point.total) for point in one.points]
        for _, item in (asked for asked in items if asked[0] == one.key):
            given = [(each.at, each.answers[item]) for each in one.taken if item in each.answers]
            found[f"{one.key}.{item}"] = given
    return found


@dataclass(frozen=True)
class Outcome:
    """One measure of a course, oldest first; `begun`: session -> when it began. `points` begin with the first total."""

    instrument: Instrument
    points: Sequence[Point] = field(repr=False)
    begun: Mapping[int, datetime]
    has_first: bool

    @property
    def first(self) -> int | None:
        """The total from before the first session."""
        return self.points[0].total if self.has_first else None

    @property
    def latest(self) -> Point | None:
        """The newest total of the time since the first session began."""
        return self.points[-1] if len(self.points) > self.has_first else None

    @property
    def percent(self) -> int | None:
        """By how many per cent of the first total the latest is lower; below 0: higher. None without both, or of 0."""
        if not self.first or self.latest is None:
            return None
        return round((self.first - self.latest.total) / self.first * 100)

    @property
    def between(self) -> int:
        """Sessions that had begun when the latest was answered."""
        return sum(at <= self.latest.at for at in self.begun.values()) if self.latest else 0

    @property
    def rows(self) -> list[tuple[datetime, int | None, int | None]]:
        """(when, session, total), the latest first: what stands behind the drawing."""
        sessions = [(at, session, None) for session, at in self.begun.items()]
        every: list[tuple[datetime, int | None, int | None]] = [
            *sessions,
            *((p.at, None, p.total) for p in self.points),
        ]
        return sorted(every, key=lambda one: one[0], reverse=True)

    def chart(self) -> Chart | None:
        return chart(self.points, sorted(self.begun.values()), self.instrument.span, reach=LONGEST)


def outcomes(definition: Definition, results: Sequence[Result], begun: Mapping[int, datetime]) -> list[Outcome]:
    """One for each measure that the definition asks and that was answered to the end, in the order of the file."""
    by_key = {one.key: one for one in results}
    keys = dict.fromkeys(step.measure for step in definition.steps if step.kind is Kind.MEASURE)
    found = [_outcome(by_key[key], begun) for key in keys if key in by_key]
    return [one for one in found if one.points]


def _outcome(result: Result, begun: Mapping[int, datetime]) -> Outcome:
    first = begun.get(1)
    before = [one for one in result.points if first is None or one.at <= first][-1:]
    since = [one for one in result.points if first is not None and one.at > first]
    return Outcome(result.instrument, [*before, *since], begun, bool(before))


def decides(step: Step) -> bool:
    """Whether a step is a point at which somebody decides, so that the figures belong beside it."""
    return step.kind is Kind.DECISION
