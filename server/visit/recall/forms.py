"""How a patient wants to be called back, as submitted. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from server.patients.contacts import read_phone


@dataclass(frozen=True)
class Wish:
    """`phone` is E.164 where it can be read, or ''."""

    mail: bool
    sms: bool
    phone: str = field(default="", repr=False)


def wish_of(fields: Mapping[str, object], country: str) -> Wish | None:
    """None when the form did not ask. A number that cannot be dialled is no way, and keeps nobody from leaving."""
    if not fields.get("recall"):
        return None
    phone = read_phone(str(fields.get("phone", "")), country) or ""
    return Wish(bool(fields.get("mail")), bool(fields.get("sms")) and phone.startswith("+"), phone)
