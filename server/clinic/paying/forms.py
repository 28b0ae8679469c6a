"""What the page of payment accepts: submitted fields -> value, or a reason per field."""

import re
from collections.abc import Collection

from server.clinic.paying.rules import LONGEST, MINUTE, SHORTEST, Paying, Refunds, StripeKeys, Way
from server.clinic.sheet import Fields, Reason, Sheet

WORDS_LENGTH = 1000
SHARES = ("in_time", "late", "missed", "by_clinic")
KEY = re.compile(r"(sk|rk)_(live|test)_[A-Za-z0-9]{8,240}")
HOOK = re.compile(r"whsec_[A-Za-z0-9+/=]{8,240}")


def parse_paying(
    fields: Fields, ways: Collection[str], known: Collection[str]
) -> tuple[Paying, str] | dict[str, Reason]:
    """How the clinic is paid, and what stands below its invoices. `ways`: those that can be chosen now."""
    sheet = Sheet(fields)
    paying = Paying(
        way=Way(sheet.choice("way", ways) or Way.NONE),
        currency=sheet.choice("currency", known),
        refunds=Refunds(*(sheet.number(name, 0, 100) for name in SHARES)),
        within=sheet.span("within", MINUTE, SHORTEST, LONGEST),
    )
    return sheet.answer((paying, sheet.text("words", WORDS_LENGTH)))


def paying_fields(paying: Paying, words: str, currency: str) -> dict[str, str]:
    """The fields that `parse_paying` reads back; `currency` is proposed while none is chosen."""
    return {
        "way": paying.way.value,
        "currency": paying.currency or currency,
        **{name: str(getattr(paying.refunds, name)) for name in SHARES},
        "within": str(paying.within // MINUTE),
        "words": words,
    }


def parse_keys(fields: Fields) -> StripeKeys | dict[str, Reason]:
    """The secret key and the signing secrets, as Stripe shows them."""
    sheet = Sheet(fields)
    key, hooks = sheet.line("key", 260), tuple(sheet.line("hook", 600).split())
    if key and not KEY.fullmatch(key):
        sheet.reasons["key"] = Reason.UNKNOWN
    if hooks and (len(hooks) > 2 or not all(HOOK.fullmatch(one) for one in hooks)):
        sheet.reasons["hook"] = Reason.UNKNOWN
    return sheet.answer(StripeKeys(key, hooks))
