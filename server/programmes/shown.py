"""A course as its pages show it: what is due and what holds it, the way, and what was done. Values for templates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from server.programmes.around import StopRule
from server.programmes.baseline import counted
from server.programmes.because import Because, Reason, Totals, because, rules_met, stays
from server.programmes.changes import Change, Unfinished, unfinished
from server.programmes.course import Entry, History, Key, Override, Programme
from server.programmes.definition import Kind, Part, Step
from server.programmes.gates import Blocked, waits_until
from server.programmes.keeping import Opened
from server.programmes.later import why_of, written_later
from server.programmes.questions import Question, Verdict, found_in, told
from server.programmes.rules import Due, State, due_steps, standing, window_of
from server.programmes.store import SealedReason

OF_COURSE = frozenset({Part.START, Part.CALENDAR, Part.END})


@dataclass(frozen=True)
class Line:
    """A step that is open. `until`: the clock alone holds it until then; `late`: it should have been done."""

    due: Due
    late: bool
    until: datetime | None

    @property
    def step(self) -> Step:
        return self.due.step.of_session(self.due.key.session)

    @property
    def key(self) -> Key:
        return self.due.key

    @property
    def blocked(self) -> tuple[Blocked, ...]:
        return self.due.blocked


@dataclass(frozen=True)
class Mark:
    """One session on the way. `at`: when it began, or is booked; `state`: done, going, next or ahead."""

    session: int
    state: str
    at: datetime | None


@dataclass(frozen=True)
class Stretch:
    """The sessions of one phase."""

    name: str
    marks: Sequence[Mark]

    @property
    def done(self) -> int:
        return sum(mark.state == "done" for mark in self.marks)


@dataclass(frozen=True)
class Done:
    """A step that was done; `answers`: what the page says of each question, with what it came to; `later`: when it was
    written, where that was later; `why`: why on another day, or only then.
    """

    entry: Entry
    step: Step
    answers: Sequence[tuple[Question, str, Verdict]] = field(repr=False)
    later: datetime | None = None
    why: str = field(default="", repr=False)


@dataclass(frozen=True)
class Word:
    """Somebody passed a gate or changed the course, and why."""

    what: Override | Change
    reason: str = field(repr=False)

    @property
    def is_override(self) -> bool:
        return isinstance(self.what, Override)


@dataclass(frozen=True)
class Shown:
    """A whole course. `going`: the session that has begun and is not over; `next`: the one that comes. `missed`: each
    with when its time began; `because`: the answers that keep gates shut; `again`: stop rules that are met;
    `begun`: the sessions that have, the latest first; `stays`: the answers for which the one that is going is not over.
    """

    programme: Programme
    over: int
    going: int | None
    lines: Sequence[Line]
    way: Sequence[Stretch]
    missed: Sequence[tuple[Step, Key, datetime]]
    done: Mapping[int, Sequence[Done]] = field(repr=False)
    words: Sequence[Word] = field(repr=False)
    because: Because = field(repr=False)
    again: Sequence[StopRule] = ()
    begun: Sequence[int] = ()
    stays: Sequence[Reason] = field(default=(), repr=False)
    first: Unfinished = field(default_factory=Unfinished)

    @property
    def total(self) -> int:
        return self.programme.total

    @property
    def next(self) -> int | None:
        return self.over + 1 if self.over < self.total else None

    @property
    def ready(self) -> Sequence[Line]:
        return [line for line in self.lines if not line.blocked]

    @property
    def held(self) -> Sequence[Line]:
        return [line for line in self.lines if line.blocked]


def shown(opened: Opened, now: datetime, totals: Totals | None = None) -> Shown:
    """Everything that a page of staff says of a course; `totals` of measures, for its stop rules."""
    programme, done = opened.standing.programme, opened.standing.done
    due = [Line(one, one.overdue(now), waits_until(one.blocked)) for one in due_steps(programme, done, now)]
    return Shown(
        programme=programme,
        over=done.sessions_over,
        going=going(done),
        lines=due,
        way=way(programme, done),
        missed=_missed(programme, done, now),
        done=_by_session(opened),
        words=_words(opened),
        because=because(opened, [(one.key.session, one.blocked) for one in due if one.blocked]),
        again=rules_met(programme, done, totals or {}),
        begun=sorted(done.begun, reverse=True),
        stays=stays(opened, going(done)),
        first=unfinished(programme, done, now),
    )


def going(done: History) -> int | None:
    """The session that has begun and is not over."""
    last = max(done.begun, default=0)
    return last if last > done.sessions_over else None


def way(programme: Programme, done: History) -> list[Stretch]:
    found, first = [], 1
    for last, phase in programme.phases:
        found.append(Stretch(phase.name, [_mark(programme, done, number) for number in range(first, last + 1)]))
        first = last + 1
    return found


def _mark(programme: Programme, done: History, session: int) -> Mark:
    if session in done.over:
        return Mark(session, "done", done.begun.get(session))
    if session in done.begun:
        return Mark(session, "going", done.begun[session])
    return Mark(session, "next" if session == done.sessions_over + 1 else "ahead", programme.planned.get(session))


def _missed(programme: Programme, done: History, now: datetime) -> list[tuple[Step, Key, datetime]]:
    """What its time passed without, and when that began; the latest first."""
    by_id, states = programme.definition.by_id, standing(programme, done, now)
    keys = [key for key, state in states.items() if state is State.MISSED]
    windows = [(by_id[key.step], key, window_of(programme, done, by_id[key.step], key)) for key in keys]
    found = [(step.of_session(key.session), key, window.opens) for step, key, window in windows if window]
    return sorted(found, key=lambda one: one[2], reverse=True)


def _by_session(opened: Opened) -> dict[int, list[Done]]:
    """Session -> what was done in it; 0: of the course. Measures were answered elsewhere and are not told here."""
    found: dict[int, list[Done]] = {}
    by_id = opened.standing.programme.definition.by_id
    for kept in opened.standing.loaded.entries:
        step, answers = by_id[kept.entry.key.step], opened.answers[kept.id]
        step = counted(opened, step, kept.entry.key.session)
        asked = [one for one in step.questions if one.id in answers]
        said = [(told(one, answers), answers[one.id], _verdict(one, answers)) for one in asked]
        found.setdefault(kept.entry.key.session, []).append(
            Done(kept.entry, step, said, written_later(kept.entry.at, kept.written_at), why_of(answers))
        )
    return found


def _verdict(one: Question, answers: Mapping[str, str]) -> Verdict:
    return found_in([one], answers).verdict


def _words(opened: Opened) -> list[Word]:
    loaded = opened.standing.loaded
    every: list[tuple[Override | Change, SealedReason]] = [*loaded.overrides, *loaded.changes]
    words = [Word(what, opened.reasons[sealed.id]) for what, sealed in every]
    return sorted(words, key=lambda one: one.what.at, reverse=True)


def recordable(step: Step) -> bool:
    """Whether staff write it here: a questionnaire is answered elsewhere."""
    return step.kind is not Kind.MEASURE
