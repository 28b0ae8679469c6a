"""What the clinic's forms accept, and the reason for what they do not."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from server.clinic.forms import next_version, parse_about, parse_consent, parse_policy, parse_words
from server.clinic.sheet import Reason, Sheet
from tests.server.clinic.made import clinic

BERLIN = ZoneInfo("Europe/Berlin")
ABOUT = {"name": "Linden", "sender_name": "", "phone": "030 555 0134", "country": "DE", "colour": "#ABC"}
POLICY = {
    "notice": "4",
    "horizon": "56",
    "step": "30",
    "change_until": "24",
    "opens": "30",
    "hold": "10",
    "answer": "24",
    "offer": "120",
}


def test_about_takes_what_is_typed_in_any_spelling() -> None:
    changed = parse_about(clinic(), ABOUT, {"DE"})
    assert (changed.name, changed.sender_name, changed.colour) == ("Linden", "Linden", "#aabbcc")


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("name", "  ", Reason.MISSING),
        ("name", "x" * 121, Reason.TOO_LONG),
        ("phone", "ring us", Reason.NOT_A_PHONE),
        ("phone", "12", Reason.NOT_A_PHONE),
        ("phone", "", Reason.MISSING),
        ("country", "ZZ", Reason.UNKNOWN),
        ("colour", "moss", Reason.NOT_A_COLOUR),
        ("colour", "#12345g", Reason.NOT_A_COLOUR),
    ],
)
def test_about_says_which_field_wants_mending(field, value, reason) -> None:
    assert parse_about(clinic(), ABOUT | {field: value}, {"DE"})[field] is reason


def test_a_line_break_in_a_name_becomes_a_space() -> None:
    assert parse_about(clinic(), ABOUT | {"name": "Linden\r\nBcc: x"}, {"DE"}).name == "Linden Bcc: x"


def test_words_keep_their_lines() -> None:
    changed = parse_words(clinic(), {"waiting_text": "Take your time.\r\nTea helps.", "after_text": ""})
    assert changed.waiting_text == "Take your time.\nTea helps."


def test_a_changed_consent_text_gets_the_next_version_and_the_same_text_keeps_it() -> None:
    stored = clinic()
    assert parse_consent(stored, {"consent_text": "Something new."}).consent_version == "2"
    assert parse_consent(stored, {"consent_text": stored.consent_text}).consent_version == "1"
    assert parse_consent(stored, {"consent_text": " "})["consent_text"] is Reason.MISSING
    assert next_version("2026-03") == "2"


def test_policies_become_spans() -> None:
    policy = parse_policy(clinic(), POLICY).policy
    assert (policy.notice, policy.horizon) == (timedelta(hours=4), timedelta(days=56))
    assert (policy.step, policy.change_until, policy.opens) == (
        timedelta(minutes=30),
        timedelta(hours=24),
        timedelta(minutes=30),
    )


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("horizon", "63", Reason.OUT_OF_RANGE),
        ("horizon", "0", Reason.OUT_OF_RANGE),
        ("notice", "-1", Reason.NOT_A_NUMBER),
        ("notice", "9" * 30, Reason.OUT_OF_RANGE),
        ("notice", "½", Reason.NOT_A_NUMBER),
        ("step", "7", Reason.UNKNOWN),
        ("step", "ten", Reason.UNKNOWN),
        ("opens", "", Reason.MISSING),
        ("hold", "31", Reason.OUT_OF_RANGE),
        ("answer", "0", Reason.OUT_OF_RANGE),
        ("offer", "1", Reason.HURRIES),
        ("offer", "9", Reason.HURRIES),
    ],
)
def test_a_policy_out_of_bounds_is_refused(field, value, reason) -> None:
    assert parse_policy(clinic(), POLICY | {field: value})[field] is reason


@pytest.mark.parametrize("minutes", [0, 10, 1440])
def test_a_waiting_list_offers_long_enough_to_be_answered_or_there_is_none(minutes) -> None:
    assert parse_policy(clinic(), POLICY | {"offer": str(minutes)}).policy.offer == timedelta(minutes=minutes)


@pytest.mark.parametrize("typed", ["mara@", "@linden.example", "mara linden", "a@b\r\nBcc: c@d"])
def test_what_is_no_mail_address_is_refused(typed) -> None:
    sheet = Sheet({"mail": typed})
    sheet.mail("mail")
    assert sheet.reasons == {"mail": Reason.NOT_A_MAIL}
