"""What the set-up page accepts: a whole clinic from one form, or a reason per field."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

from server.accounts.rules import PasswordFault, password_fit
from server.clinic.hours_forms import week, week_fields
from server.clinic.rules import WeeklyHours, usual_week
from server.clinic.sheet import Fields, Reason, Sheet

MINUTE = timedelta(minutes=1)
WHO = ("me", "other")

Reasons = dict[str, Reason | PasswordFault]

PREFILLED: dict[str, str] = {
    "name": "",
    "zone": "",
    "language": "en",
    "country": "",
    "holidays": "yes",
    "colour": "#25573f",
    "phone": "",
    "admin_name": "",
    "admin_mail": "",
    "therapist": "me",
    "therapist_name": "",
    "therapist_mail": "",
    "service_name": "",
    "minutes": "50",
    "after": "10",
    **week_fields(usual_week()),
}


@dataclass(frozen=True)
class Known:
    """What a form may choose from."""

    zones: Collection[str]
    languages: Collection[str]
    countries: Collection[str]


@dataclass(frozen=True)
class Joiner:
    """Somebody who will work here."""

    name: str = field(repr=False)
    mail: str = field(repr=False)


@dataclass(frozen=True)
class SetUp:
    """A clinic as it is about to begin. Without `therapist` the admin sees patients."""

    name: str
    zone: ZoneInfo
    language: str
    country: str
    closes_on_holidays: bool
    colour: str
    phone: str
    admin: Joiner
    password: str = field(repr=False)
    therapist: Joiner | None
    service_name: str
    length: timedelta
    after: timedelta
    week: tuple[WeeklyHours, ...]


def parse(fields: Fields, known: Known) -> SetUp | Reasons:
    """The clinic of this form. A password is never sent back to a page, so it is asked again with anything else."""
    sheet = Sheet(fields)
    other = sheet.choice("therapist", WHO) == "other"
    found = SetUp(
        name=sheet.line("name"),
        zone=sheet.zone("zone", known.zones),
        language=sheet.choice("language", known.languages),
        country=sheet.choice("country", known.countries),
        closes_on_holidays=sheet.ticked("holidays"),
        colour=sheet.colour("colour"),
        phone=sheet.phone("phone"),
        admin=Joiner(sheet.line("admin_name"), sheet.mail("admin_mail")),
        password=fields.get("password", ""),
        therapist=Joiner(sheet.line("therapist_name"), sheet.mail("therapist_mail")) if other else None,
        service_name=sheet.line("service_name"),
        length=sheet.span("minutes", MINUTE, 5, 480),
        after=sheet.span("after", MINUTE, 0, 240),
        week=week(sheet),
    )
    if found.therapist and found.therapist.mail.casefold() == found.admin.mail.casefold():
        sheet.reasons.setdefault("therapist_mail", Reason.SAME_MAIL)
    if "zone" in sheet.reasons and not fields.get("country"):
        sheet.reasons.pop("country", None)  # left to the zone, which is asked for already
    fault = password_fit(found.password, (found.admin.name, found.admin.mail, found.name))
    reasons: Reasons = {**sheet.reasons, **({"password": fault} if fault else {})}
    if reasons and not fault:
        reasons["password"] = Reason.AGAIN
    return reasons or found
