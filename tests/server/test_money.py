"""Amounts in the smallest unit, read and said by CLDR."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server import money


@pytest.mark.parametrize(
    ("amount", "currency", "language", "words"),
    [
        (9000, "EUR", "en", "€90.00"),
        (9000, "JPY", "en", "¥9,000"),
        (9000, "KWD", "en", "KWD\N{NO-BREAK SPACE}9.000"),
        (123456789, "USD", "en", "$1,234,567.89"),
    ],
)
def test_an_amount_is_said_with_the_digits_of_its_currency(amount, currency, language, words) -> None:
    assert money.said(amount, currency, language) == words


def test_arabic_says_the_same_amount() -> None:
    assert "90.00" in money.said(9000, "EUR", "ar").replace("\N{ARABIC DECIMAL SEPARATOR}", ".")


@pytest.mark.parametrize(
    ("typed", "currency", "amount"),
    [
        ("90", "EUR", 9000),
        ("90.5", "EUR", 9050),
        (" 90,50 ", "EUR", 9050),
        ("1500", "JPY", 1500),
        ("1.500", "KWD", 1500),
        ("1,500", "EUR", None),  # fifteen hundred, or one and a half?
        ("1.500", "JPY", None),
        ("90.50", "JPY", None),
        ("-5", "EUR", None),
        ("€90", "EUR", None),
        ("9" * 10, "EUR", None),
        ("٩٠", "EUR", 9000),
        ("۹۰٫۵۰", "EUR", 9050),
        ("９０．５", "EUR", 9050),
        ("٩٬٠٠٠", "EUR", None),
        ("", "EUR", None),
    ],
)
def test_what_is_typed_is_read_where_it_means_one_amount_alone(typed: str, currency: str, amount: int | None) -> None:
    assert money.read(typed, currency) == amount


@given(st.integers(0, money.MOST), st.sampled_from(sorted(money.currencies())))
def test_what_a_field_shows_is_read_back_in_every_currency(amount: int, currency: str) -> None:
    assert money.read(money.plain(amount, currency), currency) == amount


def test_a_country_proposes_its_currency() -> None:
    assert [money.currency_of(land) for land in ("DE", "JP", "KW", "", "QQ")] == ["EUR", "JPY", "KWD", "", ""]
    assert money.currencies()["EUR"] == "Euro"
