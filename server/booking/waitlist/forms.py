"""What the form of the waiting list holds: fields in, a value or a reason per field out."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from server.booking.forms import CONTACT_PROBLEMS, LONGEST_ONCE, Asks, Cared, read_comer, read_date
from server.booking.forms import Problem as OfBooking
from server.booking.waitlist.rules import DAYS, Part
from server.booking.where.rules import read_where
from server.clinic.licences.rules import Place
from server.clinic.rules import Means
from server.patients.contacts import Contact, ContactProblem, read_contact
from server.patients.rules import ForWhom


class Problem(StrEnum):
    """What this form alone asks; the rest is as in the form of a booking."""

    DAYS_MISSING = "days_missing"
    PARTS_MISSING = "parts_missing"
    LAST_PAST = "last_past"


Problems = dict[str, Problem | OfBooking]


@dataclass(frozen=True)
class Joining:
    """Who waits, how we reach them, and when they could come. `once` is the form's own random word.

    `means`: how they want to meet, None: not said; `patient`: who comes, where somebody else waits for them.
    """

    name: str = field(repr=False)
    contact: Contact = field(repr=False)
    days: frozenset[int]
    parts: frozenset[Part]
    last: date | None
    once: str = field(repr=False)
    means: Means | None = None
    number: str = field(default="", repr=False)
    where: Place = field(default=Place(), repr=False)
    for_whom: ForWhom = ForWhom.ME
    patient: Cared | None = field(default=None, repr=False)


def read_offer(fields: Mapping[str, str]) -> UUID | None:
    """The offer that a page showed when its button was pressed; None for none that can be read."""
    try:
        return UUID(fields.get("offer", ""))
    except ValueError:
        return None


def parse(
    fields: Mapping[str, str], days: Collection[str], parts: Collection[str], country: str, asks: Asks
) -> Joining | Problems:
    """The whole form; `days` and `parts` are what was ticked."""
    shared: dict[str, OfBooking] = {}
    contact = read_contact(fields.get("contact", ""), country)
    if isinstance(contact, ContactProblem):
        shared["contact"] = CONTACT_PROBLEMS[contact]
        contact = Contact()
    comer = read_comer(fields, country, contact, asks, shared)
    problems: Problems = {**shared}
    wanted_days = frozenset(day for day in DAYS if str(day) in days)
    wanted_parts = frozenset(part for part in Part if part.value in parts)
    last = read_date(fields.get("last", ""))
    if not wanted_days:
        problems["day"] = Problem.DAYS_MISSING
    if not wanted_parts:
        problems["part"] = Problem.PARTS_MISSING
    if last and last < asks.today:
        problems["last"] = Problem.LAST_PAST
    if problems:
        return problems
    return Joining(
        name=comer.name,
        contact=contact,
        days=wanted_days,
        parts=wanted_parts,
        last=last,
        once=fields.get("once", "")[:LONGEST_ONCE],
        means=comer.means,
        number=comer.number,
        where=read_where(fields.get("where", "")) or Place(),
        for_whom=comer.for_whom,
        patient=comer.patient,
    )
