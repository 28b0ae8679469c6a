"""The engine of programmes: which steps are due now. Pure: a definition, what was done, and the moment.

Each step of each session is at every moment one of four: ahead, open, done or missed. `state` says which; `standing`
lists them all; `due_steps` gives those that are open, each with the gates that still hold it, and looks for them only
where they can be, since the board asks it for every patient.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from server.programmes.course import History, Key, Programme, keeps_on, week_of
from server.programmes.definition import Definition, Kind, Part, Step, Who
from server.programmes.gates import Blocked, applies, blocked, locked
from server.programmes.happened import asked_since, times_asked


class State(StrEnum):
    """Where one step of one session stands."""

    AHEAD = "ahead"
    OPEN = "open"
    DONE = "done"
    MISSED = "missed"  # its time passed without it


@dataclass(frozen=True)
class Window:
    """From when until before when a step is done, and after when it is overdue; None: there is no such moment."""

    opens: datetime
    closes: datetime | None = None
    late: datetime | None = None


@dataclass(frozen=True)
class Due:
    """A step that is open now. While `blocked` names a gate it cannot be done."""

    step: Step
    key: Key
    window: Window
    blocked: tuple[Blocked, ...] = ()

    def overdue(self, now: datetime) -> bool:
        return self.window.late is not None and now > self.window.late


def due_steps(programme: Programme, done: History, now: datetime, whose: Who | None = None) -> tuple[Due, ...]:
    """What is open now, in the order of the course: each key at most once, and none that is done. `whose`: theirs
    alone. Of a course that has ended what settles the lock that it left; of one whose definition is not read any more
    nothing.
    """
    found: list[Due] = []
    if programme.definition.faults:
        return ()
    for step, key in _settling(programme, done, now) if programme.ended_at else _near(programme, done, now):
        if (whose and step.who is not whose) or key in done.entries:
            continue
        window = window_of(programme, done, step, key)
        if window and state_in(window, key, done, now) is State.OPEN:
            held = blocked(programme, done, step, key.session, now)
            found.append(Due(step, key, window, held))
    return tuple(found)


def standing(programme: Programme, done: History, now: datetime) -> dict[Key, State]:
    """Every step of every session of a course, and where it stands."""
    if programme.definition.faults:
        return {}
    keys = _every(programme, done, now)
    windows = [(key, window_of(programme, done, step, key), is_again(step, key)) for step, key in keys]
    return {key: state_in(window, key, done, now) for key, window, again in windows if window or not again}


def state_in(window: Window | None, key: Key, done: History, now: datetime) -> State:
    if key in done.entries:
        return State.DONE
    if window is None or now < window.opens:
        return State.AHEAD
    return State.MISSED if window.closes is not None and now >= window.closes else State.OPEN


def closed_sessions(programme: Programme, done: History, now: datetime) -> int:
    """How many sessions, from the first on, are behind: over, and nothing of them open or ahead."""
    number = done.closed
    if programme.definition.faults:
        return number
    while number < done.sessions_over and _is_closed(programme, done, number + 1, now):
        number += 1
    return number


def _is_closed(programme: Programme, done: History, session: int, now: datetime) -> bool:
    keys = [(step, key) for step, key in _of_session(programme, done, session, now) if not is_again(step, key)]
    states = [state_in(window_of(programme, done, step, key), key, done, now) for step, key in keys]
    return all(state in (State.DONE, State.MISSED) for state in states)


def is_again(step: Step, key: Key) -> bool:
    """Whether a key stands for doing once more what was done."""
    return key.round > 0 and step.kind is not Kind.CLOCK and step.part not in (Part.CALENDAR, Part.HAPPENED)


# Where a step can be open


def window_of(programme: Programme, done: History, step: Step, key: Key) -> Window | None:
    """None while what it counts from has not happened."""
    return _WINDOWS[step.part](programme, done, step, key)


def _at_start(programme: Programme, done: History, step: Step, key: Key) -> Window | None:
    opens = programme.began_at if key.round == 0 else _again(done, step, key)
    return _from(opens, step, closes=done.over.get(programme.total)) if opens else None


def _before(programme: Programme, done: History, step: Step, key: Key) -> Window | None:
    begun = done.begun.get(key.session)
    if begun is None and (key.session != done.sessions_over + 1 or programme.paused):
        return None
    free = done.over.get(key.session - 1, programme.began_at)
    planned = programme.planned.get(key.session)
    if key.round:
        opens = _again(done, step, key)
        if opens and planned and step.opens:  # nobody is asked anew long before the day
            opens = max(opens, planned - step.opens.length)
    elif planned is None:
        opens = free
    else:
        opens = max(free, planned - step.opens.length if step.opens else programme.midnight(planned))
    if opens is None or (key.round and begun and begun <= opens):
        return None
    late = planned + (step.late.length if step.late else timedelta()) if planned else None
    return Window(opens, begun, late)


def _during(programme: Programme, done: History, step: Step, key: Key) -> Window | None:
    begun = done.begun.get(key.session)
    if begun is None:
        return None
    over = done.over.get(key.session)
    if step.kind is not Kind.CLOCK:
        last = done.entries.get(key._replace(round=key.round - 1)) if step.ends and key.round else None
        return _from(last.at if last else begun, step, closes=over if step.ends else None)
    early = step.opens.length if step.opens else timedelta()
    planned = [begun + timedelta(minutes=minute) for minute in step.minutes[key.round : key.round + 2]]
    late = planned[0] + step.late.length if step.late else None
    ends = [over] if over else []
    ends += [planned[1] - early] if len(planned) > 1 else []
    return Window(max(begun, planned[0] - early), min(ends, default=None), late)


def _after(programme: Programme, done: History, step: Step, key: Key) -> Window | None:
    over = done.over.get(key.session)
    return _from(over, step) if over else None


def _happened(programme: Programme, done: History, step: Step, key: Key) -> Window | None:
    since = asked_since(programme.definition, done, step, key)
    return _from(since, step) if since else None


def _by_calendar(programme: Programme, done: History, step: Step, key: Key) -> Window | None:
    assert step.every, "the loader sees to it"
    days = int(step.every.value)
    opens = programme.midnight(programme.began_at, key.round * days) if key.round else programme.began_at
    finished = done.over.get(programme.total)
    if finished and opens > finished:
        return None
    return _from(opens, step, closes=programme.midnight(programme.began_at, (key.round + 1) * days))


def _at_end(programme: Programme, done: History, step: Step, key: Key) -> Window | None:
    over = done.over.get(programme.total)
    return _from(over, step) if over else None


def _from(anchor: datetime, step: Step, closes: datetime | None = None) -> Window:
    opens = anchor + step.opens.length if step.opens else anchor
    until = anchor + step.closes.length if step.closes else closes
    return Window(opens, until, opens + step.late.length if step.late else None)


def _again(done: History, step: Step, key: Key) -> datetime | None:
    """When what was found the last time holds no more."""
    last = done.entries.get(Key(step.id, key.session, key.round - 1))
    return last.at + step.valid.length if last and step.valid else None


_WINDOWS = {
    Part.START: _at_start,
    Part.BEFORE: _before,
    Part.SESSION: _before,
    Part.DURING: _during,
    Part.AFTER: _after,
    Part.HAPPENED: _happened,
    Part.CALENDAR: _by_calendar,
    Part.END: _at_end,
}


# Which keys there are


def _near(programme: Programme, done: History, now: datetime) -> Iterator[tuple[Step, Key]]:
    """The keys that can be open: of the course, of sessions not closed, of this week."""
    definition = programme.definition
    for step in definition.by_part[Part.START]:
        yield from rounds(programme, done, step, 0)
    over = done.sessions_over
    for session in range(done.closed + 1, min(over + 1, programme.total) + 1):
        begun = definition.of_session if session in done.begun else definition.of_ahead
        steps = definition.of_begun if session <= over else begun
        left = [step for step in steps if not _is_behind(definition, done, step, session)]
        yield from _of_session(programme, done, session, now, left)
    for step in definition.by_part[Part.CALENDAR]:
        if step.which.has_round(week := week_of(programme, step, now)):
            yield step, Key(step.id, 0, week)
    if over == programme.total:
        yield from ((step, Key(step.id)) for step in definition.by_part[Part.END])


def _is_behind(definition: Definition, done: History, step: Step, session: int) -> bool:
    """Whether nothing of a step is open in a session, told at a glance: most were done once, or are never asked for."""
    if step.part is Part.HAPPENED and not done.happened:
        return True
    return step.once and (step.id, session) in done.newest and step.id not in definition.let_go


def _settling(programme: Programme, done: History, now: datetime) -> Iterator[tuple[Step, Key]]:
    """The keys by which what locked a course is settled, also when it has ended: its lock holds the next one."""
    names = {name for one in locked(programme.definition, done, now) for name in one.gate.settled_by}
    return ((step, key) for step, key in _near(programme, done, now) if step.id in names)


def _every(programme: Programme, done: History, now: datetime) -> Iterator[tuple[Step, Key]]:
    definition = programme.definition
    for step in definition.by_part[Part.START]:
        yield from rounds(programme, done, step, 0)
    for session in range(1, programme.total + 1):
        yield from _of_session(programme, done, session, now)
    for step in definition.by_part[Part.CALENDAR]:
        for week in range(week_of(programme, step, now) + 1):
            if step.which.has_round(week):
                yield step, Key(step.id, 0, week)
    yield from ((step, Key(step.id)) for step in definition.by_part[Part.END])


def _of_session(
    programme: Programme, done: History, session: int, now: datetime, steps: Sequence[Step] | None = None
) -> Iterator[tuple[Step, Key]]:
    for step in programme.definition.of_session if steps is None else steps:
        if step.which.always or applies(programme, done, step, session, now):
            yield from rounds(programme, done, step, session)
            if step.id in programme.definition.let_go:
                yield from _until_let_go(programme, done, step, session)


def _until_let_go(programme: Programme, done: History, step: Step, session: int) -> Iterator[tuple[Step, Key]]:
    """The times after the first of what ends a session: as long as the last one did not."""
    last = done.newest.get((step.id, session))
    more = last.key.round + keeps_on(programme.definition, last) if last else 0
    yield from ((step, Key(step.id, session, number)) for number in range(1, more + 1))


def rounds(programme: Programme, done: History, step: Step, session: int) -> Sequence[tuple[Step, Key]]:
    """The first time, each reading of a clock, and of what holds only so long the times that follow; of what only
    happens none.
    """
    if step.once:
        return ((step, Key(step.id, session)),)
    if step.kind is Kind.EVENT:
        return ()
    if step.kind is Kind.CLOCK:
        return [(step, Key(step.id, session, number)) for number in range(len(step.minutes))]
    if step.part is Part.HAPPENED:
        times = times_asked(programme.definition, done, step, session)
        return [(step, Key(step.id, session, number)) for number in range(times)]
    last = done.newest.get((step.id, session))
    return [(step, Key(step.id, session, number)) for number in range(last.key.round + 2 if last else 1)]
