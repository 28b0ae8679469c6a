"""Leaving and being called back: who may be called, until when a place is kept, and what comes after that. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

T = TypeVar("T")


class Way(StrEnum):
    MAIL = "mail"
    SMS = "sms"
    PUSH = "push"  # a knock without words at a browser that agreed


@dataclass(frozen=True)
class Reach:
    """By which ways a patient agreed to be called back from this visit; the number stays sealed."""

    mail: bool = False
    sms: bool = False
    phone_sealed: bytes | None = field(default=None, repr=False)
    push: bool = False

    @property
    def ways(self) -> tuple[Way, ...]:
        chosen = {Way.MAIL: self.mail, Way.SMS: self.sms and bool(self.phone_sealed), Way.PUSH: self.push}
        return tuple(way for way, is_chosen in chosen.items() if is_chosen)


@dataclass(frozen=True)
class Recall:
    """One call: who called when, until when the place is kept, and when the patient was back."""

    at: datetime
    until_at: datetime
    by_name: str
    came_at: datetime | None = None

    def is_late(self, now: datetime) -> bool:
        """Whether the place has moved down by one because of it."""
        return (self.came_at or now) > self.until_at


class Refusal(StrEnum):
    """Why nobody was called."""

    HERE = "here"  # their page is open
    NO_WAY = "no_way"  # they left no way to be called
    CALLED = "called"  # they were, and the place is still kept


def may_recall(*, waits: bool, is_away: bool, reach: Reach, last: Recall | None, now: datetime) -> Refusal | None:
    """None: call them."""
    if not waits or not is_away:
        return Refusal.HERE
    if last is not None and last.came_at is None and now <= last.until_at:
        return Refusal.CALLED
    return None if reach.ways else Refusal.NO_WAY


def behind(recalls: Iterable[Recall], now: datetime) -> int:
    """How many places somebody moved down: one for each call they came too late for."""
    return sum(recall.is_late(now) for recall in recalls)


def let_pass(ordered: Sequence[T], places: Callable[[T], int], is_here: Callable[[T], bool]) -> list[T]:
    """The same line, in which who came late let as many of those who are here go first as they lost places."""
    line = list(ordered)
    for one in ordered:
        start = line.index(one)
        passing = [index for index in range(start + 1, len(line)) if is_here(line[index])][: places(one)]
        if passing:
            line.insert(passing[-1], line.pop(start))
    return line


@dataclass(frozen=True)
class Calling:
    """What both sides may know of calling somebody back."""

    ways: tuple[Way, ...] = ()
    last: Recall | None = None
    behind: int = 0
