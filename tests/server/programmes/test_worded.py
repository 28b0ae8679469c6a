"""Every rule of every programme that comes along which goes by a word, not by a number: what each answer comes to.

`worded.csv` holds it apart from the definitions: programmes, step and question, and which answers stop, are to be
looked at first, are an adverse event, and call people; every other answer is clear. The facts are those that the
figures are held against; a rule that is changed, added or gone does not agree with it until somebody says there what it
has to be.
"""

import csv
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from server.programmes.catalogue import shipped
from server.programmes.definition import Which
from server.programmes.questions import Answer, Question, Verdict, found_in

COLUMNS = ("stop", "review", "adverse", "calls")
WAYS = {Answer.YES_NO: ("yes", "no", "unknown"), Answer.AGREE: ("yes", "no")}


def rules() -> Iterator[tuple[str, str, Question]]:
    """(programme, step.question, question) of each that has a condition of words."""
    for programme, definition in shipped().items():
        for step in definition.steps:
            for question in step.questions:
                if any(one.words for one in question.conditions):
                    yield programme, f"{step.id}.{question.id}", question


def kept() -> dict[tuple[str, str], dict[str, set[str]]]:
    found: dict[tuple[str, str], dict[str, set[str]]] = {}
    for row in csv.DictReader((Path(__file__).parent / "worded.csv").read_text("utf-8").splitlines()):
        for programme in row["programmes"].split():
            assert (programme, row["question"]) not in found, row
            found[programme, row["question"]] = {column: set(row[column].split()) for column in COLUMNS}
    return found


KEPT = kept()
RULES = [pytest.param(*one, id=f"{one[0]}-{one[1]}") for one in rules()]


def comes_to(question: Question) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {column: set() for column in COLUMNS}
    for answer in WAYS.get(question.answer, tuple(question.options)):
        answers = {question.id: answer}
        verdict = found_in([question], answers).verdict
        if verdict is not Verdict.CLEAR:
            found[verdict.value].add(answer)
        if question.is_adverse(answers):
            found["adverse"].add(answer)
        if question.calls(answers):
            found["calls"].add(answer)
    return found


@pytest.mark.parametrize(("programme", "place", "question"), RULES)
def test_each_answer_comes_to_what_is_said_apart_from_the_definition(programme, place, question) -> None:
    assert (programme, place) in KEPT, "Say in worded.csv what each answer comes to."
    assert comes_to(question) == KEPT[programme, place]


def test_no_line_of_the_table_is_of_a_rule_that_is_gone() -> None:
    assert set(KEPT) == {(programme, place) for programme, place, _ in rules()}


# What comes after a dose of ketamine

AFTER = {  # step -> what it is, and how many hours after the session it is for
    "call": ("check", 24, 24),
    "meeting": ("task", 24, 72),
    "phq9_three": ("measure", 72, 72),
    "gad7_three": ("measure", 72, 72),
    "phq9_seven": ("measure", 168, 168),
    "gad7_seven": ("measure", 168, 168),
}


@pytest.mark.parametrize("name", [name for name, one in shipped().items() if one.family == "ketamine"])
def test_every_dose_of_ketamine_is_followed_by_a_call_a_meeting_that_books_itself_and_two_measures_twice(name) -> None:
    steps = {step.id: step for step in shipped()[name].steps}
    meeting = steps["visit" if "visit" in steps else "integration"]
    assert meeting.books == ("discharge",)
    for key, (kind, first, last) in AFTER.items():
        step = meeting if key == "meeting" else steps[key]
        assert (step.kind, step.part) == (kind, "after")
        assert key == "meeting" or step.which == Which()
        assert step.opens
        assert step.closes
        assert step.opens.length <= timedelta(hours=first) <= timedelta(hours=last) <= step.closes.length
