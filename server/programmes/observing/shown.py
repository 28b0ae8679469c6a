"""An observation as its screen shows it. Values for templates; pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from server.programmes.baseline import Begun, answers_of, begun_later, counted, later
from server.programmes.because import Because, Reason, because, stays
from server.programmes.course import Entry, Key
from server.programmes.definition import Kind, Part, Step
from server.programmes.gates import Blocked, blocked, waits_until
from server.programmes.keeping import Opened, next_key
from server.programmes.observing.chart import Chart, charts
from server.programmes.observing.rules import Planned, Watch, watch
from server.programmes.observing.store import Call
from server.programmes.questions import Answer, Question, Verdict, found_in
from server.programmes.recording import further
from server.programmes.shown import going

TAPS = 12
"""A number with no more than so many possible values is tapped, not typed."""


@dataclass(frozen=True)
class Reading:
    """One line of the table. `planned`: which of the plan it is; `answers`: question -> what was said and what it comes
    to; `after` (minutes after the beginning) below 0: from before the session; `later`: when it was written, where that
    was later.
    """

    entry: Entry
    after: int
    planned: Planned | None
    answers: Mapping[str, tuple[str, Verdict]] = field(repr=False)
    later: datetime | None = None

    @property
    def texts(self) -> dict[str, str]:
        return {name: text for name, (text, _) in self.answers.items()}


@dataclass(frozen=True)
class Happened:
    """Something that happened, in the words of the definition and of who was there."""

    step: Step
    entry: Entry
    words: Sequence[str] = field(repr=False)
    later: datetime | None = None


@dataclass(frozen=True)
class Observed:
    """programmes/observing/now.html: one patient. `level`: what the latest reading comes to, `by` which questions;
    `held`: what keeps them from going home, `until` when the clock alone does;
    `begun`: of a beginning that was written later when and why;
    `calls`: people who were called about it, each with the name of who looks after it.
    """

    course_id: UUID
    patient_id: UUID
    name: str = field(repr=False)
    programme: str
    total: int
    watch: Watch
    questions: tuple[Question, ...]
    readings: Sequence[Reading] = field(repr=False)
    happened: Sequence[Happened] = field(repr=False)
    charts: Sequence[Chart] = field(repr=False)
    level: Verdict
    by: Sequence[Question]
    home: Key
    stays: Sequence[Reason] = field(repr=False)
    held: tuple[Blocked, ...]
    until: datetime | None
    early: Step | None
    early_key: Key | None
    incident: Step | None
    awaits: bool
    topic: str
    by_id: Mapping[str, Step]
    because: Because = field(repr=False)
    calls: Sequence[tuple[Call, str]] = ()
    begun: Begun | None = field(default=None, repr=False)

    @property
    def base(self) -> str:
        return f"/staff/patients/{self.patient_id}/courses/{self.course_id}"

    @property
    def plan(self) -> str:
        """The readings that are still to be taken, for the clock of the page: [opens, at, late] in ms each."""
        return json.dumps([[_ms(one.opens), _ms(one.at), _ms(one.late)] for one in self.watch.ahead])


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


@dataclass(frozen=True)
class Whose:
    """Whose observation it is, and whether a clinician confirmed its figures."""

    name: str = field(repr=False)
    awaits: bool
    topic: str


def observed(opened: Opened, whose: Whose, now: datetime) -> Observed | None:
    """The session that goes on, where readings are planned for it."""
    programme, done = opened.standing.programme, opened.standing.done
    session = going(done)
    found = watch(programme, done, session, now) if session else None
    if session is None or found is None:
        return None
    found = replace(found, step=counted(opened, found.step, session))
    definition, row = programme.definition, opened.standing.loaded.row
    readings = _readings(opened, found)
    lines = [*_before(opened, found), *readings]
    latest = readings[-1] if readings else None
    came = found_in(found.step.questions, latest.texts if latest else {})
    held = blocked(programme, done, definition.ending, session, now)
    events = [one for one in definition.of_begun if one.kind is Kind.EVENT]
    early = next((one for one in events if one.ends), None)
    points = [(float(one.after), one.texts) for one in lines]
    return Observed(
        course_id=row.id,
        patient_id=row.patient_id,
        name=whose.name,
        programme=definition.name,
        total=programme.total,
        watch=found,
        questions=found.step.questions,
        readings=lines,
        happened=_happened(opened, session),
        charts=charts(found.step.questions, points, found.step.minutes[-1]) if points else [],
        level=came.verdict,
        by=[one for one in found.step.questions if one.id in came.questions],
        home=next_key(done, definition.ending.id, session),
        stays=stays(opened, session),
        held=held,
        until=waits_until(held),
        early=early,
        early_key=further(done, early, session) if early else None,
        incident=next((one for one in events if not one.ends), None),
        awaits=whose.awaits,
        topic=whose.topic,
        by_id=definition.by_id,
        because=because(opened, [(session, held)]),
        begun=begun_later(opened, session),
    )


def _readings(opened: Opened, found: Watch) -> list[Reading]:
    by_key = {one.entry.key: one for one in found.planned if one.entry}
    return [_reading(opened, found, entry, by_key.get(entry.key)) for entry in found.readings]


def _reading(opened: Opened, found: Watch, entry: Entry, planned: Planned | None) -> Reading:
    minute = int((entry.at - found.began).total_seconds() // 60)
    answers = answers_of(opened, entry)
    told = {one.id: (answers[one.id], _came(one, answers)) for one in found.step.questions if one.id in answers}
    return Reading(entry, minute, planned, told, later(opened, entry))


def _before(opened: Opened, found: Watch) -> list[Reading]:
    """What was measured just before the session by the same questions: the newest check of it."""
    asked = {one.id for one in found.step.questions}
    done, definition = opened.standing.done, opened.standing.programme.definition
    checks = [one for one in definition.by_part[Part.BEFORE] if asked & {question.id for question in one.questions}]
    entries = [entry for step in checks if (entry := done.newest.get((step.id, found.session)))]
    return [_reading(opened, found, entry, None) for entry in entries]


def _happened(opened: Opened, session: int) -> list[Happened]:
    definition, done = opened.standing.programme.definition, opened.standing.done
    events = {one.id: one for one in definition.of_begun if one.kind is Kind.EVENT}
    entries = [one for key, one in done.entries.items() if key.step in events and key.session == session]
    return [
        Happened(events[one.key.step], one, _words(events[one.key.step], answers_of(opened, one)), later(opened, one))
        for one in sorted(entries, key=lambda one: one.at, reverse=True)
    ]


def _words(step: Step, answers: Mapping[str, str]) -> list[str]:
    said = [(one, answers[one.id]) for one in step.questions if one.id in answers]
    return [one.options.get(text, text) if one.answer is Answer.CHOICE else text for one, text in said]


def _came(one: Question, answers: Mapping[str, str]) -> Verdict:
    return found_in([one], answers).verdict


def taps(one: Question) -> Sequence[int]:
    """The values of a number that is tapped; of one that is typed none."""
    if one.answer is not Answer.NUMBER or one.span is None or one.span[1] - one.span[0] >= TAPS:
        return ()
    return range(int(one.span[0]), int(one.span[1]) + 1)


def comes_to(one: Question) -> str:
    """What answers come to, for the page to say at once: [verdict, below, at least, above, words] each."""
    return json.dumps(
        [
            [
                condition.verdict,
                *(one.value if one else None for one in (condition.below, condition.at_least, condition.above)),
                sorted(condition.words),
            ]
            for condition in one.conditions
        ]
    )
