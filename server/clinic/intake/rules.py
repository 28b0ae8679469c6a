"""What a service asks before the visit, in versions: once people are asked one, it never changes. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from server.tongues import Said, Words

MOST_QUESTIONS = 40


class Kind(StrEnum):
    SHORT = "short"
    LONG = "long"
    ONE = "one"  # one of several choices
    SEVERAL = "several"
    CONSENT = "consent"


CHOOSES = frozenset({Kind.ONE, Kind.SEVERAL})


@dataclass(frozen=True)
class Question:
    """`id` stays through all versions, so that an answer finds its question again. `said`: its words in others.

    An answer is a choice as the clinic's own language has it; `labels` is what its reader sees for each, one on a line,
    and empty where that is the same.
    """

    SPOKEN: ClassVar[Mapping[str, str]] = {"ask": "ask", "hint": "hint", "labels": "choices"}

    id: str
    kind: Kind
    ask: str
    hint: str = ""
    choices: tuple[str, ...] = ()
    needed: bool = False
    labels: str = ""
    said: Said | None = field(default=None, hash=False)

    @property
    def named(self) -> list[tuple[str, str]]:
        """Each choice with what its reader sees."""
        seen = self.labels.split("\n") if self.labels else []
        if len(seen) == len(self.choices):
            return list(zip(self.choices, seen, strict=True))
        own = getattr(self.labels, "lang", "")
        return [(one, Words(one, own) if own else one) for one in self.choices]


@dataclass(frozen=True)
class Form:
    """One version. `number` counts them; `revision` how often a draft was changed, 0: it was never written.

    `intro`: the clinic's own words before the questions. `at_booking`: a program that books sends the needed answers
    with it. `each_time`: whoever answered for an earlier visit is asked again.
    `said`: the intro in other languages.
    """

    SPOKEN: ClassVar[Mapping[str, str]] = {"intro": "intro"}
    WITHIN: ClassVar[str] = "questions"

    id: UUID
    service_id: UUID
    number: int
    questions: tuple[Question, ...] = ()
    intro: str = ""
    at_booking: bool = False
    each_time: bool = False
    revision: int = 0
    published_at: datetime | None = None
    said: Said | None = field(default=None, hash=False)

    def question(self, question_id: str) -> Question | None:
        return next((one for one in self.questions if one.id == question_id), None)

    @property
    def is_full(self) -> bool:
        return len(self.questions) >= MOST_QUESTIONS


def draft_after(newest: Form | None, draft_id: UUID, service_id: UUID) -> Form:
    """The next version, as the newest one is until somebody changes it."""
    if newest is None:
        return Form(draft_id, service_id, 1)
    return replace(newest, id=draft_id, number=newest.number + 1, revision=0, published_at=None)


def with_question(form: Form, question: Question) -> Form:
    """The question in its place, or at the end when it is new."""
    known = [question if one.id == question.id else one for one in form.questions]
    return replace(form, questions=tuple(known if form.question(question.id) else [*known, question]))


def without_question(form: Form, question_id: str) -> Form:
    return replace(form, questions=tuple(one for one in form.questions if one.id != question_id))


def moved(form: Form, question_id: str, step: int) -> Form:
    """The question `step` places further down, or up when it is negative; at an end it stays."""
    order: list[Question] = list(form.questions)
    place = next((at for at, one in enumerate(order) if one.id == question_id), None)
    if place is None:
        return form
    to = min(max(place + step, 0), len(order) - 1)
    order.insert(to, order.pop(place))
    return replace(form, questions=tuple(order))


def asks_the_same(one: Form, other: Form) -> bool:
    """Whether two versions differ in nothing that anybody reads."""
    return _read(one) == _read(other)


def _read(form: Form) -> tuple[Sequence[Question], str, bool, bool, Said | None]:
    return form.questions, form.intro, form.at_booking, form.each_time, form.said
