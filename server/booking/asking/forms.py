"""What staff send with an answer: words, and other times."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from server.booking.asking.rules import LONGEST_WORDS, MOST_TIMES
from server.booking.forms import read_start


@dataclass(frozen=True)
class Declined:
    words: str = field(repr=False)
    times: tuple[datetime, ...]
    too_long: bool = False


def parse(words: str, times: Sequence[str]) -> Declined:
    """Words that are too long stay as they are, and say so; what is no time is left out."""
    said = words.replace("\x00", "").replace("\r\n", "\n").strip()
    starts = sorted({start for text in times if (start := read_start(text))})
    return Declined(said, tuple(starts[:MOST_TIMES]), too_long=len(said) > LONGEST_WORDS)
