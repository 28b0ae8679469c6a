"""What the builder accepts."""

from server.clinic.intake.forms import parse_question, question_fields
from server.clinic.intake.rules import Kind, Question
from server.clinic.sheet import Reason


def test_choices_stand_on_lines_and_count_once() -> None:
    fields = {"ask": " How   do you sleep? ", "choices": "Well\n\n Badly\nWell\n", "needed": "yes"}
    found = parse_question("q1", Kind.ONE, fields)
    assert found == Question("q1", Kind.ONE, "How do you sleep?", "", ("Well", "Badly"), needed=True)
    assert parse_question("q1", Kind.ONE, question_fields(found)) == found


def test_one_choice_is_none_and_a_question_needs_words() -> None:
    found = parse_question("q1", Kind.SEVERAL, {"ask": "", "choices": "Well"})
    assert found == {"ask": Reason.MISSING, "choices": Reason.FEW}


def test_too_many_or_too_long_choices_are_said() -> None:
    many = "\n".join(f"choice {number}" for number in range(21))
    assert parse_question("q1", Kind.ONE, {"ask": "?", "choices": many}) == {"choices": Reason.TOO_LONG}


def test_a_text_has_no_choices_and_a_consent_may_have_several_lines() -> None:
    assert parse_question("q1", Kind.SHORT, {"ask": "Name?", "choices": "a\nb"}) == Question("q1", Kind.SHORT, "Name?")
    found = parse_question("q1", Kind.CONSENT, {"ask": "I agree.\nTo all."})
    assert isinstance(found, Question)
    assert found.ask == "I agree.\nTo all."
    assert parse_question("q1", Kind.CONSENT, {}) == {"ask": Reason.MISSING}
