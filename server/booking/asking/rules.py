"""Times that a clinic confirms first: until when it answers, and what an answer says. Pure."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

MOST_TIMES = 5
"""That the clinic proposes instead."""
BEFORE_START = timedelta(hours=1)
LONGEST_WORDS = 500


class Answer(StrEnum):
    CONFIRMED = "confirmed"
    DECLINED = "declined"  # not possible, perhaps with words and other times
    RELEASED = "released"  # nobody answered in time
    ENDED = "ended"  # it stood, and the clinic cancelled it


@dataclass(frozen=True)
class Reply:
    """What the clinic said: words for the page alone, and times that would be possible instead."""

    answer: Answer
    words_sealed: bytes | None = field(default=None, repr=False)
    times: tuple[datetime, ...] = ()
    taken: UUID | None = None  # the booking that was made of one of them


def answer_by(starts_at: datetime, within: timedelta, now: datetime) -> datetime:
    """Until when the clinic answers: within its own time, an hour before the start at the latest; of a time that is
    nearer than that, half of what is left."""
    return min(now + within, max(starts_at - BEFORE_START, now + (starts_at - now) / 2))
