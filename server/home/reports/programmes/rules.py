"""How the courses of each programme came out, as counts that tell of nobody. Pure.

Every count stands in a family that adds up to one number, and families stand below each other: who had a first
session, and of those who stopped early. A family is shown only where the number above it is shown, and is hidden by
the same rule as the other reports (`published`), with every zero: nobody of twelve tells of all twelve. So neither a
sum nor a difference gives a small count away. Response and remission are counted apart of the same people: as each, and
what is left of the whole, is five at least, how many had both stays open.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from server.home.reports.rules import FEWEST, published
from server.programmes.results.rules import Came, Result, median

Order = Callable[[str, int], Sequence[int]]
"""Family and its length -> the order in which cells are hidden beside small ones; nobody can guess it."""
FAMILIES: Mapping[str, tuple[str, ...]] = {
    "how": ("completed", "stopped", "going"),
    "rule": ("rule", "no_rule"),
    "adverse": ("adverse", "no_adverse"),
    "measured": ("measured", "unmeasured"),
    "response": ("response", "no_response"),
    "remission": ("remission", "no_remission"),
}
ABOVE: Mapping[str, str] = {
    "rule": "stopped",
    "response": "measured",
    "remission": "measured",
}
"""Family -> the count that it adds up to, which stands before it; without one: everybody who had a first session."""
RESPONDED, REMITTED = {Result.BOTH, Result.RESPONSE}, {Result.BOTH, Result.REMISSION}


@dataclass(frozen=True)
class Summary:
    """One programme. `started`: who had a first session, None for fewer than five; `counts`: by the names of
    `FAMILIES`, None for one that is hidden; `wait_days`: the median.
    """

    started: int | None
    counts: Mapping[str, int | None]
    wait_days: int | None

    @property
    def over(self) -> int | None:
        """Whoever does not go on; None where that is hidden."""
        going = self.counts["going"]
        return None if self.started is None or going is None else self.started - going


def summary(courses: Sequence[Came], order: Order) -> Summary:
    """What may be shown of the courses of one programme that began in one span."""
    begun = [one for one in courses if one.waited is not None]
    started = len(begun) if len(begun) >= FEWEST else None
    counts: dict[str, int | None] = {}
    for family, names in FAMILIES.items():
        above = counts[ABOVE[family]] if family in ABOVE else started
        shown = _family(begun, family, order) if above is not None else (None,) * len(names)
        counts |= dict(zip(names, shown, strict=True))
    wait = median(one.waited for one in begun if one.waited is not None) if started else None
    return Summary(started, counts, round(wait.total_seconds() / 86_400) if wait is not None else None)


def _family(courses: Sequence[Came], family: str, order: Order) -> Sequence[int | None]:
    names = FAMILIES[family]
    found = [sum(_is(one, name) for one in courses) for name in names]
    return published(found, order(family, len(names)), zeros=True).cells


def _is(one: Came, name: str) -> bool:
    stopped = one.over and not one.completed
    measured = one.over and one.result is not Result.UNKNOWN
    told = {
        "going": not one.over,
        "completed": one.over and one.completed,
        "stopped": stopped,
        "rule": stopped and one.rule_met,
        "no_rule": stopped and not one.rule_met,
        "adverse": one.adverse,
        "no_adverse": not one.adverse,
        "measured": measured,
        "unmeasured": not measured,
        "response": measured and one.result in RESPONDED,
        "no_response": measured and one.result not in RESPONDED,
        "remission": measured and one.result in REMITTED,
        "no_remission": measured and one.result not in REMITTED,
    }
    return told[name]
