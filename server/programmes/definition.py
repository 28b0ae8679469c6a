"""What a programme is made of, as its file says it. Values alone; the engine beside this file walks them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

from server.programmes.around import Card, Code, Gives, Resource, StopRule, Tells
from server.programmes.endpoint import Endpoint
from server.programmes.fields import Export
from server.programmes.footings import Caution, Footing
from server.programmes.mending import Problem
from server.programmes.questions import Figure, Question
from server.tongues import SOURCE


class Kind(StrEnum):
    """What a step is to the engine; all of them ask questions in the same way."""

    CHECK = "check"
    CONSENT = "consent"
    SESSION = "session"  # the treatment begins
    CLOCK = "clock"  # readings at planned minutes after it began
    EVENT = "event"  # what happens during it: never due, written as often as it happens
    MEASURE = "measure"
    DECISION = "decision"
    TASK = "task"


class Part(StrEnum):
    """Where in the course a step stands."""

    START = "start"  # once, before the first session
    BEFORE = "before"  # of a session
    SESSION = "session"
    DURING = "during"
    AFTER = "after"
    HAPPENED = "happened"  # after something happened in a session, until it is settled
    CALENDAR = "calendar"  # every so many days while the course lasts
    END = "end"  # so long after the last session


class Of(StrEnum):
    """Of which session a gate asks for a step."""

    COURSE = "course"  # of none: it stands at the start
    BEFORE = "before"  # what comes after a session is asked for before the next one
    SAME = "same"


class Who(StrEnum):
    """Whose step it is."""

    STAFF = "staff"
    PATIENT = "patient"


@dataclass(frozen=True)
class AskedBy:
    """Answers before a session by which another step is asked for."""

    step: str
    question: str
    words: frozenset[str]


@dataclass(frozen=True)
class Which:
    """The sessions that a step belongs to: all, those `numbers`, every so many from the first, whenever the last one
    was longer ago than `after_gap`, or the step itself than `since_last`, or an answer asks; `phases` narrows it.
    `onward`: of a step by the calendar, all its times from this one to the end.
    """

    numbers: frozenset[int] = frozenset()
    every: Figure | None = None
    after_gap: Figure | None = None
    phases: frozenset[str] = frozenset()
    since_last: Figure | None = None
    asked_by: tuple[AskedBy, ...] = ()
    onward: int = 0

    @cached_property
    def is_all(self) -> bool:
        return self.is_by_number and not self.numbers

    @cached_property
    def is_by_number(self) -> bool:
        """Whether nothing but its number says whether a session has it."""
        return not (self.every or self.after_gap or self.since_last or self.asked_by)

    @cached_property
    def always(self) -> bool:
        """Whether every session has it, of whichever phase."""
        return self.is_all and not self.phases

    def has_round(self, number: int) -> bool:
        """Whether a step by the calendar, which is counted from 0, is due at this one of its times."""
        from_then_on = 0 < self.onward <= number
        return from_then_on or number in self.numbers or not (self.numbers or self.onward)

    def has(self, session: int) -> bool:
        """Whether it is one by its number."""
        if self.every and (session - 1) % int(self.every.value) == 0:
            return True
        return session in self.numbers or self.is_all


@dataclass(frozen=True)
class Step:
    """One thing to do. `opens` and `closes` count from where its part begins; after `late` more it is overdue.
    `first`: what the first session calls it, '' alike.

    `valid`: what was found holds so long, then it is asked again; `repeats`: it may be done again before that.
    `minutes` of a clock; `every` of a step by the calendar; `ends`: with it the session is over.
    `books`: after a session that ended by one of these it is booked by itself; `tells`: who goes home by it is told.
    `card`: with one press it is written, and says what to do; `of`: the event after which it is due; `said_by`: answers
    that say of a session that an event happened which nobody wrote; `gives`: what the
    patient has to do at home from then on; `adverse`: whenever it is written, it is an adverse event.
    """

    id: str
    name: str
    kind: Kind
    part: Part
    who: Who = Who.STAFF
    which: Which = Which()
    questions: tuple[Question, ...] = ()
    about: str = ""
    source: str = ""
    label: bool = False
    opens: Figure | None = None
    closes: Figure | None = None
    late: Figure | None = None
    valid: Figure | None = None
    repeats: bool = False
    minutes: tuple[int, ...] = ()
    every: Figure | None = None
    measure: str = ""
    ends: bool = False
    books: tuple[str, ...] = ()
    tells: Tells | None = None
    card: Card | None = None
    of: str = ""
    said_by: tuple[AskedBy, ...] = ()
    gives: Gives | None = None
    adverse: bool = False
    first: str = ""

    def of_session(self, session: int) -> "Step":
        """The step in the words of a session: the first one may have words of its own."""
        return self._at_first if session == 1 else self

    @cached_property
    def _at_first(self) -> "Step":
        if not self.first and not any(one.first for one in self.questions):
            return self
        questions = tuple(replace(one, text=one.first or one.text) for one in self.questions)
        return replace(self, name=self.first or self.name, questions=questions)

    def is_adverse(self, answers: Mapping[str, str]) -> bool:
        """Whether these answers are an adverse event by the file's words."""
        return self.adverse or any(one.is_adverse(answers) for one in self.questions)

    def calls(self, answers: Mapping[str, str]) -> bool:
        """Whether these answers call people."""
        return any(one.calls(answers) for one in self.questions)

    @cached_property
    def names_adverse(self) -> bool:
        return self.adverse or any(when.adverse for one in self.questions for when in one.conditions)

    @cached_property
    def once(self) -> bool:
        """Whether it is done once in a session and that is all, as most are."""
        several = self.kind in (Kind.EVENT, Kind.CLOCK) or self.part is Part.HAPPENED
        return not (several or self.valid)


@dataclass(frozen=True)
class Gate:
    """What must be before a step: steps done with nothing to look at, so long since another, so long since the session
    before. An event that it needs shuts it until all of `settled_by` came after that. `lasts`: who passes it does so
    for the whole course. One that `holds` is passed by nobody. `footings`: what has to hold outside of the course.
    `sticks`: an answer that stops does so whatever is answered later, until somebody passes it.
    `across`: what keeps it shut in the last session of another course of the family keeps it shut here too.
    """

    id: str
    before: str
    reason: str
    needs: tuple[str, ...] = ()
    since: str = ""
    least: Figure | None = None
    spacing: bool = False
    lasts: bool = False
    holds: bool = False
    footings: tuple[str, ...] = ()
    settled_by: tuple[str, ...] = ()
    across: bool = False
    sticks: bool = False


@dataclass(frozen=True)
class Spacing:
    """A pace that a phase may have: one day in so many weeks."""

    id: str
    name: str
    weeks: int


@dataclass(frozen=True)
class Phase:
    """Sessions at one pace: on these weekdays (0 is Monday) week by week, the last week again while sessions are left;
    or, with `offsets`, so many days after the last session of the phase before. `paces`: a clinician may choose one.
    """

    id: str
    name: str
    sessions: int
    source: str = ""
    label: bool = False
    weeks: tuple[tuple[int, ...], ...] = ()
    offsets: tuple[int, ...] = ()
    per_day: int = 1
    gap: Figure | None = None
    paces: tuple[Spacing, ...] = ()


@dataclass(frozen=True)
class Awaited:
    """One thing that a clinician has to confirm: what it is, the number if it is one, and where we have it from."""

    what: str
    said: str
    source: str


@dataclass(frozen=True)
class Definition:
    """A programme as its file says it, in the order of the file. `family`: of programmes of which a patient is in one
    at a time, and what was done in one counts in the others. `language`: what its words are in; `words`: in others,
    language -> a sentence as it stands here -> that sentence. `faults`: why this program cannot read it any more; then
    it is what is left of it, and nothing is due by it.
    """

    id: str
    version: str
    name: str
    about: str
    figures: Mapping[str, Figure]
    steps: tuple[Step, ...]
    phases: tuple[Phase, ...]
    gates: tuple[Gate, ...]
    resources: tuple[Resource, ...] = ()
    stop_rules: tuple[StopRule, ...] = ()
    exports: tuple[Export, ...] = ()
    codes: tuple[Code, ...] = ()
    notice: str = ""
    endpoint: Endpoint | None = None
    footings: tuple[Footing, ...] = ()
    cautions: tuple[Caution, ...] = ()
    based_on: str = ""
    family: str = ""
    language: str = SOURCE
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    faults: tuple[Problem, ...] = ()

    @cached_property
    def by_id(self) -> Mapping[str, Step]:
        return {step.id: step for step in self.steps}

    @cached_property
    def by_part(self) -> Mapping[Part, tuple[Step, ...]]:
        return {part: tuple(step for step in self.steps if step.part is part) for part in Part}

    @cached_property
    def of_session(self) -> tuple[Step, ...]:
        """The steps of every session, in their order: before, the treatment, during, after, what follows."""
        parts = (Part.BEFORE, Part.SESSION, Part.DURING, Part.AFTER, Part.HAPPENED)
        return tuple(step for part in parts for step in self.by_part[part])

    @cached_property
    def of_begun(self) -> tuple[Step, ...]:
        """The steps of a session that begins or ends with it."""
        return (*self.by_part[Part.DURING], *self.by_part[Part.AFTER], *self.by_part[Part.HAPPENED])

    @cached_property
    def of_ahead(self) -> tuple[Step, ...]:
        """The steps of a session that can be open before it begins."""
        return (*self.by_part[Part.BEFORE], *self.by_part[Part.SESSION], *self.by_part[Part.HAPPENED])

    @cached_property
    def treatment(self) -> Step:
        return self.by_part[Part.SESSION][0]

    @cached_property
    def ending(self) -> Step:
        """The step by which a session is over as planned: the treatment itself where no other says so."""
        return next((step for step in self.of_session if step.ends and step.kind is not Kind.EVENT), self.treatment)

    @cached_property
    def endings(self) -> frozenset[str]:
        """The steps by which a session is over, as planned or by what happened."""
        return frozenset({self.ending.id, *(step.id for step in self.of_session if step.ends)})

    @cached_property
    def let_go(self) -> frozenset[str]:
        """The steps behind a gate by which a session is over as planned. With a stop among the answers it is not, and
        the step is done again.
        """
        planned = (step for step in self.of_session if step.ends and step.kind is not Kind.EVENT)
        return frozenset(step.id for step in planned if self.gates_of[step.id])

    @cached_property
    def by_the_clock(self) -> frozenset[str]:
        """The steps by which the time of who is watched is counted: what begins it, and what ends it, as planned or
        early.
        """
        timed = [gate for gate in self.gates if gate.since]
        watched = any(step.kind is Kind.CLOCK for step in self.of_begun)
        both = {self.treatment.id, *self.endings} if watched else set[str]()
        return frozenset(both | {name for gate in timed for name in (gate.since, gate.before)})

    def counted_from(self, name: str) -> bool:
        """Whether the time since another step keeps this one back."""
        return any(gate.since for gate in self.gates_of[name])

    @cached_property
    def looked_back(self) -> frozenset[str]:
        """The steps of a session that matter to the next one: its beginning and end, and what gates ask for."""
        asked = {need for gate in self.gates for need in (*gate.needs, *gate.settled_by)}
        needs = {step.id for step in self.of_begun if step.id in asked} | {step for step, _ in self.said}
        return frozenset({self.treatment.id, *self.endings, *needs})

    @cached_property
    def names_adverse(self) -> bool:
        """Whether the file says itself what is an adverse event."""
        return any(step.names_adverse for step in self.steps)

    @cached_property
    def remembered(self) -> frozenset[str]:
        """The steps of which a later session asks when they were last done."""
        return frozenset(step.id for step in self.of_session if step.which.since_last)

    @cached_property
    def said(self) -> Mapping[tuple[str, str], str]:
        """(step, question) -> the event that an answer to it says happened."""
        return {(rule.step, rule.question): step.id for step in self.steps for rule in step.said_by}

    def asked_in(self, name: str, answers: Mapping[str, str]) -> frozenset[str]:
        """The questions of a step whose answers ask for another one, or say that something happened."""
        every = [rule for step in self.steps for rule in (*step.which.asked_by, *step.said_by)]
        rules = [rule for rule in every if rule.step == name]
        return frozenset(rule.question for rule in rules if answers.get(rule.question) in rule.words)

    def pace_in(self, name: str, answers: Mapping[str, str]) -> tuple[str, int] | None:
        """The phase whose pace these answers choose, and how many weeks apart its sessions are from then on."""
        for one in self.by_id[name].questions:
            for phase in self.phases:
                for pace in phase.paces:
                    if one.paces == phase.id and answers.get(one.id) == pace.id:
                        return phase.id, pace.weeks
        return None

    @cached_property
    def gates_of(self) -> Mapping[str, tuple[Gate, ...]]:
        """Step -> the gates in front of it."""
        return {step.id: tuple(gate for gate in self.gates if gate.before == step.id) for step in self.steps}

    @cached_property
    def judged(self) -> Mapping[str, frozenset[str]]:
        """A decision about something that happened -> what it is made on: the forms that settle the same gate."""
        decides = {step.id for step in self.steps if step.kind is Kind.DECISION}
        found: dict[str, frozenset[str]] = {}
        for gate in self.gates:
            for name in decides.intersection(gate.settled_by):
                found[name] = found.get(name, frozenset()) | (frozenset(gate.settled_by) - decides)
        return found

    @cached_property
    def needed(self) -> Mapping[str, tuple[tuple[Step, Of], ...]]:
        """Gate -> the steps that it asks for, each with the session of which it does."""
        steps = {gate.id: [self.by_id[need] for need in gate.needs] for gate in self.gates}
        return {gate.id: tuple((step, self.of_which(gate, step)) for step in steps[gate.id]) for gate in self.gates}

    def of_which(self, gate: Gate, need: Step) -> Of:
        """Of which session a gate asks for this step."""
        part = need.part
        if part in (Part.START, Part.CALENDAR):
            return Of.COURSE
        if need.id == gate.before:
            return Of.BEFORE
        ahead = self.by_id[gate.before].part in (Part.BEFORE, Part.SESSION)
        return Of.BEFORE if ahead and part in (Part.DURING, Part.AFTER) else Of.SAME

    @cached_property
    def awaited(self) -> tuple[Awaited, ...]:
        """All that no label says: figures, plans of phases, what the answers of steps come to, and codes of payers."""
        figures = (Awaited(one.what, one.said, one.source) for one in self.figures.values() if not one.label)
        planned: list[Phase | Step] = [*self.phases, *self.steps]
        plans = (Awaited(one.name, "", one.source) for one in planned if one.source and not one.label)
        codes = (Awaited(one.what, one.id, one.source) for one in self.codes)
        return (*figures, *plans, *codes)
