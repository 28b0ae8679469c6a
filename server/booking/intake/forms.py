"""Answers as they were sent, by a form or by a program: what can be kept, and a reason for each that cannot. Pure."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from server.booking.intake.rules import Answer, Answers
from server.clinic.intake.rules import Form, Kind, Question

SHORT_LENGTH = 300
LONG_LENGTH = 5000


class Problem(StrEnum):
    """What would have to change about an answer."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    UNKNOWN = "unknown"  # none of the choices
    NOT_AN_OBJECT = "not_an_object"  # where all answers are
    NOT_TEXT = "not_text"  # another kind of JSON than the question wants


Problems = dict[str, Problem]
"""Question -> what would help."""

Sent = Mapping[str, Sequence[str]]


def parse(form: Form, sent: Sent) -> tuple[dict[str, Answer], Problems]:
    """The answers of a form; a question whose answer cannot be kept is among the problems and not among the answers.

    `sent`: field -> all its values. What is still missing is no problem here.
    """
    answers: dict[str, Answer] = {}
    problems: Problems = {}
    for question in form.questions:
        found = _answer(question, sent.get(question.id, ()))
        if isinstance(found, Problem):
            problems[question.id] = found
        elif found:
            answers[question.id] = found
    return answers, problems


def _answer(question: Question, values: Sequence[str]) -> Answer | Problem:
    if question.kind is Kind.SEVERAL:
        taken = tuple(one for one in question.choices if one in values)
        return taken if set(values) <= set(question.choices) else Problem.UNKNOWN
    value = _tidy(values[-1], one_line=question.kind is not Kind.LONG) if values else ""
    if question.kind is Kind.CONSENT:
        return "yes" if value else ""
    if question.kind is Kind.ONE:
        return value if value in {"", *question.choices} else Problem.UNKNOWN
    longest = LONG_LENGTH if question.kind is Kind.LONG else SHORT_LENGTH
    return Problem.TOO_LONG if len(value) > longest else value


def _tidy(text: str, *, one_line: bool) -> str:
    text = text.replace("\0", "")
    return " ".join(text.split()) if one_line else text.replace("\r\n", "\n").strip()


def typed(form: Form, sent: Sent) -> dict[str, Answer]:
    """What was typed, to be shown again as it was."""
    return {
        one.id: tuple(sent[one.id]) if one.kind is Kind.SEVERAL else sent[one.id][-1]
        for one in form.questions
        if sent.get(one.id)
    }


def read_answers(form: Form, body: Any) -> tuple[Answers, dict[str, str]]:
    """`answers` of a program's JSON: question -> words, true, or a list of choices; and field -> why not.

    What the form does not ask is not looked at, as with all of a body.
    """
    if body is None:
        return {}, {}
    if not isinstance(body, dict):
        return {}, {"answers": Problem.NOT_AN_OBJECT}
    odd: dict[str, str] = {}
    sent: dict[str, Sequence[str]] = {}
    for question in form.questions:
        values = _values(question, body.get(question.id))
        if values is None:
            odd[_field(question.id)] = Problem.NOT_TEXT
        else:
            sent[question.id] = values
    answers, problems = parse(form, sent)
    return answers, odd | {_field(question_id): why for question_id, why in problems.items()}


def _values(question: Question, given: Any) -> Sequence[str] | None:
    if given is None or given is False:
        return ()
    if question.kind is Kind.CONSENT:
        return ("yes",) if given is True else None
    if question.kind is Kind.SEVERAL:
        given = [given] if isinstance(given, str) else given
        return given if isinstance(given, list) and all(isinstance(one, str) for one in given) else None
    return (given,) if isinstance(given, str) else None


def missing_fields(question_ids: Sequence[str]) -> dict[str, str]:
    """Needed answers that a program did not send, under the names by which it sends them."""
    return {_field(question_id): Problem.MISSING for question_id in question_ids}


def _field(question_id: str) -> str:
    return f"answers.{question_id}"
