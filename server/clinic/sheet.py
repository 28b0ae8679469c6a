"""Reads submitted fields one by one and keeps a reason for each that cannot stand."""

import re
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from email_validator import EmailNotValidError, validate_email

from server.digits import western

T = TypeVar("T")

NAME_LENGTH = 120
LINE_LENGTH = 200
TEXT_LENGTH = 2000
PHONE_LENGTH = 40
YEARS = range(2000, 2200)
SOME_DAY = date(2000, 1, 1)
"""Stands in for a date that cannot stand."""


class Reason(StrEnum):
    """Why a field cannot stand yet."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    NOT_A_ZONE = "not_a_zone"
    NOT_A_COLOUR = "not_a_colour"
    NOT_A_PHONE = "not_a_phone"
    NOT_A_MAIL = "not_a_mail"
    NOT_A_NUMBER = "not_a_number"
    OUT_OF_RANGE = "out_of_range"
    NOT_A_TIME = "not_a_time"
    NOT_A_DAY = "not_a_day"
    HALF_A_SPAN = "half_a_span"
    ENDS_BEFORE = "ends_before"
    PAST = "past"
    OVERLAPS = "overlaps"
    SAME_MAIL = "same_mail"
    MAIL_TAKEN = "mail_taken"
    SAME_NAME = "same_name"
    AGAIN = "again"
    NO_RELAY = "no_relay"
    SAYS_WHY = "says_why"
    NOT_AN_ADDRESS = "not_an_address"
    NOT_A_PORT = "not_a_port"
    HAS_A_MARK = "has_a_mark"
    INSIDE = "inside"
    FEW = "few"
    UNKNOWN = "unknown"
    NOT_AN_AMOUNT = "not_an_amount"
    HAS_PRICES = "has_prices"
    BELOW_LEAST = "below_least"
    BETWEEN_STEPS = "between_steps"
    NOT_BY_CARD = "not_by_card"
    UNEVEN = "uneven"
    HURRIES = "hurries"


Fields = Mapping[str, str]
Answer = dict[str, Reason]


class Sheet:
    """Reads one submitted form and keeps the reasons of the fields that do not stand."""

    def __init__(self, fields: Fields) -> None:
        self.fields = fields
        self.reasons: dict[str, Reason] = {}

    def line(self, name: str, longest: int = NAME_LENGTH, *, needed: bool = True) -> str:
        """One line of text, white space made single."""
        value = " ".join(self.fields.get(name, "").split())
        return self._bounded(name, value, longest, needed)

    def text(self, name: str, longest: int = TEXT_LENGTH) -> str:
        """Several lines, as typed."""
        value = self.fields.get(name, "").replace("\r\n", "\n").strip()
        return self._bounded(name, value, longest, needed=False)

    def number(self, name: str, least: int, most: int) -> int:
        """A whole number between both ends."""
        value = western(self.fields.get(name, "").strip())
        if not value.isascii() or not value.isdigit():
            self.reasons[name] = Reason.NOT_A_NUMBER if value else Reason.MISSING
            return least
        if len(value) > 6 or not least <= int(value) <= most:
            self.reasons[name] = Reason.OUT_OF_RANGE
            return least
        return int(value)

    def choice(self, name: str, known: Collection[str]) -> str:
        """One of the values that the form offers, or '' with a reason."""
        value = self.fields.get(name, "")
        if value in known:
            return value
        self.reasons[name] = Reason.UNKNOWN if value else Reason.MISSING
        return ""

    def ticked(self, name: str) -> bool:
        return bool(self.fields.get(name))

    def zone(self, name: str, known: Collection[str]) -> ZoneInfo:
        """An IANA time zone."""
        value = self.fields.get(name, "").strip().replace(" ", "_")
        if value not in known:
            self.reasons[name] = Reason.NOT_A_ZONE if value else Reason.MISSING
            return ZoneInfo("UTC")
        return ZoneInfo(value)

    def colour(self, name: str) -> str:
        """'#1f6fa8', however it was typed."""
        value = self.fields.get(name, "").strip().lower().removeprefix("#")
        if re.fullmatch("[0-9a-f]{3}", value):
            value = "".join(letter * 2 for letter in value)
        if not re.fullmatch("[0-9a-f]{6}", value):
            self.reasons[name] = Reason.NOT_A_COLOUR if value else Reason.MISSING
            return "#25573f"
        return f"#{value}"

    def phone(self, name: str, *, needed: bool = True) -> str:
        """A number as the clinic writes it: what matters is that a person can dial it."""
        value = western(self.line(name, PHONE_LENGTH, needed=needed))
        if value and (not re.fullmatch(r"[0-9 +()./–-]+", value) or sum(letter.isdigit() for letter in value) < 3):
            self.reasons[name] = Reason.NOT_A_PHONE
        return value

    def mail(self, name: str) -> str:
        """A mail address, in its normal form."""
        value = self.line(name, 254)
        try:
            return validate_email(value, check_deliverability=False, test_environment=True).normalized if value else ""
        except EmailNotValidError:
            self.reasons[name] = Reason.NOT_A_MAIL
            return value

    def answer(self, value: T) -> T | dict[str, Reason]:
        """The value when every field stands, else the reasons."""
        return self.reasons or value

    def day(self, name: str) -> date:
        """A date as a date field sends it, in years that a clock of any zone can hold."""
        value = western(self.fields.get(name, "").strip())
        try:
            found = date.fromisoformat(value)
        except ValueError:
            self.reasons[name] = Reason.NOT_A_DAY if value else Reason.MISSING
            return SOME_DAY
        if found.year not in YEARS:
            self.reasons[name] = Reason.OUT_OF_RANGE
            return SOME_DAY
        return found

    def minute(self, name: str) -> int | None:
        """Minutes after midnight of a time field; None when it is empty."""
        value = western(self.fields.get(name, "").strip())
        found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)(:00)?", value)
        if value and not found:
            self.reasons[name] = Reason.NOT_A_TIME
        return int(found[1]) * 60 + int(found[2]) if found else None

    def span(self, name: str, unit: timedelta, least: int, most: int) -> timedelta:
        """A whole number of `unit`."""
        return self.number(name, least, most) * unit

    def _bounded(self, name: str, value: str, longest: int, needed: bool) -> str:
        if needed and not value:
            self.reasons[name] = Reason.MISSING
        elif len(value) > longest:
            self.reasons[name] = Reason.TOO_LONG
        return value
