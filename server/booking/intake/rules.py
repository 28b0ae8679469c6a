"""What somebody answered before the visit, held against the questions it answers. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from server.clinic.intake.rules import Form, Kind, Question

Answer = str | tuple[str, ...]
"""Words, or the choices that were taken; a consent is 'yes'."""

Answers = Mapping[str, Answer]
"""Question -> its answer; who has not answered one has no entry."""


class Stage(StrEnum):
    """How far somebody has come."""

    OPEN = "open"
    HALF = "half"
    DONE = "done"


@dataclass(frozen=True)
class Row:
    """One set of answers as it is kept: for which booking, to which version, and the sealed words."""

    id: UUID
    booking_id: UUID
    patient_id: UUID
    service_id: UUID
    form_id: UUID
    revision: int
    begun_at: datetime
    changed_at: datetime
    done_at: datetime | None
    blob: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Sheet:
    """The questions of a booking, and the answers there are: to this booking, or to an earlier one of the same service.

    `form` is the version that the answers belong to; without answers, the one that is asked now. `next`: the version
    that answers from now on belong to.
    """

    form: Form
    next: Form
    row: Row | None = None
    own: bool = True

    @property
    def stage(self) -> Stage:
        if self.row is None:
            return Stage.OPEN
        return Stage.DONE if self.row.done_at else Stage.HALF


@dataclass(frozen=True)
class Said:
    """A question with its answer, as a therapist reads it; () where there is none."""

    question: Question
    words: tuple[str, ...] = field(default=(), repr=False)

    @property
    def agreed(self) -> bool:
        return self.question.kind is Kind.CONSENT and bool(self.words)


def sheet_of(
    booking_id: UUID, service_id: UUID, current: UUID | None, rows: Sequence[Row], forms: Mapping[UUID, Form]
) -> Sheet | None:
    """What this booking has to do with the questions of its service; None: nothing.

    `rows` are all of its patient's answers. Who has begun goes on with what they began; who answered for an earlier
    booking is not asked again, unless the service asks each time.
    """
    own = next((row for row in rows if row.booking_id == booking_id), None)
    if own:
        form = forms[own.form_id]
        return Sheet(form, form, own)
    asked = forms.get(current) if current else None
    if asked is None:
        return None
    before = [row for row in rows if row.service_id == service_id and row.done_at]
    if not before or asked.each_time:
        return Sheet(asked, asked)
    last = max(before, key=lambda row: row.changed_at)
    return Sheet(forms[last.form_id], asked, last, own=False)


def missing(form: Form, answers: Answers) -> list[str]:
    """The needed questions that nobody has answered."""
    return [one.id for one in form.questions if one.needed and not answers.get(one.id)]


def fitting(form: Form, answers: Answers) -> dict[str, Answer]:
    """Those of these answers that this version can still take; what somebody agreed to in other words is not one."""
    found: dict[str, Answer] = {}
    for question in form.questions:
        given = answers.get(question.id)
        if given is None or question.kind is Kind.CONSENT:
            continue
        if question.kind is Kind.SEVERAL and isinstance(given, tuple):
            found[question.id] = tuple(one for one in given if one in question.choices)
        elif isinstance(given, str) and (question.kind is not Kind.ONE or given in question.choices):
            found[question.id] = given
    return {question_id: given for question_id, given in found.items() if given}


def said(form: Form, answers: Answers) -> list[Said]:
    """Every question in order, with its answer."""
    return [Said(one, _words(answers.get(one.id, ()))) for one in form.questions]


def _words(answer: Answer) -> tuple[str, ...]:
    return (answer,) if isinstance(answer, str) else answer
