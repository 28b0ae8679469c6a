"""What the page of payment accepts: submitted fields -> value, or a reason per field."""

import re
from collections.abc import Collection, Sequence

from server.clinic.paying.rules import LONGEST, MINUTE, SHORTEST, Paying, Refunds, StripeKeys, Way
from server.clinic.sheet import Fields, Reason, Sheet
from server.clinic.tongues import Longest, parse_said, said_fields
from server.tongues import Said

WORDS_LENGTH = 1000
SHARES = ("in_time", "late", "missed", "by_clinic")
KEY = re.compile(r"(sk|rk)_(live|test)_[A-Za-z0-9]{8,240}")
HOOK = re.compile(r"whsec_[A-Za-z0-9+/=]{8,240}")


def parse_paying(
    fields: Fields, ways: Collection[str], known: Collection[str], languages: Sequence[str] = (),
    before: Said | None = None,
) -> tuple[Paying, str, Said | None] | dict[str, Reason]:  # fmt: skip
    """How the clinic is paid, and what stands below its invoices, also in these other languages. `ways`: those that can
    be chosen now; `before`: what was written in others."""
    sheet = Sheet(fields)
    paying = Paying(
        way=Way(sheet.choice("way", ways) or Way.NONE),
        currency=sheet.choice("currency", known),
        refunds=Refunds(*(sheet.number(name, 0, 100) for name in SHARES)),
        within=sheet.span("within", MINUTE, SHORTEST, LONGEST),
    )
    words = sheet.text("words", WORDS_LENGTH)
    return sheet.answer((paying, words, parse_said(sheet, languages, Longest({}, {"words": WORDS_LENGTH}), before)))


def paying_fields(paying: Paying, words: str, currency: str, said: Said | None = None) -> dict[str, str]:
    """The fields that `parse_paying` reads back; `currency` is proposed while none is chosen."""
    return {
        "way": paying.way.value,
        "currency": paying.currency or currency,
        **{name: str(getattr(paying.refunds, name)) for name in SHARES},
        "within": str(paying.within // MINUTE),
        "words": words,
        **said_fields(said),
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
