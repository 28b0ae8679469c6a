"""Whether a step may be written as done, and whether a gate may be passed. Pure; the only ways into a history.

What is written later than it was done is judged by the moment when it was.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from server.programmes.course import Entry, History, Key, Override, Programme, with_entry, with_override
from server.programmes.definition import Kind, Of, Part, Step
from server.programmes.gates import Blocked, blocked
from server.programmes.rules import State, due_steps, state_in, window_of
from server.programmes.times.rules import AFTERWARDS
from server.reasons import readable


class No(StrEnum):
    """Why something is not written."""

    ALREADY = "already"
    NOT_NOW = "not_now"  # ahead, or its time has passed
    BLOCKED = "blocked"
    FUTURE = "future"
    TOO_SOON = "too_soon"  # before the check or the reading that comes before it
    NO_REASON = "no_reason"
    NOTHING = "nothing"  # there is no such gate, or it is open
    UNFINISHED = "unfinished"  # something comes before the course may end
    HOLDS = "holds"  # the definition lets nobody pass
    NO_OTHERWISE = "no_otherwise"  # nobody says why what stopped stops no longer
    UNREAD = "unread"  # the definition cannot be read any more
    NOT_NAMED = "not_named"  # the clinic named others who pass gates


@dataclass(frozen=True)
class Refused:
    """Nothing changed; `blocked`: the gates that hold the step."""

    why: No
    blocked: tuple[Blocked, ...] = ()


def enter(programme: Programme, done: History, entry: Entry, now: datetime) -> History | Refused:
    """The history with this entry, where the step was open at its moment and no gate held it."""
    if programme.definition.faults:
        return Refused(No.UNREAD)
    if entry.key in done.entries:
        return Refused(No.ALREADY)
    if entry.at > now:
        return Refused(No.FUTURE)
    if any(entry.at < one.at for one in first_of(programme, done, entry.key)):
        return Refused(No.TOO_SOON)
    due = any(one.key == entry.key for one in due_steps(programme, done, entry.at))
    if not due and not may_repeat(programme, done, entry):
        return Refused(No.NOT_NOW)
    step = programme.definition.by_id[entry.key.step]
    if held := blocked(programme, done, step, entry.key.session, entry.at):
        return Refused(No.BLOCKED, held)
    return with_entry(programme.definition, done, entry)


def first_of(programme: Programme, done: History, key: Key) -> list[Entry]:
    """The checks and readings of its session that come before a step by which the time is counted."""
    if key.step not in programme.definition.by_the_clock:
        return []
    gates = programme.definition.gates_of[key.step]
    needed = [(gate, step) for gate in gates for step, _ in programme.definition.needed[gate.id]]
    steps = {
        step.id for gate, step in needed if step.kind in (Kind.CHECK, Kind.CLOCK) and not gate.settled_by
        and programme.definition.of_which(gate, step) is Of.SAME
    }  # fmt: skip
    return [one for one in done.entries.values() if one.key.step in steps and one.key.session == key.session]


def passed_by(done: History, at: datetime) -> History:
    """The history as if each gate had been passed by this moment: what is written of an earlier day comes before the
    word of whoever passes a gate for it.
    """
    clipped = {place: tuple(replace(one, at=min(one.at, at)) for one in each) for place, each in done.overrides.items()}
    return replace(done, overrides=clipped)


def may_repeat(programme: Programme, done: History, entry: Entry) -> bool:
    """Whether this is one more round of a step that may be done again, and whose time is still; its gates hold it as
    they hold the first.
    """
    step = programme.definition.by_id.get(entry.key.step)
    last = done.newest.get((entry.key.step, entry.key.session))
    if step and step.kind in (Kind.CLOCK, Kind.EVENT):
        return entry.key == further(done, step, entry.key.session) and _begun(programme, done, entry)
    if programme.ended_at or step is None or not step.repeats or last is None:
        return False
    if entry.key.round != last.key.round + 1 or entry.at < last.at:
        return False
    window = window_of(programme, done, step, entry.key._replace(round=0))
    return state_in(window, entry.key, done, entry.at) is State.OPEN


def further(done: History, step: Step, session: int) -> Key:
    """By what a reading beside the planned ones is written, or what happened once more."""
    rounds = [key.round for key in done.entries if (key.step, key.session) == (step.id, session)]
    return Key(step.id, session, max([len(step.minutes) - 1, *rounds]) + 1)


def _begun(programme: Programme, done: History, entry: Entry) -> bool:
    """Whether that session had begun then and was not long over, and neither the next one nor the end of the course
    had come.
    """
    session, at = entry.key.session, entry.at
    begun, over = done.begun.get(session), done.over.get(session)
    ends = (done.begun.get(session + 1), programme.ended_at, over + AFTERWARDS if over else None)
    return begun is not None and begun <= at and all(at < one for one in ends if one)


def pass_gate(programme: Programme, done: History, override: Override, now: datetime) -> History | Refused:
    """The history with this override, for what keeps the gate shut now. It needs a person and a reason."""
    if programme.definition.faults:
        return Refused(No.UNREAD)
    if not readable(override.reason):
        return Refused(No.NO_REASON)
    found = next((one for one in programme.definition.gates if one.id == override.gate), None)
    if found is None:
        return Refused(No.NOTHING)
    if found.holds:
        return Refused(No.HOLDS)
    step = programme.definition.by_id[found.before]
    session = session_in_hand(done, step)
    held = next((one for one in blocked(programme, done, step, session, now) if one.gate.id == found.id), None)
    seen = frozenset(cause.seen for cause in held.causes) & override.seen if held else frozenset()
    if not seen or override.session != (0 if found.lasts else session):
        return Refused(No.NOTHING)
    return with_override(done, replace(override, at=now, seen=seen))


def session_in_hand(done: History, step: Step) -> int:
    """The session whose step this is now: the next one, or for what follows its beginning the last that began."""
    if step.part in (Part.BEFORE, Part.SESSION):
        return done.sessions_over + 1
    return max(done.begun, default=0)
