"""What a file that a course gives is made of: fields, each taken from what was recorded. Values alone."""

from dataclasses import dataclass
from enum import StrEnum

from server.programmes.questions import Figure


class Fact(StrEnum):
    """What is known of a session without a question."""

    PATIENT = "patient"
    SITE = "site"
    SESSION = "session"
    DATE = "date"
    GIVEN_BY = "given_by"  # who wrote that it began
    SIGNED_BY = "signed_by"  # who wrote that it ended
    MINUTES = "minutes"  # from its beginning to its end


class Take(StrEnum):
    """Which of the answers to a question stands in a field."""

    NEWEST = "newest"
    PLANNED = "planned"  # of the reading that was planned for a minute
    EVERY = "every"
    EVER = "ever"  # whether any answer was something
    ONSET = "onset"  # minutes after the beginning of the first that was
    RESOLVED = "resolved"  # minutes after it of the first one from when on none was


@dataclass(frozen=True)
class Source:
    """A question of a step."""

    step: str
    question: str


@dataclass(frozen=True)
class Field:
    """One line of a file. Either a `fact`, or what was answered to one of `sources`; `nothing`: answers that say that
    it was not there, for whether it ever was. A field that is not `optional` is missing while nothing stands in it.
    """

    id: str
    text: str
    fact: Fact | None = None
    sources: tuple[Source, ...] = ()
    take: Take = Take.NEWEST
    minute: int = 0
    nothing: frozenset[str] = frozenset()
    optional: bool = False


@dataclass(frozen=True)
class Export:
    """A file that each session gives; `within`: so many calendar days after it somebody has to have sent it."""

    id: str
    name: str
    fields: tuple[Field, ...]
    about: str = ""
    source: str = ""
    within: Figure | None = None
