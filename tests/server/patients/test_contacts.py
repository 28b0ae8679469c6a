"""Mail addresses and numbers as people type them."""

import pytest

from server.patients.contacts import Contact, ContactProblem, read_contact, read_mail, read_phone


@pytest.mark.parametrize(
    ("typed", "country", "kept"),
    [
        ("0171 555 01 34", "DE", "+491715550134"),
        ("+44 20 7946 0018", "DE", "+442079460018"),
        ("(201) 555-0123", "us", "+12015550123"),
        ("0171 555 01 34", "", "0171 555 01 34"),  # no country: kept as typed
        ("12345", "DE", "+4912345"),
        ("ext. 12345678901234567890", "DE", "ext. 12345678901234567890"),
        ("1234", "DE", None),
        ("call me", "DE", None),
    ],
)
def test_a_number_is_brought_to_one_form_or_kept_as_typed(typed: str, country: str, kept: str | None) -> None:
    assert read_phone(typed, country) == kept


@pytest.mark.parametrize(
    "typed", ["jo@example.org", " Jo@EXAMPLE.org ", "jo.almeida+visit@example.co.uk", "jö@example.org"]
)
def test_mail_addresses_of_every_common_shape_are_read(typed: str) -> None:
    assert read_mail(typed) is not None


@pytest.mark.parametrize(
    "typed", ["jo@", "@example.org", "jo@example", "jo@exa mple.org", "a@b@c.org", "jo@example.org, kim@example.org"]
)
def test_a20_what_is_no_single_address_is_refused(typed: str) -> None:
    assert read_mail(typed) is None


def test_one_field_takes_either() -> None:
    assert read_contact("jo@example.org", "DE") == Contact(mail="jo@example.org")
    assert read_contact("0171 5550134", "DE") == Contact(phone="+491715550134")
    assert read_contact("   ", "DE") is ContactProblem.MISSING
    assert read_contact("jo@", "DE") is ContactProblem.MAIL_ODD
    assert read_contact("12 34", "DE") is ContactProblem.PHONE_SHORT
    for words in ("nonsense", "jo at example"):
        assert read_contact(words, "DE") is ContactProblem.NEITHER
    assert read_contact("x" * 255, "DE") is ContactProblem.LONG


def test_a20_a_line_break_never_gets_into_a_contact() -> None:
    contact = read_contact("0171 5550134\r\nBcc: all@example.org", "DE")
    assert contact is ContactProblem.MAIL_ODD
    assert read_phone("0171\r\n5550134", "DE") == "+491715550134"
