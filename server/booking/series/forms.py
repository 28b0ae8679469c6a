"""What the forms of a series hold: how often and how many, and for each date the time that was chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from server.booking.forms import Problem, Problems, read_start
from server.booking.series.rules import USUAL, Every, Scope

FEWEST, MOST = 2, 60
SKIP = "skip"
LEFT_OUT = "rest"  # the button that leaves out every date that is still open


@dataclass(frozen=True)
class Asked:
    """How often, how many, and whether the clinic's closed days are made up for at the end."""

    every: Every
    count: int
    append: bool


@dataclass(frozen=True)
class Pick:
    """One date of the form: what it was meant to be, and the start that was chosen; None: nothing yet, or left out."""

    number: int
    meant: datetime
    start: datetime | None
    skipped: bool = False

    @property
    def is_open(self) -> bool:
        return self.start is None and not self.skipped


def parse_asked(fields: Mapping[str, str]) -> Asked | Problems:
    """Without a number it is the usual one of its rhythm. No word for a rhythm that there is not: no page sends one."""
    try:
        every = Every(fields.get("every", ""))
    except ValueError:
        return {}
    if every not in USUAL:
        return {}
    typed = fields.get("count", "").strip()
    if not typed:
        return Asked(every, USUAL[every], bool(fields.get("append")))
    if not (typed.isascii() and typed.isdigit() and len(typed) < 4 and FEWEST <= int(typed) <= MOST):
        return {"count": Problem.COUNT_ODD}
    return Asked(every, int(typed), bool(fields.get("append")))


def read_picks(fields: Mapping[str, str]) -> Sequence[Pick]:
    """The dates of a preview that was sent back, in their order; `do=rest` leaves out what is still open."""
    rest = fields.get("do") == LEFT_OUT
    found: list[Pick] = []
    for number in range(1, MOST + 1):
        meant, chosen = read_start(fields.get(f"at-{number}", "")), fields.get(f"pick-{number}", "")
        if meant:
            start = read_start(chosen)
            found.append(Pick(number, meant, start, chosen == SKIP or (rest and start is None)))
    return found


def read_scope(fields: Mapping[str, str]) -> Scope:
    """How much of a series is meant; without a word this one alone."""
    try:
        return Scope(fields.get("which", ""))
    except ValueError:
        return Scope.ONE
