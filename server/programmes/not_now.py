"""Why a step cannot be written as of now, for whoever opens its page, and whether of an earlier moment it may. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from server.programmes.course import Entry, History, Key, Programme
from server.programmes.definition import Kind, Step
from server.programmes.later import earliest
from server.programmes.questions import Verdict
from server.programmes.recording import No, Refused, enter
from server.programmes.rules import State, state_in, window_of

NOBODY = UUID(int=0)


class Why(StrEnum):
    DONE = "done"
    AHEAD = "ahead"
    OVER = "over"  # its time has passed
    HELD = "held"  # a gate holds it


@dataclass(frozen=True)
class NotNow:
    """`from_`: when it was done, or from when on it can be, as far as that is known; `earlier`: it may still be written
    of a moment before.
    """

    why: Why
    from_: datetime | None = None
    earlier: bool = False


def not_now(programme: Programme, done: History, step: Step, key: Key, now: datetime) -> NotNow | None:
    """None where it can be written now."""
    found = enter(programme, done, Entry(key, now, Verdict.CLEAR, NOBODY), now)
    if not isinstance(found, Refused):
        return None
    if before := done.entries.get(key):
        return NotNow(Why.DONE, before.at)
    back = earliest(step, now.astimezone(programme.zone).date()) is not None
    if found.why is No.BLOCKED:
        return NotNow(Why.HELD, earlier=back)
    beside = step.kind in (Kind.CLOCK, Kind.EVENT) and key.round >= len(step.minutes)
    if beside and key.session in done.begun:  # no time was planned for it
        return NotNow(Why.OVER, earlier=back)
    window = window_of(programme, done, step, key)
    if window is not None and state_in(window, key, done, now) is State.MISSED:
        return NotNow(Why.OVER, window.closes, earlier=back)
    return NotNow(Why.AHEAD, window.opens if window and window.opens > now else None)
