"""A session that is observed: which readings were planned, which were taken, and which comes next. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from server.programmes.course import Entry, History, Key, Programme
from server.programmes.definition import Kind, Step
from server.programmes.gates import applies
from server.programmes.recording import further
from server.programmes.rules import State, due_steps, state_in, window_of
from server.programmes.shown import going
from server.programmes.times.rules import CALLS_FOR

ROUNDED = timedelta(minutes=1)
"""A device says in whole seconds how long ago it was; what it says to be just before the beginning was at it."""

AGES = 10
"""Digits of an age in seconds: thirty years."""


class Stand(StrEnum):
    """Where one planned reading stands."""

    DONE = "done"
    MISSED = "missed"
    LATE = "late"
    DUE = "due"
    AHEAD = "ahead"


@dataclass(frozen=True)
class Planned:
    """One reading of the plan: from when it is taken, when it should be (`after` so many minutes), when it is late."""

    number: int
    after: int
    opens: datetime
    at: datetime
    late: datetime
    stand: Stand
    entry: Entry | None = None


@dataclass(frozen=True)
class Watch:
    """A session on observation. `over`: when it ended; `extra`: readings beside the planned ones, the first first."""

    session: int
    step: Step
    began: datetime
    over: datetime | None
    planned: tuple[Planned, ...]
    extra: tuple[Entry, ...]

    @property
    def ahead(self) -> tuple[Planned, ...]:
        """The readings that are still to be taken, in their order."""
        return tuple(one for one in self.planned if one.stand not in (Stand.DONE, Stand.MISSED))

    @property
    def readings(self) -> tuple[Entry, ...]:
        """All that were taken, by when that was."""
        taken = [one.entry for one in self.planned if one.entry]
        return tuple(sorted([*taken, *self.extra], key=lambda one: (one.at, one.key.round)))


def watch(programme: Programme, done: History, session: int, now: datetime) -> Watch | None:
    """What is planned and taken of a session that has begun; None where its definition plans no readings."""
    step = clock_of(programme, done, session, now)
    began = done.begun.get(session)
    if step is None or began is None:
        return None
    planned = tuple(_planned(programme, done, step, Key(step.id, session, number), now) for number in _numbers(step))
    extra = [
        one
        for key, one in done.entries.items()
        if (key.step, key.session) == (step.id, session) and key.round >= len(step.minutes)
    ]
    return Watch(session, step, began, done.over.get(session), planned, tuple(sorted(extra, key=lambda one: one.at)))


def clock_of(programme: Programme, done: History, session: int, at: datetime) -> Step | None:
    """The first clock of a session."""
    clocks = (step for step in programme.definition.of_begun if step.kind is Kind.CLOCK)
    return next((step for step in clocks if applies(programme, done, step, session, at)), None)


def overdue(programme: Programme, done: History, now: datetime) -> Planned | None:
    """The last reading of the session that goes on which should be there by now, where none was taken since its time
    began: not even once the time of the next one has begun.
    """
    session = going(done)
    found = watch(programme, done, session, now) if session else None
    last = next((one for one in reversed(found.planned) if now > one.late), None) if found else None
    if found is None or last is None or last.entry or now >= last.late + CALLS_FOR:
        return None
    return None if any(entry.at >= last.opens for entry in found.readings) else last


def _numbers(step: Step) -> range:
    return range(len(step.minutes))


def _planned(programme: Programme, done: History, step: Step, key: Key, now: datetime) -> Planned:
    window = window_of(programme, done, step, key)
    assert window, "the session has begun"
    minute = step.minutes[key.round]
    at = done.begun[key.session] + timedelta(minutes=minute)
    late = window.late or at
    stands = {State.DONE: Stand.DONE, State.MISSED: Stand.MISSED, State.AHEAD: Stand.AHEAD}
    stand = stands.get(state_in(window, key, done, now)) or (Stand.LATE if now > late else Stand.DUE)
    return Planned(key.round, minute, window.opens, at, late, stand, done.entries.get(key))


def session_at(done: History, at: datetime) -> int:
    """The session during or after which this moment was; 0: before the first."""
    return max((session for session, began in done.begun.items() if began <= at + ROUNDED), default=0)


def placed(programme: Programme, done: History, step: Step, at: datetime) -> tuple[Key, datetime]:
    """By what a reading, or what happened, is written, and when it was.

    It is the planned reading whose time it was, unless somebody wrote that one; whatever else was taken is one more.
    """
    session = session_at(done, at)
    at = max(at, done.begun.get(session, at))
    due = (one.key for one in due_steps(programme, done, at) if one.step is step and one.key.session == session)
    return next(due, further(done, step, session)), at


def ago(text: str) -> timedelta | None:
    """How long ago a device says that it was; without a word now. None for what is no age in seconds."""
    if not text:
        return timedelta()
    return timedelta(seconds=int(text)) if text.isascii() and text.isdigit() and len(text) < AGES else None
