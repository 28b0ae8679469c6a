"""How two people meet in a visit: by video, by sound alone, in writing, by phone; and calls that were tried. Pure."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from server.visit.rules import State

OPEN = frozenset({State.WAITING, State.IN_SESSION, State.ON_HOLD})
TRIES_OPEN = OPEN | {State.BOOKED, State.ENDED}
"""Whoever does not come is called too, and a call that was forgotten can be noted until the visit is closed."""
MOST_TRIES = 50


class Medium(StrEnum):
    """From the richest to what still works without any of it."""

    VIDEO = "video"
    SOUND = "sound"
    TEXT = "text"
    PHONE = "phone"


class NumberKind(StrEnum):
    """Which number was called; the number itself is not kept a second time."""

    TODAY = "today"  # said at the door or in the session
    FILE = "file"  # of the booking


class Reached(StrEnum):
    """What became of a call."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    WRONG_NUMBER = "wrong_number"


@dataclass(frozen=True)
class Turn:
    """A change of medium. `number` rises with every change of a visit; 0 is how every visit begins."""

    number: int
    medium: Medium
    by_kind: str = ""
    at: datetime | None = None


BEGINNING = Turn(0, Medium.VIDEO)


@dataclass(frozen=True)
class Wish:
    """A medium that somebody chose. `seen` is the number of the turn their page showed; None: it does not say."""

    medium: Medium
    seen: int | None = None


@dataclass(frozen=True)
class Try:
    """One call that was tried: by whom, when, which number, and what became of it."""

    id: UUID
    at: datetime
    by: str = field(repr=False)
    number: NumberKind
    outcome: Reached


class Reason(StrEnum):
    NOT_NOW = "not_now"
    OVERTAKEN = "overtaken"  # somebody chose since; a wish that was said again does not undo that


@dataclass(frozen=True)
class Refused:
    reason: Reason


def decide(current: Turn, wish: Wish, state: State) -> Medium | Refused | None:
    """The medium to turn to; None: it is so already. Both may choose at any time, down and up."""
    if state not in OPEN:
        return Refused(Reason.NOT_NOW)
    if wish.medium is current.medium:
        return None
    if wish.seen is not None and wish.seen < current.number:
        return Refused(Reason.OVERTAKEN)
    return wish.medium
