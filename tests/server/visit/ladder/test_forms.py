"""The page about those who wait: what a clinic may choose, and what wants another look."""

from datetime import timedelta

import pytest

from server.clinic.sheet import Reason
from server.visit.ladder.forms import coming_of, fields_of, offer_of, parse_waiting
from server.visit.ladder.rules import USUAL, Offer, WaitingRules, Whom

KEPT = WaitingRules(back_within=timedelta(minutes=7), push=True)
TYPED = fields_of(KEPT, USUAL)


def test_what_comes_with_the_program_reads_back_as_it_was() -> None:
    assert TYPED["therapist_after"], TYPED["offer_after"] == ("1", "10")
    assert parse_waiting(TYPED, list(Offer)) == (KEPT, USUAL)


def test_a_rung_without_a_tick_is_off_and_its_number_is_not_asked_for() -> None:
    rules, ladder = parse_waiting({**TYPED, "colleague_on": "", "colleague_after": "soon"}, [])
    assert [step.rung for step in ladder] == ["page", "therapist", "offer"]
    assert rules.offers == frozenset()


@pytest.mark.parametrize(
    ("field", "typed", "reason"),
    [
        ("therapist_after", "", Reason.MISSING),
        ("therapist_after", "0", Reason.OUT_OF_RANGE),
        ("offer_after", "61", Reason.OUT_OF_RANGE),
        ("colleague_after", "three", Reason.NOT_A_NUMBER),
        ("whom", "everybody", Reason.UNKNOWN),
    ],
)
def test_what_cannot_stand(field, typed, reason) -> None:
    assert parse_waiting({**TYPED, field: typed}, []) == {field: reason}


def test_no_step_comes_before_the_one_above_it() -> None:
    typed = {**TYPED, "therapist_after": "5", "colleague_after": "3"}
    assert parse_waiting(typed, []) == {"colleague_after": Reason.ENDS_BEFORE}


def test_other_words_are_read_as_the_smallest_promise() -> None:
    assert coming_of({"minutes": "10"}) == timedelta(minutes=10)
    assert coming_of({"minutes": "600"}) == coming_of({}) == timedelta(minutes=5)
    assert offer_of({"wish": "call_back"}) is Offer.CALL_BACK
    assert offer_of({"wish": "a cake"}) is None
    assert parse_waiting({**TYPED, "whom": "both"}, ["cake", "call_back"])[0] == WaitingRules(
        Whom.BOTH, frozenset({Offer.CALL_BACK}), back_within=KEPT.back_within, push=True
    )
