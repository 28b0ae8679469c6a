"""A ladder of exposure and what was done on it. Pure.

Source: graded exposure, general knowledge; begin around 30 to 40 of 100, move up when the peak dropped about half
across repeats, or when what was expected did not come. Awaits a clinician's confirmation. No exposure to memories of
trauma, and none with rituals or with panic and a heart that is ill, before the therapist says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from server.journal.cbt.forms import key_of

FLAGS = frozenset({"memory", "rituals", "heart"})
BEGIN = (30, 40)
HALF = 0.5


class Gate(StrEnum):
    """Whether its steps may be faced alone."""

    OPEN = "open"
    UNSAID = "unsaid"
    TOGETHER = "together"


@dataclass(frozen=True)
class Run:
    """One time that a step was faced; fear 0 to 100. `key`: of the step; '' of one from before steps had keys, which is
    found by its words.
    """

    step: str = field(repr=False)
    peak: int | None
    came_true: str
    key: str = ""
    day: date = date.min


@dataclass(frozen=True)
class Step:
    """`suds`: how hard it was thought to be; `moved`: it may be time for the next one."""

    text: str = field(repr=False)
    suds: int | None
    peaks: Sequence[int]
    times: int
    moved: bool
    key: str = ""

    @property
    def first(self) -> bool:
        """A good one to begin with."""
        return self.suds is not None and BEGIN[0] <= self.suds <= BEGIN[1]


def gate(said: Mapping[str, Any], *, given: bool) -> Gate:
    """`given`: the therapist gave the ladder as homework, and by that says that it may be faced alone."""
    if given:
        return Gate.OPEN
    flags = set(said.get("flags", ()))
    if flags & FLAGS:
        return Gate.TOGETHER
    return Gate.OPEN if "none" in flags else Gate.UNSAID


def steps(said: Mapping[str, Any], runs: Sequence[Run]) -> list[Step]:
    """From easy to hard; those without a number stand last. `runs` in their order of time."""
    rows = [row for row in rows_of(said) if row.get("text")]
    return [_step(row, runs_of(row, runs)) for row in rows]


def rows_of(said: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Its rows from easy to hard, also those whose words the reader may not see."""
    return sorted(said.get("steps", ()), key=lambda row: (row.get("suds") is None, row.get("suds", 0)))


def step_key(row: Mapping[str, Any]) -> str:
    """By which its runs know it; '' where neither key nor words are there."""
    return str(row.get("key") or (key_of(row["text"]) if row.get("text") else ""))


def runs_of(row: Mapping[str, Any], runs: Sequence[Run]) -> list[Run]:
    """What was done on this step, also under words that it had before."""
    key = step_key(row)
    return [run for run in runs if key and (run.key or key_of(run.step)) == key]


def _step(row: Mapping[str, Any], runs: Sequence[Run]) -> Step:
    peaks = [run.peak for run in runs if run.peak is not None]
    eased = len(peaks) > 1 and peaks[-1] <= peaks[0] * HALF
    surprised = bool(runs) and runs[-1].came_true == "no"
    return Step(row["text"], row.get("suds"), peaks, len(runs), eased or surprised, step_key(row))
