"""What the booking form holds: fields in, a value or a reason per field out. The sentences stand in the templates."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from server.booking.where.rules import read_where
from server.clinic.rules import Means
from server.patients.acting.forms import read_born
from server.patients.acting.rules import OF_AGE, Kind, age_on
from server.patients.contacts import Contact, ContactProblem, read_contact, read_mail, read_phone
from server.patients.rules import ForWhom, Needs, Person, one_line
from server.reasons import readable

LONGEST_NAME = 120
LONGEST_REASON = 2000
LONGEST_LANGUAGE = 80
LONGEST_ONCE = 64
YEARS = range(2000, 2200)


class Problem(StrEnum):
    NAME_MISSING = "name_missing"
    NAME_LONG = "name_long"
    CONTACT_MISSING = "contact_missing"
    MAIL_ODD = "mail_odd"
    PHONE_SHORT = "phone_short"
    CONTACT_NEITHER = "contact_neither"
    CONTACT_LONG = "contact_long"
    START_MISSING = "start_missing"
    REASON_LONG = "reason_long"
    CONSENT_MISSING = "consent_missing"
    MEANS_MISSING = "means_missing"
    NUMBER_MISSING = "number_missing"
    WHERE_MISSING = "where_missing"
    PATIENT_MISSING = "patient_missing"
    BORN_MISSING = "born_missing"
    BORN_WRONG = "born_wrong"
    BORN_ADULT = "born_adult"
    FOR_WHOM_UNKNOWN = "for_whom_unknown"
    INTERPRETER_LONG = "interpreter_long"
    NOT_OFFERED = "not_offered"
    LATE_REASON_MISSING = "late_reason_missing"
    COUNT_ODD = "count_odd"


CONTACT_PROBLEMS = {
    ContactProblem.MISSING: Problem.CONTACT_MISSING,
    ContactProblem.MAIL_ODD: Problem.MAIL_ODD,
    ContactProblem.PHONE_SHORT: Problem.PHONE_SHORT,
    ContactProblem.NEITHER: Problem.CONTACT_NEITHER,
    ContactProblem.LONG: Problem.CONTACT_LONG,
}

Problems = dict[str, Problem]


@dataclass(frozen=True)
class Details:
    """Who comes and how we reach them, and which time they want. `once` is the form's own random word."""

    start: datetime
    name: str = field(repr=False)
    contact: Contact = field(repr=False)
    for_whom: ForWhom
    reason: str = field(repr=False)
    needs: Needs = field(repr=False)
    once: str = field(repr=False)
    means: Means = Means.VIDEO
    number: str = field(default="", repr=False)
    patient: "Cared | None" = field(default=None, repr=False)


@dataclass(frozen=True)
class Cared:
    """Who comes, where somebody else books for them."""

    name: str = field(repr=False)
    born: date | None = field(repr=False)


ACTS_AS = {ForWhom.CHILD: Kind.GUARDIAN, ForWhom.OTHER: Kind.CARER}
"""As whom somebody books, by for whom."""
BY_VIDEO = (Means.VIDEO,)
ANYBODY = frozenset({Kind.GUARDIAN.value, Kind.CARER.value})
"""For whom staff book through somebody else, whatever the public page offers."""


@dataclass(frozen=True)
class Asks:
    """What a form asks besides a name, a contact and a time. `means`: how the service is given; `acts_for`: as whom
    somebody may book for somebody else; `today`: the day by which a date of birth is read.
    """

    consent: bool = False
    means: Sequence[Means] = BY_VIDEO
    where: bool = False
    acts_for: Collection[str] = ()
    today: date = date.min


@dataclass(frozen=True)
class Comer:
    """Who writes, and for whom; how they are reached, and how both meet."""

    name: str = field(repr=False)
    contact: Contact = field(repr=False)
    for_whom: ForWhom
    means: Means
    number: str = field(repr=False)
    patient: Cared | None = field(repr=False)


def told_before(person: Person) -> dict[str, str]:
    """The fields that somebody whom the clinic knows is not asked again."""
    return {"name": person.name, "contact": person.mail or person.phone}


def parse(fields: Mapping[str, str], country: str, asks: Asks, *, again: bool = False) -> Details | Problems:
    """The whole public form. Fields it does not know are not looked at. `again`: of whom the clinic knows, who may be
    reached through who acts for them alone.
    """
    problems: Problems = {}
    contact = read_contact(fields.get("contact", ""), country)
    if isinstance(contact, ContactProblem):
        if not (again and contact is ContactProblem.MISSING):
            problems["contact"] = CONTACT_PROBLEMS[contact]
        contact = Contact()
    return _details(fields, country, contact, asks, problems)


def parse_by_staff(fields: Mapping[str, str], country: str, asks: Asks) -> Details | Problems:
    """The form at the front desk: mail and number in fields of their own; for a known patient neither is asked, and
    whom the clinic knows is called at the number on file unless the desk types another. A place may stay unsaid: the
    door asks again.
    """
    problems: Problems = {}
    known = read_uuid(fields.get("patient", "")) is not None
    contact = Contact() if known else _two_contacts(fields, country, problems)
    return _details(fields, country, contact, asks, problems, known=known)


def parse_by_program(fields: Mapping[str, str], country: str, asks: Asks) -> Details | Problems:
    """What a program sends for somebody: as the public form, with mail and number in fields of their own."""
    problems: Problems = {}
    said = fields.get("for_whom", "")
    if said and said not in set(ForWhom):
        problems["for_whom"] = Problem.FOR_WHOM_UNKNOWN
    elif (needs := ACTS_AS.get(read_for_whom(fields))) and needs not in asks.acts_for:
        problems["for_whom"] = Problem.NOT_OFFERED
    return _details(fields, country, _two_contacts(fields, country, problems), asks, problems)


def _details(
    fields: Mapping[str, str], country: str, contact: Contact, asks: Asks, problems: Problems, *, known: bool = False
) -> Details | Problems:
    start = read_start(fields.get("start", ""))
    if start is None:
        problems["start"] = Problem.START_MISSING
    comer = read_comer(fields, country, contact, asks, problems, known=known)
    reason = _reason(fields, problems)
    if len(one_line(fields.get("interpreter", ""))) > LONGEST_LANGUAGE:
        problems["interpreter"] = Problem.INTERPRETER_LONG
    if problems or start is None:
        return problems
    once = fields.get("once", "")[:LONGEST_ONCE]
    return Details(
        start, comer.name, contact, comer.for_whom, reason, read_needs(fields), once, comer.means, comer.number,
        comer.patient,
    )  # fmt: skip


def read_comer(
    fields: Mapping[str, str], country: str, contact: Contact, asks: Asks, problems: Problems, *, known: bool = False
) -> Comer:
    """Who writes and how both meet; what is missing goes into `problems`. Of whom the clinic knows, less is asked."""
    name = one_line(fields.get("name", "")) if known else _name(fields, problems)
    meant = read_means(fields, asks.means, country, contact.phone, problems, needed=not known)
    cared = None if known else _cared(fields, asks.acts_for, asks.today, problems)
    if asks.where and read_where(fields.get("where", "")) is None:
        problems["where"] = Problem.WHERE_MISSING
    if asks.consent and not fields.get("consent"):
        problems["consent"] = Problem.CONSENT_MISSING
    return Comer(name, contact, read_for_whom(fields), *meant, cared)


def _cared(fields: Mapping[str, str], acts_for: Collection[str], today: date, problems: Problems) -> Cared | None:
    """Who comes, where the clinic lets others book for them. A child's age says whose yes counts, so it is asked."""
    needs = ACTS_AS.get(read_for_whom(fields))
    if needs is None or needs not in acts_for:
        return None
    name, typed = one_line(fields.get("patient_name", "")), fields.get("born", "").strip()
    born = read_born(typed, today)
    if not name:
        problems["patient_name"] = Problem.PATIENT_MISSING
    elif len(name) > LONGEST_NAME:
        problems["patient_name"] = Problem.NAME_LONG
    if typed and born is None:
        problems["born"] = Problem.BORN_WRONG
    elif born is None and needs is Kind.GUARDIAN:
        problems["born"] = Problem.BORN_MISSING
    elif born and needs is Kind.GUARDIAN and age_on(born, today) >= OF_AGE:
        problems["born"] = Problem.BORN_ADULT
    return Cared(name, born)


@dataclass(frozen=True)
class WalkIn:
    """Who is here, and how to reach them if they said so. `once` is the form's own random word."""

    name: str = field(repr=False)
    contact: Contact = field(repr=False)
    once: str = field(repr=False)


def parse_walk_in(fields: Mapping[str, str], country: str) -> WalkIn | Problems:
    """A name is enough: they are here."""
    problems: Problems = {}
    name = _name(fields, problems)
    contact = _two_contacts(fields, country, problems, needed=False)
    return problems or WalkIn(name, contact, fields.get("once", "")[:LONGEST_ONCE])


def read_start(text: str) -> datetime | None:
    """A start as the form sends it: ISO 8601 in UTC; anything else is None."""
    try:
        start = datetime.fromisoformat(text)
    except ValueError:
        return None
    return start.astimezone(UTC) if start.utcoffset() == timedelta(0) else None


def read_date(text: str) -> date | None:
    """A date as a date field sends it; none that is so far off that adding to it fails."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.year in YEARS else None


def read_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def read_for_whom(fields: Mapping[str, str]) -> ForWhom:
    said = fields.get("for_whom", "")
    return ForWhom(said) if said in set(ForWhom) else ForWhom.ME


def read_means(
    fields: Mapping[str, str], means: Sequence[Means], country: str, phone: str, problems: Problems,
    *, needed: bool = True,
) -> tuple[Means, str]:  # fmt: skip
    """How both meet, and the number that is called: what was typed for it, or else the `phone` that is known.

    Of one way nothing is asked; of several one must be chosen.
    """
    asked = fields.get("means", "")
    chosen = next((one for one in means if one == asked), None) or (means[0] if len(means) == 1 else None)
    if chosen is None:
        problems["means"] = Problem.MEANS_MISSING
    if chosen is not Means.PHONE:
        return chosen or means[0], ""
    typed = one_line(fields.get("number", ""))
    number = read_phone(typed, country) if typed else phone
    if number is None:
        problems["number"] = Problem.PHONE_SHORT
    elif needed and not number:
        problems["number"] = Problem.NUMBER_MISSING
    return chosen, number or ""


def read_needs(fields: Mapping[str, str]) -> Needs:
    interpreter = one_line(fields.get("interpreter", ""))[:LONGEST_LANGUAGE]
    return Needs(interpreter, bool(fields.get("captions")), bool(fields.get("text_only")))


def _name(fields: Mapping[str, str], problems: Problems) -> str:
    name = one_line(fields.get("name", ""))
    if not name:
        problems["name"] = Problem.NAME_MISSING
    elif len(name) > LONGEST_NAME:
        problems["name"] = Problem.NAME_LONG
    return name


def _reason(fields: Mapping[str, str], problems: Problems) -> str:
    reason = fields.get("reason", "").replace("\x00", "").strip()
    if len(reason) > LONGEST_REASON:
        problems["reason"] = Problem.REASON_LONG
    return reason


def read_late_reason(fields: Mapping[str, str]) -> str | Problem:
    """Why somebody cancels after the deadline, in their own words."""
    reason = fields.get("reason", "").replace("\x00", "").strip()
    if not readable(reason):
        return Problem.LATE_REASON_MISSING
    return Problem.REASON_LONG if len(reason) > LONGEST_REASON else reason


def _two_contacts(fields: Mapping[str, str], country: str, problems: Problems, *, needed: bool = True) -> Contact:
    typed_mail, typed_phone = one_line(fields.get("mail", "")), one_line(fields.get("phone", ""))
    mail = read_mail(typed_mail) if typed_mail else ""
    phone = read_phone(typed_phone, country) if typed_phone else ""
    if mail is None:
        problems["mail"] = Problem.MAIL_ODD
    if phone is None:
        problems["phone"] = Problem.PHONE_SHORT
    if needed and not typed_mail and not typed_phone:
        problems["mail"] = Problem.CONTACT_MISSING
    return Contact(mail or "", phone or "")
