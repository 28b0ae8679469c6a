"""Reads the form that adds a calendar. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from server.clinic.calendars.rules import Access

NAME_LENGTH = 60
ADDRESS_LENGTH = 2000
SECRET_LENGTH = 200
WEBCAL = "webcal://"


class Reason(StrEnum):
    """Why a field cannot stand yet."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    NOT_AN_ADDRESS = "not_an_address"


@dataclass(frozen=True)
class Wanted:
    """A calendar, or an account with several, that somebody wants read; `name` may be empty."""

    name: str
    access: Access
    whole_days: bool


Reasons = Mapping[str, Reason]


def parse(fields: Mapping[str, str], may_be_asked: Callable[[str], bool]) -> Wanted | Reasons:
    """The calendar that was typed, or what cannot stand. `may_be_asked` says whether an address could be one."""
    reasons: dict[str, Reason] = {}
    address = _address(fields.get("address", ""))
    if not address:
        reasons["address"] = Reason.MISSING
    elif len(address) > ADDRESS_LENGTH or not may_be_asked(address):
        reasons["address"] = Reason.NOT_AN_ADDRESS
    name = " ".join(fields.get("name", "").split())
    if len(name) > NAME_LENGTH:
        reasons["name"] = Reason.TOO_LONG
    user, password = fields.get("user", "").strip(), fields.get("password", "")
    reasons |= {key: Reason.TOO_LONG for key in ("user", "password") if len(fields.get(key, "")) > SECRET_LENGTH}
    if password and not user:
        reasons["user"] = Reason.MISSING
    return reasons or Wanted(name, Access(address, user, password), bool(fields.get("whole_days")))


def _address(typed: str) -> str:
    """What was typed, as it is asked: calendars' own word for https is webcal."""
    address = typed.strip()
    return f"https://{address[len(WEBCAL) :]}" if address.lower().startswith(WEBCAL) else address


def host_of(address: str) -> str:
    """The host of an address, '' where there is none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
