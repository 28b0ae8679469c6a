"""Whether a therapist is here, with someone, or away: what is known, since when, and nothing beyond it. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

HEARD_LATELY = timedelta(seconds=60)  # an open page of the day asks every ten seconds
HEARD_EVERY = timedelta(seconds=10)  # how often a sign is written at most
FORGOTTEN = timedelta(hours=10)  # nobody is away by hand for longer than a day's work


class Standing(StrEnum):
    HERE = "here"
    WITH_SOMEONE = "with_someone"
    AWAY = "away"


@dataclass(frozen=True)
class Signs:
    """What is known of one therapist: their page's last sign, when they said that they step away, a running session."""

    heard_at: datetime | None = None
    away_since: datetime | None = None
    in_session: bool = False


@dataclass(frozen=True)
class Presence:
    """The state and its moment: the last sign of who is here, since when somebody is away.

    Being with someone has no moment: when it began is the other person's business. `said` is false when a state is
    only concluded from silence; `at` is then the last sign, or None when there was none.
    """

    standing: Standing
    at: datetime | None = None
    said: bool = False


def presence(signs: Signs, now: datetime) -> Presence:
    """What may be said of a therapist now: a running session comes first, then their own word, then their page."""
    if signs.in_session:
        return Presence(Standing.WITH_SOMEONE)
    if signs.away_since and now - signs.away_since < FORGOTTEN:
        return Presence(Standing.AWAY, signs.away_since, said=True)
    if signs.heard_at and now - signs.heard_at <= HEARD_LATELY:
        return Presence(Standing.HERE, signs.heard_at)
    return Presence(Standing.AWAY, signs.heard_at)
