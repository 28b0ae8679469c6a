"""How a patient wants to be called back, as submitted. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from server.patients.contacts import read_phone


@dataclass(frozen=True)
class Wish:
    """`phone` is E.164 where it can be read, or ''."""

    mail: bool
    sms: bool
    phone: str = field(default="", repr=False)


class NoNumber(StrEnum):
    """Why a text message cannot be promised."""

    MISSING = "missing"
    UNREAD = "unread"  # not a number that can be dialled from anywhere


def wish_of(fields: Mapping[str, object], country: str) -> Wish | NoNumber | None:
    """None when the form did not ask. Who asks for a text message gives a number that it can go to."""
    if not fields.get("recall"):
        return None
    typed = str(fields.get("phone", "")).strip()
    phone = read_phone(typed, country) or ""
    if fields.get("sms") and not phone.startswith("+"):
        return NoNumber.UNREAD if typed else NoNumber.MISSING
    return Wish(bool(fields.get("mail")), bool(fields.get("sms")), phone)
