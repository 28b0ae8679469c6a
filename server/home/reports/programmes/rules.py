"""How the courses of each programme came out, as counts that tell of nobody. Pure.

Every count stands in a family that adds up to one number, and families stand below each other: who had a first
session, and of those who is over. A family is shown only where the number above it is shown, and is hidden by
the same rule as the other reports (`published`), so that neither a sum nor a difference gives a small count away.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from server.home.reports.rules import Published, published
from server.programmes.results.rules import Came, Result, median

Order = Callable[[str, int], Sequence[int]]
"""Family and its length -> the order in which cells are hidden beside small ones; nobody can guess it."""
FAMILIES: Mapping[str, tuple[str, ...]] = {
    "over": ("over", "going"),
    "end": ("completed", "stopped"),
    "rule": ("rule", "no_rule"),
    "adverse": ("adverse", "no_adverse"),
    "result": tuple(Result),
}
ABOVE: Mapping[str, str] = {
    "end": "over",
    "result": "over",
    "rule": "stopped",
}
"""Family -> the count that it adds up to; without one: everybody who had a first session."""


@dataclass(frozen=True)
class Summary:
    """One programme. `counts`: by the names of `FAMILIES`, None for one that is hidden; `wait_days`: the median."""

    started: int | None
    counts: Mapping[str, int | None]
    wait_days: int | None

    @property
    def response(self) -> int | None:
        """With remission and without; nothing but what is shown anyway adds up to it."""
        return _together(self.counts, Result.BOTH, Result.RESPONSE)

    @property
    def remission(self) -> int | None:
        return _together(self.counts, Result.BOTH, Result.REMISSION)

    @property
    def measured(self) -> int | None:
        """Courses that are over and were measured before and after."""
        return _together(self.counts, Result.BOTH, Result.RESPONSE, Result.REMISSION, Result.NEITHER)


def _together(counts: Mapping[str, int | None], *names: str) -> int | None:
    shown = [counts[name] for name in names]
    return None if None in shown else sum(one or 0 for one in shown)


def summary(courses: Sequence[Came], order: Order) -> Summary:
    """What may be shown of the courses of one programme that began in one span."""
    begun = [one for one in courses if one.waited is not None]
    started = published([len(begun)], [0]).total
    counts: dict[str, int | None] = {}
    for family, names in FAMILIES.items():
        above = counts[ABOVE[family]] if family in ABOVE else started
        shown = _family(begun, family, order) if above is not None else (None,) * len(names)
        counts |= dict(zip(names, shown, strict=True))
    wait = median(one.waited for one in begun if one.waited is not None) if started else None
    return Summary(started, counts, round(wait.total_seconds() / 86_400) if wait is not None else None)


def _family(courses: Sequence[Came], family: str, order: Order) -> Sequence[int | None]:
    names = FAMILIES[family]
    found = [name for one in courses for name in names if _is(one, name)]
    shown: Published = published([found.count(name) for name in names], order(family, len(names)))
    return shown.cells


def _is(one: Came, name: str) -> bool:
    stopped = one.over and not one.completed
    told = {
        "over": one.over,
        "going": not one.over,
        "completed": one.over and one.completed,
        "stopped": stopped,
        "rule": stopped and one.rule_met,
        "no_rule": stopped and not one.rule_met,
        "adverse": one.adverse,
        "no_adverse": not one.adverse,
    }
    return told.get(name, one.over and one.result == name)
