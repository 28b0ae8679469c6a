"""What stands in front of a step, and why. Pure.

A gate is shut by what is missing, by an answer that somebody has to look at, by what is too old, and by the clock. Who
passes it says why, and passes what they saw: an answer that comes later shuts it again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import chain, count

from server.programmes.course import Beside, Entry, History, Key, Override, Programme, Seen, Why, day_of, week_of
from server.programmes.definition import Definition, Gate, Kind, Of, Part, Step
from server.programmes.happened import to_judge
from server.programmes.questions import Figure, Verdict

FROM_VERDICT = {Verdict.REVIEW: Why.REVIEW, Verdict.STOP: Why.STOP}
THE_SESSION_BEFORE = ""
NONE = -1
SEVERAL = (Kind.EVENT, Kind.CLOCK)
"""Of these the latest entry does not speak for the others."""


@dataclass(frozen=True)
class Cause:
    """One thing that keeps a gate shut; `until`: it opens by itself then; `said`: what it is, where it is no step;
    `rules`: why the session has that step; `elsewhere`: the course of the same family that it is of, where it is of
    another one; `at`: when it was, of what happened; `after`: of a planned reading that was passed by, the minute that
    it was planned for.
    """

    why: Why
    step: str
    round: int = 0
    until: datetime | None = None
    said: str = ""
    rules: tuple[str, ...] = ()
    elsewhere: Beside | None = field(default=None, repr=False)
    at: datetime | None = field(default=None, compare=False)
    after: int | None = None

    @property
    def seen(self) -> Seen:
        return Seen(self.why, self.step, self.round)


@dataclass(frozen=True)
class Blocked:
    """A gate that is shut."""

    gate: Gate
    causes: tuple[Cause, ...]


def blocked(programme: Programme, done: History, step: Step, session: int, at: datetime) -> tuple[Blocked, ...]:
    """The gates that keep this step from being done at this moment."""
    gates = programme.definition.gates_of[step.id]
    if not gates:
        return ()
    found = [(gate, list(_causes(programme, done, gate, session, at))) for gate in gates]
    return tuple([Blocked(gate, tuple(causes)) for gate, causes in found if causes])


def applies(programme: Programme, done: History, step: Step, session: int, at: datetime) -> bool:
    """Whether a session has this step."""
    return step.which.always or _asked_for(programme, done, step, session, at) is not None


def _asked_for(programme: Programme, done: History, step: Step, session: int, at: datetime) -> tuple[str, ...] | None:
    """By which rules a session has this step, where there are such; None: it has not."""
    which = step.which
    if which.phases and programme.phase_of(session).id not in which.phases:
        return None
    rules = () if which.is_by_number else tuple(_rules(programme, done, step, session, at))
    return rules if rules or which.has(session) else None


def _rules(programme: Programme, done: History, step: Step, session: int, at: datetime) -> Iterator[str]:
    """By what a session that is not beyond the next one has a step, in the words of the definition."""
    which, last = step.which, done.begun.get(session - 1)
    if session > done.sessions_over + 1:
        return
    at = done.begun.get(session, at)
    if which.every and (session - 1) % int(which.every.value) == 0:
        yield _words(which.every)
    if which.after_gap and last and at - last > which.after_gap.length:
        yield _words(which.after_gap)
    if which.since_last and _days_since(programme, done, step, session, at) > which.since_last.value:
        yield _words(which.since_last)
    for rule in which.asked_by:
        entry = done.newest.get((rule.step, session))
        if entry and entry.at <= at and rule.question in entry.asks:
            asked = programme.definition.by_id[rule.step].questions
            yield next(one.text for one in asked if one.id == rule.question)


def _words(figure: Figure) -> str:
    return f"{figure.what}: {figure.said}"


def _days_since(programme: Programme, done: History, step: Step, session: int, at: datetime) -> int:
    """Days of the clinic since the step was done for an earlier session; 0 where it was not."""
    before = [entry.at for (name, number), entry in done.newest.items() if name == step.id and number < session]
    return (day_of(programme.zone, at) - day_of(programme.zone, max(before))).days if before else 0


def _causes(programme: Programme, done: History, gate: Gate, session: int, at: datetime) -> Iterator[Cause]:
    if gate.footings:
        yield from _outside(programme, gate, at)
    passed = () if gate.holds else done.overrides.get((gate.id, 0 if gate.lasts else session), ())
    for step, which in programme.definition.needed[gate.id]:
        if gate.settled_by:
            if done.happened:
                yield from _unsettled(programme.definition, done, gate, step.id, at)
            continue
        of = session_of(which, session)
        if of is None or (not gate.sticks and _is_well(done.newest.get((step.id, of)), step, at)):
            continue
        found = _of_needed(programme, done, step, of, at)
        if gate.sticks:
            found = chain(_stopped(done, step, of, at), (one for one in found if one.why is not Why.STOP))
        yield from (cause for cause in found if not _covered(cause, passed, at))
    if gate.settled_by and programme.others:
        yield from _elsewhere(programme, gate, at)
    if gate.across and programme.others:
        yield from _across(programme, done, gate, at)
    if gate.least:
        yield from (cause for cause in _early(done, gate, session, at) if not _covered(cause, passed, at))
    if gate.spacing:
        yield from _close(programme, done, session, at, passed)


def _of_needed(programme: Programme, done: History, step: Step, session: int, at: datetime) -> Iterator[Cause]:
    """What is missing of one step that a gate asks for, or has to be looked at."""
    if step.part is Part.CALENDAR:
        yield from _by_calendar(programme, done, step, at)
        return
    rules = _asked_for(programme, done, step, session, at) if session and not step.which.always else ()
    if rules is None:
        return
    found = _of_events(done, step, session, at) if step.kind is Kind.EVENT else _of_step(done, step, session, at)
    yield from (replace(cause, rules=rules) for cause in found) if rules else found


def _by_calendar(programme: Programme, done: History, step: Step, at: datetime) -> Iterator[Cause]:
    """The time that it is now has to be there, once it is open; and the newest one to be well."""
    number = week_of(programme, step, at)
    if step.which.has_round(number) and not _is_there(done, Key(step.id, 0, number), at):
        yield Cause(Why.MISSING, step.id, number)
    written = [key for key, one in done.entries.items() if (key.step, key.session) == (step.id, 0) and one.at <= at]
    newest = done.entries[max(written, key=lambda key: key.round)] if written else None
    if newest and newest.verdict is not Verdict.CLEAR:
        yield Cause(FROM_VERDICT[newest.verdict], step.id, newest.key.round)


def _is_there(done: History, key: Key, at: datetime) -> bool:
    entry = done.entries.get(key)
    return entry is not None and entry.at <= at


def _stopped(done: History, step: Step, session: int, at: datetime) -> list[Cause]:
    """Each time that a step of a session, or of the course, came to a stop."""
    stops = [one for one in done.entries.values() if one.verdict is Verdict.STOP and one.at <= at]
    keys = sorted(one.key for one in stops if (one.key.step, one.key.session) == (step.id, session))
    return [Cause(Why.STOP, step.id, key.round) for key in keys]


def _outside(programme: Programme, gate: Gate, at: datetime) -> Iterator[Cause]:
    """What the programme rests on and did not hold at this moment."""
    for one in programme.definition.footings:
        until = programme.lasts.get(one.id, at)
        if one.id in gate.footings and until is not None and at >= until:
            yield Cause(Why.OUTSIDE, one.id, NONE, said=one.name)


def _is_well(entry: Entry | None, step: Step, at: datetime) -> bool:
    """Whether a step was done by then with nothing to look at, and holds: it keeps no gate shut, which most do not."""
    if entry is None or entry.verdict is not Verdict.CLEAR or entry.at > at or step.kind in SEVERAL:
        return False
    if step.part is Part.CALENDAR:
        return False  # another time of it may be due
    return not step.valid or at - entry.at <= step.valid.length


def session_of(of: Of, session: int) -> int | None:
    """Which session's step a gate in front of this session asks for; None: there is none yet."""
    if of is Of.COURSE:
        return 0
    return session - 1 or None if of is Of.BEFORE else session


def _of_events(done: History, step: Step, session: int, at: datetime) -> Iterator[Cause]:
    """Nothing has to happen; whatever did is looked at, each by itself."""
    for number in count():
        entry = done.entries.get(Key(step.id, session, number))
        if entry is None:
            return
        if entry.at <= at and entry.verdict is not Verdict.CLEAR:
            yield Cause(FROM_VERDICT[entry.verdict], step.id, number, at=entry.at)


def _unsettled(definition: Definition, done: History, gate: Gate, event: str, at: datetime) -> Iterator[Cause]:
    """What happened in any session and is not settled: each with what is still asked for."""
    for (name, session), times in done.happened.items():
        since = max((one for one in times if one <= at), default=None)
        if name != event or since is None:
            continue
        newest = done.newest.get((name, session))
        settles = (_settles(definition, done, step, session, since, at) for step in gate.settled_by)
        if open_ones := [cause for cause in settles if cause]:
            yield Cause(Why.STOP, name, newest.key.round if newest else NONE, at=since)
            yield from open_ones


def _settles(
    definition: Definition, done: History, step: str, session: int, since: datetime, at: datetime
) -> Cause | None:  # fmt: skip
    """What one step still lacks; a decision that came before what it judges was written is none."""
    one, counts = done.newest.get((step, session)), to_judge(definition, done, step, session, since)
    if one is None or counts is None or not counts <= one.at <= at:
        return Cause(Why.MISSING, step, one.key.round if one else NONE)
    return None if one.verdict is Verdict.CLEAR else Cause(FROM_VERDICT[one.verdict], step, one.key.round)


def _elsewhere(programme: Programme, gate: Gate, at: datetime) -> Iterator[Cause]:
    """What happened in another course of the same family and is not settled there."""
    held = (one for one in programme.others if locked(one.definition, one.done, at))
    yield from (Cause(Why.STOP, gate.needs[0], NONE, elsewhere=one) for one in held)


def _across(programme: Programme, done: History, gate: Gate, at: datetime) -> Iterator[Cause]:
    """What has to be looked at in the last session of another course of the same family, until somebody passes it: in
    the gate of that course that asks for it, or in this one, in whichever session. A lock of that course that no gate
    here asks for holds too.
    """
    here = [one for (name, _), several in done.overrides.items() if name == gate.id for one in several]
    locks = any(one.settled_by for one in programme.definition.gates)
    for other in programme.others:
        last = max((number for number, began in other.done.begun.items() if began <= at), default=0)
        for step in (other.definition.by_id[need] for need in gate.needs if need in other.definition.by_id):
            for cause, written in _to_look_at(other.done, step, last, at):
                there = _passed_there(other, step, last)
                if not any(cause.seen in one.seen and written <= one.at <= at for one in (*here, *there)):
                    yield replace(cause, elsewhere=other)
        if not locks and locked(other.definition, other.done, at):
            yield Cause(Why.STOP, gate.needs[0], NONE, elsewhere=other)


def _to_look_at(done: History, step: Step, session: int, at: datetime) -> Iterator[tuple[Cause, datetime]]:
    """What came to a verdict in one session by then, each with its moment."""
    for (name, number, turn), entry in done.entries.items():
        if (name, number) != (step.id, session) or entry.at > at or entry.verdict is Verdict.CLEAR:
            continue
        if step.kind in SEVERAL or done.newest[name, number] is entry:
            yield Cause(FROM_VERDICT[entry.verdict], name, turn), entry.at


def _passed_there(other: Beside, step: Step, session: int) -> Iterator[Override]:
    """Of the gates of another course that ask for a step of this session."""
    asks = {one.id for one in other.definition.gates_of[other.definition.treatment.id] if step.id in one.needs}
    for (name, number), several in other.done.overrides.items():
        if name in asks and number in (0, session + 1):
            yield from several


def locked(definition: Definition, done: History, at: datetime) -> tuple[Blocked, ...]:
    """The gates that something that happened keeps shut, whatever is due."""
    if not done.happened:
        return ()
    gates = [one for one in definition.gates_of[definition.treatment.id] if one.settled_by]
    found = ((one, tuple(_all_unsettled(definition, done, one, at))) for one in gates)
    return tuple(Blocked(gate, causes) for gate, causes in found if causes)


def _all_unsettled(definition: Definition, done: History, gate: Gate, at: datetime) -> Iterator[Cause]:
    for need in gate.needs:
        yield from _unsettled(definition, done, gate, need, at)


def shut(definition: Definition, done: History, gate: Gate) -> bool:
    """Whether something that happened in a course keeps this gate shut."""
    latest = max((one.at for one in done.entries.values()), default=None)
    return latest is not None and any(True for _ in _all_unsettled(definition, done, gate, latest))


def _of_step(done: History, step: Step, session: int, at: datetime) -> Iterator[Cause]:
    entry = done.newest.get((step.id, session))
    if step.minutes:
        yield from _passed_by(done, step, session, at)
    number = entry.key.round if entry and entry.at <= at else NONE
    yield from (Cause(why, step.id, number) for why in _whys(done, step, session, entry, at))


def _passed_by(done: History, step: Step, session: int, at: datetime) -> Iterator[Cause]:
    """Each planned reading that was not taken while it was its time: until shortly before the next one, or the end of
    the session.
    """
    begun, until = done.begun.get(session), min(at, done.over.get(session, at))
    if begun is None:
        return
    early = step.opens.length if step.opens else timedelta()
    for number, following in enumerate(step.minutes[1:]):
        its_time = begun + timedelta(minutes=following) - early <= until
        if its_time and not _is_there(done, Key(step.id, session, number), at):
            yield Cause(Why.MISSING, step.id, number, after=step.minutes[number])


def _whys(done: History, step: Step, session: int, entry: Entry | None, at: datetime) -> Iterator[Why]:
    if step.kind is Kind.CLOCK:  # of the readings the last planned one has to be there, and the latest one to be well
        last = done.entries.get(Key(step.id, session, len(step.minutes) - 1))
        if entry and entry.at <= at and (last is None or last.at > at):
            yield Why.MISSING
    if entry is None or entry.at > at:
        yield Why.MISSING
        return
    if step.valid and at - entry.at > step.valid.length:
        yield Why.STALE
    if entry.verdict is not Verdict.CLEAR:
        yield FROM_VERDICT[entry.verdict]


def _early(done: History, gate: Gate, session: int, at: datetime) -> Iterator[Cause]:
    assert gate.least, "it is asked for where there is one"
    entry = done.newest.get((gate.since, session))
    if entry is None:
        yield Cause(Why.MISSING, gate.since, NONE)
    elif at < entry.at + gate.least.length:
        yield Cause(Why.EARLY, gate.since, entry.key.round, entry.at + gate.least.length)


def _close(
    programme: Programme, done: History, session: int, at: datetime, passed: Iterable[Override]
) -> Iterator[Cause]:  # fmt: skip
    """Too little time since the session before. Who passed it did so for that one: not for one of another course that
    began since.
    """
    gap, (last, other) = programme.phase_of(session).gap, _last_before(programme, done, session, at)
    if gap and last and at < last + gap.length:
        cause = Cause(Why.EARLY, THE_SESSION_BEFORE, 0, last + gap.length, elsewhere=other)
        if not _covered(cause, (one for one in passed if one.at >= last), at):
            yield cause


def _last_before(
    programme: Programme, done: History, session: int, at: datetime
) -> tuple[datetime | None, Beside | None]:  # fmt: skip
    """When the session before this one began, and the other course of the same family that it is of, if it is."""
    last, of = done.begun.get(session - 1), None
    for other in programme.others:
        for began in other.done.begun.values():
            if began <= at and (last is None or began > last):
                last, of = began, other
    return last, of


def _covered(cause: Cause, passed: Iterable[Override], at: datetime) -> bool:
    """Whether somebody passed this very thing. What was entered since is another round, and theirs no more."""
    return any(cause.seen in one.seen and one.at <= at for one in passed)


def waits_until(held: Iterable[Blocked]) -> datetime | None:
    """When the clock alone opens these gates; None where something else has to happen."""
    causes = [cause for one in held for cause in one.causes]
    moments = [cause.until for cause in causes if cause.until]
    return max(moments) if moments and len(moments) == len(causes) else None
