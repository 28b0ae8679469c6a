"""A patient's own progress: what their answers came to over the weeks, in plain words, and its line on their home.

What wants a person beside it is told once they have met since; until then it stands in the table without its sum.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from server.booking.cards import bookings_of
from server.measures.chart import Chart, Point, chart
from server.measures.course import Course, course
from server.measures.happened import Row, happened
from server.measures.reading import sessions_of
from server.measures.results import Result, Taken, results_of
from server.measures.rules import Instrument, Method
from server.measures.shown import sayable
from server.patients.space.cards import Asks, Card

PATH = "/me/progress"


@dataclass(frozen=True)
class Told:
    """One measure as its patient sees it. `points`: the sums that a page may tell, oldest first."""

    result: Result = field(repr=False)
    points: Sequence[Point] = field(repr=False)

    @property
    def instrument(self) -> Instrument:
        return self.result.instrument

    @property
    def course(self) -> Course | None:
        return course(self.instrument, [one.total for one in self.points])

    @property
    def level(self) -> str:
        """The name of the range of the last sum; '' where it is meant for staff."""
        levels = self.instrument.levels
        named = [one.result.level for one in self.result.taken if one.at == self.points[-1].at] if self.points else []
        return named[0].name if named and named[0] and len(levels) > 2 else ""

    @property
    def days(self) -> frozenset[datetime]:
        """The times whose sum may be told."""
        return frozenset(one.at for one in self.points)

    def chart(self) -> Chart | None:
        return chart(self.points, self.result.sessions, self.instrument.span, marks=self.result.marks)

    def rows(self) -> list[Row[Taken]]:
        """What the table behind the drawing says."""
        return happened(self.result.taken, self.chart())


def told(results: Sequence[Result]) -> list[Told]:
    """What of these their patient is told: measures of which at least one sum may be said."""
    every = [Told(one, [Point(taken.at, taken.result.total or 0) for taken in tellable(one)]) for one in results]
    return [one for one in every if one.points]


def tellable(result: Result) -> list[Taken]:
    """The times whose sum a page may tell."""
    adds_up = result.instrument.method is Method.SUM
    return [
        one
        for one in result.whole
        if sayable(one.instrument, one.result) or (adds_up and any(met > one.at for met in result.sessions))
    ]


async def progress_card(asks: Asks) -> Card | None:
    """The line on the home; none before anything was answered."""
    house, clinic_id, now = asks.house, asks.space.clinic_id, asks.house.clock()
    cards = await house.db.read(lambda db: bookings_of(db, clinic_id, asks.patient_id, None))
    found = told(await results_of(house, clinic_id, asks.patient_id, sessions_of(cards, now)))
    if not found:
        return None
    of = "" if asks.patient_id == asks.space.own else f"?of={asks.patient_id}"
    words = ". ".join(_line(asks, one) for one in found[:2])
    return Card("progress", asks.gettext("How it goes"), words, f"{PATH}{of}", "notebook-pen")


def _line(asks: Asks, one: Told) -> str:
    last, first = one.points[-1].total, one.points[0].total
    values = {"name": one.instrument.name, "first": first, "now": last}
    if len(one.points) == 1:
        return asks.gettext("%(name)s: %(now)s") % values
    return asks.gettext("%(name)s: %(first)s at first, %(now)s now") % values
