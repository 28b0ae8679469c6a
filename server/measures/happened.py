"""The table behind a trend: answers, sessions and treatment by their days. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from server.measures.chart import Chart, Mark


class At(Protocol):
    @property
    def at(self) -> datetime: ...


Taken = TypeVar("Taken", bound=At)


@dataclass(frozen=True)
class Row(Generic[Taken]):
    """Answers, or a mark with its number in the drawing, or neither: then it is a session."""

    at: datetime
    taken: Taken | None = field(default=None, repr=False)
    mark: Mark | None = field(default=None, repr=False)
    number: int = 0


def happened(taken: Sequence[Taken], chart: Chart | None) -> list[Row[Taken]]:
    """All of it, the newest first; sessions and marks are those of the drawing."""
    rows = [Row(one.at, taken=one) for one in taken]
    if chart:
        rows += [Row(at) for at in chart.met]
        rows += [Row(one.at, mark=one, number=number) for number, one in enumerate(chart.treated, 1)]
    return sorted(rows, key=lambda one: (one.at, one.number), reverse=True)
