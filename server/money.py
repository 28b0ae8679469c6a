"""Amounts of money: whole numbers of a currency's smallest unit, and the words for them. Digits and signs follow CLDR.

A currency is its ISO 4217 code. How many digits follow its point is what CLDR says: two for EUR, none for JPY, three
for KWD.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from babel import Locale
from babel.numbers import format_currency, get_currency_precision, get_currency_symbol, get_territory_currencies

from server.digits import western

NO_BREAK = "\N{NO-BREAK SPACE}"
MOST = 2_000_000_000
"""More than any price, and less than a column holds."""


@dataclass(frozen=True)
class Amounts:
    """Which amounts can be paid in some way, in the currency's smallest unit: so much at least, in such steps."""

    least: int = 0
    step: int = 1


ANY_AMOUNT = Amounts()


@cache
def currencies(language: str = "en") -> dict[str, str]:
    """Code -> name of every currency that some country uses now, by name."""
    known = Locale.parse(language)
    used = {code for land in Locale.parse("en").territories for code in _of(str(land))}
    return dict(sorted(((code, str(known.currencies.get(code, code))) for code in used), key=lambda one: one[1]))


def _of(country: str) -> Sequence[str]:
    if len(country) != 2 or country in {"EU", "EZ", "UN", "ZZ", "XA", "XB"}:
        return ()
    return get_territory_currencies(country)


def currency_of(country: str) -> str:
    """What people of this country pay with; '' when that is not known."""
    found = _of(country)
    return found[0] if found else ""


@cache
def digits(currency: str) -> int:
    """How many stand after the point."""
    return get_currency_precision(currency)


def said(amount: int, currency: str, language: str = "en") -> str:
    """'€90.00' for 9000 of EUR, '¥9,000' for 9000 of JPY."""
    return format_currency(exact(amount, currency), currency, format=_pattern(currency, language), locale=language)


@cache
def _pattern(currency: str, language: str) -> str:
    """As CLDR has it, with a space between letters and digits where a sign would have none (UTS 35, currency spacing).

    The library leaves that space out.
    """
    pattern: str = Locale.parse(language).currency_formats["standard"].pattern
    letters = get_currency_symbol(currency, language)[-1:].isalpha()
    return pattern.replace("¤#", f"¤{NO_BREAK}#") if letters else pattern


def exact(amount: int, currency: str) -> Decimal:
    """The amount in whole units: 90.00 for 9000 of EUR."""
    return Decimal(amount).scaleb(-digits(currency))


def plain(amount: int, currency: str) -> str:
    """The amount as a field or a table holds it: '90.00', without sign and grouping."""
    return f"{exact(amount, currency):f}"


def read(text: str, currency: str) -> int | None:
    """The amount that somebody typed, '90' or '90.00' or '90,00'; None for anything that might mean two things."""
    after = digits(currency)
    found = re.fullmatch(r"(\d{1,10})(?:[.,](\d+))?", western(text.strip()), re.ASCII)
    if found is None or len(found[2] or "") > after:
        return None
    amount = int(found[1]) * 10**after + int((found[2] or "").ljust(after, "0") or 0)
    return amount if amount <= MOST else None
