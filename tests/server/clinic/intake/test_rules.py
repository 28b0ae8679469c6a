"""A list of questions that is put in order, and versions of it."""

from uuid import uuid4

from server.clinic.intake.rules import (  # fmt: skip
    Form,
    Kind,
    Question,
    asks_the_same,
    draft_after,
    moved,
    with_question,
    without_question,
)

SERVICE = uuid4()
A, B, C = (Question(name, Kind.SHORT, f"{name}?") for name in "abc")


def order(form: Form) -> str:
    return "".join(one.id for one in form.questions)


FORM = Form(uuid4(), SERVICE, 3, (A, B, C), revision=7)


def test_a_question_moves_by_one_place_and_stops_at_both_ends() -> None:
    assert order(moved(FORM, "c", -1)) == "acb"
    assert order(moved(FORM, "a", 1)) == "bac"
    assert order(moved(FORM, "a", -1)) == order(moved(FORM, "c", 1)) == order(moved(FORM, "gone", 1)) == "abc"


def test_a_changed_question_keeps_its_place_and_a_new_one_comes_last() -> None:
    changed = with_question(FORM, Question("b", Kind.LONG, "Why?"))
    assert (order(changed), changed.questions[1].ask) == ("abc", "Why?")
    assert order(with_question(FORM, Question("d", Kind.LONG, "Why?"))) == "abcd"
    assert order(without_question(FORM, "b")) == "ac"


def test_the_next_draft_is_the_newest_version_under_its_own_number() -> None:
    draft_id = uuid4()
    draft = draft_after(FORM, draft_id, SERVICE)
    assert (draft.id, draft.number, draft.revision, draft.published_at) == (draft_id, 4, 0, None)
    assert asks_the_same(draft, FORM)
    assert not asks_the_same(moved(draft, "a", 1), FORM)
    assert draft_after(None, draft_id, SERVICE) == Form(draft_id, SERVICE, 1)
