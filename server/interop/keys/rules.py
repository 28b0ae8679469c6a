"""A key that a clinic gives to a program of its own. Pure."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from server.access import KEY_PREFIX, KeyScope

SHOWN = len(KEY_PREFIX) + 6
MOST = 20


@dataclass(frozen=True)
class KeyCard:
    """A key as a page shows it: never the key itself, of which nothing but a hash is kept."""

    id: UUID
    name: str
    shown: str
    scopes: frozenset[KeyScope]
    made_at: datetime
    used_at: datetime | None


def shown_of(token: str) -> str:
    """How a list names it: by its beginning, which opens nothing."""
    return token[:SHOWN]
