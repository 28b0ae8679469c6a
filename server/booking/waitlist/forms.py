"""What the form of the waiting list holds: fields in, a value or a reason per field out."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from server.booking.forms import LONGEST_NAME, LONGEST_ONCE, read_date
from server.booking.waitlist.rules import DAYS, Part
from server.patients.contacts import Contact, ContactProblem, read_contact
from server.patients.rules import one_line


class Problem(StrEnum):
    NAME_MISSING = "name_missing"
    NAME_LONG = "name_long"
    CONTACT_MISSING = "contact_missing"
    MAIL_ODD = "mail_odd"
    PHONE_SHORT = "phone_short"
    CONTACT_NEITHER = "contact_neither"
    CONTACT_LONG = "contact_long"
    CONSENT_MISSING = "consent_missing"
    DAYS_MISSING = "days_missing"
    PARTS_MISSING = "parts_missing"
    LAST_PAST = "last_past"


_CONTACT = {
    ContactProblem.MISSING: Problem.CONTACT_MISSING,
    ContactProblem.MAIL_ODD: Problem.MAIL_ODD,
    ContactProblem.PHONE_SHORT: Problem.PHONE_SHORT,
    ContactProblem.NEITHER: Problem.CONTACT_NEITHER,
    ContactProblem.LONG: Problem.CONTACT_LONG,
}
Problems = dict[str, Problem]


@dataclass(frozen=True)
class Joining:
    """Who waits, how we reach them, and when they could come. `once` is the form's own random word."""

    name: str = field(repr=False)
    contact: Contact = field(repr=False)
    days: frozenset[int]
    parts: frozenset[Part]
    last: date | None
    once: str = field(repr=False)


def parse(
    fields: Mapping[str, str],
    days: Collection[str],
    parts: Collection[str],
    country: str,
    today: date,
    *,
    consent_asked: bool,
) -> Joining | Problems:
    problems: Problems = {}
    name = one_line(fields.get("name", ""))
    if not name or len(name) > LONGEST_NAME:
        problems["name"] = Problem.NAME_LONG if name else Problem.NAME_MISSING
    contact = read_contact(fields.get("contact", ""), country)
    if isinstance(contact, ContactProblem):
        problems["contact"] = _CONTACT[contact]
    wanted_days = frozenset(day for day in DAYS if str(day) in days)
    wanted_parts = frozenset(part for part in Part if part.value in parts)
    if not wanted_days:
        problems["day"] = Problem.DAYS_MISSING
    if not wanted_parts:
        problems["part"] = Problem.PARTS_MISSING
    last = read_date(fields.get("last", ""))
    if last and last < today:
        problems["last"] = Problem.LAST_PAST
    if consent_asked and not fields.get("consent"):
        problems["consent"] = Problem.CONSENT_MISSING
    if problems or isinstance(contact, ContactProblem):
        return problems
    return Joining(name, contact, wanted_days, wanted_parts, last, fields.get("once", "")[:LONGEST_ONCE])
