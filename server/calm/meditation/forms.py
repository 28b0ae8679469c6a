"""What a browser says of a session that was sat through, and how it was before and after. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from server.calm.forms import Done, said_of
from server.calm.meditation.rules import PREFIX, Session

MOST = 10
SLOWEST = 2
"""Quiet between words may be up to twice as long as written."""


@dataclass(frozen=True)
class Ratings:
    """0 to 10, more is better; None where nothing was said. Never a number that nobody chose."""

    calm_before: int | None = None
    calm_after: int | None = None
    mood_before: int | None = None
    mood_after: int | None = None


@dataclass(frozen=True)
class Sat:
    done: Done
    ratings: Ratings


def sat_of(fields: Mapping[str, str], known: Mapping[str, Session]) -> Sat | None:
    """None where no player of ours says this."""
    session = known.get(fields.get("exercise", ""))
    done = said_of(fields)
    if session is None or done is None:
        return None
    if not 0 < done.seconds <= max(session.lengths) * 60 * SLOWEST or done.times > 1:
        return None
    told = {name: fields.get(name, "") for name in Ratings.__dataclass_fields__}
    if not all(_is_rating(text) for text in told.values()):
        return None
    ratings = Ratings(**{name: int(text) if text else None for name, text in told.items()})
    return Sat(replace(done, exercise=PREFIX + session.id), ratings)


def _is_rating(text: str) -> bool:
    return text == "" or (text.isascii() and text.isdigit() and len(text) <= 2 and int(text) <= MOST)
