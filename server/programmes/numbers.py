"""Numbers as they are typed beside a patient: in the digits of any keyboard, with a point or a comma. What could be two
numbers is asked about and never guessed. Pure.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum

from server.digits import western

PLAIN = re.compile(r"-?\d{1,6}(?:[.,]\d{1,3})?", re.ASCII)
GROUPED = re.compile(r"\d{1,3}(?:[ \u00a0\u2009\u202f'’\u066c]\d{3})+")
"""3 000, 3'000: nobody parts decimals like this."""
TWO_WAYS = re.compile(r"-?[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
"""3.000 is three thousand in one place and three in another."""


class Odd(StrEnum):
    """Why it is no answer."""

    NO_NUMBER = "no_number"
    SPAN = "span"  # a number that cannot be
    TWO_NUMBERS = "two_numbers"
    NOT_WHOLE = "not_whole"  # a part of something that is counted


def read_number(typed: str, span: Sequence[float] | None, whole: bool) -> Decimal | Odd:
    """`span`: the least and the most that it can be; `whole`: it counts something."""
    text = western(typed).strip()
    if GROUPED.fullmatch(text):
        text = re.sub(r"\D", "", text)
    if not PLAIN.fullmatch(text):
        return Odd.NO_NUMBER
    if TWO_WAYS.fullmatch(text) and _could_be_thousands(text, span, whole):
        return Odd.TWO_NUMBERS
    number = Decimal(text.replace(",", "."))
    if whole and not text.removeprefix("-").isdigit():
        return Odd.NOT_WHOLE
    return number if _within(number, span) else Odd.SPAN


def _could_be_thousands(text: str, span: Sequence[float] | None, whole: bool) -> bool:
    return whole or text.endswith("000") or _within(Decimal(re.sub(r"[.,]", "", text)), span)


def _within(number: Decimal, span: Sequence[float] | None) -> bool:
    return span is None or Decimal(str(span[0])) <= number <= Decimal(str(span[1]))


def said(number: Decimal) -> str:
    """As it is kept: without zeros that say nothing, with a point."""
    return f"{float(number):g}" if abs(number) < 1_000_000 else str(int(number))
