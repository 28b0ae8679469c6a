"""What a definition says around its steps: what a session takes, when a course is looked at again, what it gives.

Values.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from server.programmes.questions import Figure


@dataclass(frozen=True)
class Resource:
    """What a session takes besides a person, in words; the clinic's service says which of its own that are."""

    name: str


@dataclass(frozen=True)
class StopRule:
    """A rule that ends courses by the definition's words. The page says that it is met, never what to do.

    By a `measure` that went down by less than a share of its first total once `sessions` are over, that `rises` so many
    points over its lowest total from just before the first session on, or whose last total of the course (or the last
    answer to its question `item`) is `at_least` so many; by so many sessions in which `step` came to a stop, and those
    of each of `also`, added up; by so many planned days `missed` in a row, or more working days `away` than that.
    """

    id: str
    words: str
    measure: str = ""
    item: str = ""
    less_than: Figure | None = None
    sessions: Figure | None = None
    rises: Figure | None = None
    at_least: Figure | None = None
    step: str = ""
    also: tuple[str, ...] = ()
    stops: Figure | None = None
    missed: Figure | None = None
    away: Figure | None = None

    @property
    def by(self) -> str:
        """By what numbers over time it goes: those of a measure, or of one of its questions."""
        return f"{self.measure}.{self.item}" if self.item else self.measure

    @property
    def steps(self) -> tuple[str, ...]:
        """Those whose stops are counted."""
        return (self.step, *self.also) if self.step else ()


@dataclass(frozen=True)
class Code:
    """By what a payer names a session in which `step` was done, the first one of the course or any."""

    id: str
    what: str
    source: str
    step: str
    first: bool = False


@dataclass(frozen=True)
class Tells:
    """Words for the way home; ids of questions before the session about the escort, and whether both agreed."""

    phone: str
    mail: str
    agreed: str


@dataclass(frozen=True)
class Gives:
    """`tools` of the patient's space that are given as homework where the answer to `question` is one of `words`."""

    tools: tuple[str, ...]
    question: str = ""
    words: frozenset[str] = frozenset()

    def given(self, answers: Mapping[str, str]) -> bool:
        return not self.question or answers.get(self.question) in self.words


@dataclass(frozen=True)
class Card:
    """What to do at once where something happens: `lines` one after the other. `calls`: the question before a session
    that names who is called first.
    """

    lines: tuple[str, ...]
    calls: str = ""
