"""How somebody wants to be called: submitted fields -> choices, or a reason per field. Pure."""

from dataclasses import dataclass, field
from enum import StrEnum

import phonenumbers

from server.accounts.forms import Fields


class Reason(StrEnum):
    MISSING = "missing"
    NOT_A_NUMBER = "not_a_number"


@dataclass(frozen=True)
class Wish:
    """`phone` is E.164, or ''."""

    mail: bool
    sms: bool
    phone: str = field(default="", repr=False)


def parse_reach(fields: Fields) -> Wish | dict[str, Reason]:
    """A number begins with the country's code: nothing here knows where somebody stands."""
    typed = " ".join(fields.get("phone", "").split())
    sms = bool(fields.get("sms"))
    if sms and not typed:
        return {"phone": Reason.MISSING}
    phone = _number(typed) if typed else ""
    if phone is None:
        return {"phone": Reason.NOT_A_NUMBER}
    return Wish(bool(fields.get("mail")), sms, phone)


def _number(typed: str) -> str | None:
    try:
        number = phonenumbers.parse(typed[:40], None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
