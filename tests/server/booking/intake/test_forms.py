"""Answers as a form and as a program send them."""

from uuid import uuid4

import pytest

from server.booking.intake.forms import LONG_LENGTH, SHORT_LENGTH, parse, read_answers, typed
from tests.server.booking.intake.asked import AGREES, NAME, SLEEP, STORY, TRIED, a_form

FORM = a_form(uuid4())


def test_every_kind_is_read_as_it_is_meant() -> None:
    sent = {
        NAME.id: ["  Jo   Almeida "],
        SLEEP.id: ["Badly"],
        TRIED.id: ["Running", "Talking"],
        STORY.id: ["One.\r\n\r\nTwo. "],
        AGREES.id: ["yes"],
        "else": ["x"],
    }
    answers, problems = parse(FORM, sent)
    assert problems == {}
    assert answers == {
        NAME.id: "Jo Almeida",
        SLEEP.id: "Badly",
        TRIED.id: ("Talking", "Running"),
        STORY.id: "One.\n\nTwo.",
        AGREES.id: "yes",
    }


def test_an_empty_form_answers_nothing_and_is_no_problem_by_itself() -> None:
    assert parse(FORM, {NAME.id: [" "], SLEEP.id: [""]}) == ({}, {})


def test_what_cannot_be_kept_is_said_and_shown_as_typed_while_the_rest_is_kept() -> None:
    sent = {NAME.id: ["x" * (SHORT_LENGTH + 1)], STORY.id: ["x" * (LONG_LENGTH + 1)], SLEEP.id: ["?"], TRIED.id: ["Talking", "?"]}  # fmt: skip  # noqa: E501
    answers, problems = parse(FORM, {**sent, AGREES.id: ["yes"]})
    assert answers == {AGREES.id: "yes"}
    assert problems == {NAME.id: "too_long", STORY.id: "too_long", SLEEP.id: "unknown", TRIED.id: "unknown"}
    assert typed(FORM, sent)[NAME.id] == sent[NAME.id][0]


def test_a_program_sends_words_lists_and_true() -> None:
    body = {NAME.id: "Jo", SLEEP.id: "Well", TRIED.id: ["Talking"], AGREES.id: True, "unknown": {"a": 1}}
    answers, odd = read_answers(FORM, body)
    assert (answers, odd) == ({NAME.id: "Jo", SLEEP.id: "Well", TRIED.id: ("Talking",), AGREES.id: "yes"}, {})


@pytest.mark.parametrize(
    ("body", "field", "reason"),
    [
        ("Jo", "answers", "not_an_object"),
        ([1], "answers", "not_an_object"),
        ({NAME.id: 7}, "answers.qname", "not_text"),
        ({NAME.id: ["Jo"]}, "answers.qname", "not_text"),
        ({TRIED.id: [1]}, "answers.qtried", "not_text"),
        ({AGREES.id: "yes"}, "answers.qagrees", "not_text"),
        ({SLEEP.id: "Sometimes"}, "answers.qsleep", "unknown"),
        ({NAME.id: "x" * 301}, "answers.qname", "too_long"),
    ],
)
def test_another_kind_of_json_is_named_by_its_field(body: object, field: str, reason: str) -> None:
    assert read_answers(FORM, body)[1] == {field: reason}


def test_a_program_that_sends_nothing_or_says_no_has_not_answered() -> None:
    assert read_answers(FORM, None) == ({}, {})
    assert read_answers(FORM, {AGREES.id: False, NAME.id: None}) == ({}, {})
