"""What a definition says around its steps: what a session takes, when a course is looked at again, what it gives.

Values.
"""

from dataclasses import dataclass

from server.programmes.questions import Figure


@dataclass(frozen=True)
class Resource:
    """What a session takes besides a person, in words; the clinic's service says which of its own that are."""

    name: str


@dataclass(frozen=True)
class StopRule:
    """A rule that ends courses by the definition's words. The page says that it is met, never what to do.

    By a `measure` that went down by less than a share of its first total once `sessions` are over, or by so many
    verdicts of `step` that say stop; by so many planned days `missed` in a row, or more working days `away` than that.
    """

    id: str
    words: str
    measure: str = ""
    less_than: Figure | None = None
    sessions: Figure | None = None
    step: str = ""
    stops: Figure | None = None
    missed: Figure | None = None
    away: Figure | None = None
