"""What a browser says of an exercise that was done. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from server.calm.rules import SLOWEST, Exercise, choices, length

MOST_FREE = 3600
MOST_LATE = timedelta(days=30)


@dataclass(frozen=True)
class Done:
    """`seconds` without pauses, `times` through; `ago`: how long it was over when it was sent."""

    id: UUID
    exercise: str
    seconds: int
    times: int
    ago: timedelta

    def ended_at(self, now: datetime) -> datetime:
        return now - self.ago


def done_of(fields: Mapping[str, str], known: Mapping[str, Exercise]) -> Done | None:
    """None where no player of ours says this: an exercise that is none, or longer than it can be."""
    exercise, done = known.get(fields.get("exercise", "")), said_of(fields)
    if exercise is None or done is None:
        return None
    if not 0 < done.seconds <= _longest(exercise) or done.times * _shortest(exercise) > done.seconds:
        return None
    return done


def said_of(fields: Mapping[str, str]) -> Done | None:
    """What is said, whatever it was that was done; None where a part is missing or no number."""
    numbers = [_number(fields.get(name, "")) for name in ("seconds", "times", "ago")]
    try:
        own = UUID(fields.get("id", ""))
    except ValueError:
        return None
    if None in numbers:
        return None
    seconds, times, ago = (number or 0 for number in numbers)
    if ago > MOST_LATE.total_seconds():
        return None
    return Done(own, fields.get("exercise", ""), seconds, times, timedelta(seconds=ago))


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _longest(exercise: Exercise) -> float:
    longest = [seconds * SLOWEST / 100 for seconds in choices(exercise).values()]
    slow = [length(exercise.slow) or 0] if exercise.slow else []
    return max([*longest, *slow], default=MOST_FREE) + 1


def _shortest(exercise: Exercise) -> float:
    """Seconds of one time through at the quickest pace, with one for rounding."""
    one = length(exercise.steps)
    return 0 if one is None else max(one * 0.75 - 1, 1)
