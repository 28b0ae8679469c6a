"""How somebody wants to be called back, as typed: nothing that was ticked is dropped in silence."""

import pytest

from server.visit.recall.forms import NoNumber, Wish, wish_of


def asked(**fields: str) -> Wish | NoNumber | None:
    return wish_of({"recall": "asked", **fields}, "DE")


def test_a_form_that_did_not_ask_says_nothing() -> None:
    assert wish_of({"sms": "yes"}, "DE") is None


def test_ticked_ways_are_kept_and_a_number_is_read_as_the_clinics_country_writes_it() -> None:
    assert asked(mail="yes", sms="yes", phone="030 901820") == Wish(True, True, "+4930901820")


def test_nothing_ticked_is_a_no() -> None:
    assert asked() == Wish(False, False)


@pytest.mark.parametrize(
    ("phone", "lacks"),
    [("", NoNumber.MISSING), ("   ", NoNumber.MISSING), ("no number", NoNumber.UNREAD), ("12", NoNumber.UNREAD)],
)
def test_a_text_message_wants_a_number_that_can_be_dialled(phone: str, lacks: NoNumber) -> None:
    assert asked(sms="yes", phone=phone) is lacks


def test_a_number_that_nobody_asked_to_use_keeps_nobody_from_leaving() -> None:
    assert asked(mail="yes", phone="no number") == Wish(True, False, "")
