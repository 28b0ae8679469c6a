"""Leaving and being called back: who may be called, until when a place is kept, and what comes after that. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from server.visit.rules import State

T = TypeVar("T")
OPEN = frozenset({State.WAITING, State.ON_HOLD, State.IN_SESSION})
AGAIN = timedelta(minutes=1)


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
    """One call: who called when, until when the place is kept, and when the patient was back.

    `spent`: the visit has moved on since (let in, held, sent back, handed over), so that it costs no place any more.
    """

    at: datetime
    until_at: datetime
    by_name: str
    came_at: datetime | None = None
    spent: bool = False

    def is_late(self, now: datetime) -> bool:
        """Whether the place has moved down by one because of it."""
        return not self.spent and (self.came_at or now) > self.until_at

    def holds(self, now: datetime) -> bool:
        """Whether they were called a moment ago: while the place is kept for it, or for a minute where none is."""
        return self.came_at is None and now <= (self.at + AGAIN if self.spent else self.until_at)


class Refusal(StrEnum):
    """Why nobody was called."""

    HERE = "here"  # their page is open
    NO_WAY = "no_way"  # they left no way to be called
    CALLED = "called"  # they were, and the place is still kept


def may_recall(*, is_open: bool, is_away: bool, reach: Reach, last: Recall | None, now: datetime) -> Refusal | None:
    """None: call them."""
    if not is_open or not is_away:
        return Refusal.HERE
    if last is not None and last.holds(now):
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

    def may_call(self, now: datetime) -> bool:
        """Whether one more call would go out, of somebody who is away."""
        return bool(self.ways) and not (self.last and self.last.holds(now))


def ways_to_tell(reach: Reach, *, mails: bool) -> tuple[Way, ...]:
    """By which ways somebody who is away hears what they must know: those they agreed to, else mail. `mails`: one
    reaches them. A knock at a browser says nothing by itself, so it never stands alone where a mail can go.
    """
    chosen = tuple(way for way in reach.ways if way is not Way.MAIL or mails)
    says = Way.MAIL in chosen or Way.SMS in chosen
    return chosen if says or not mails else (*chosen, Way.MAIL)
