"""Who works in the made-up clinic and who comes: today around this moment, the week on the clinic's clock. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from server.access import Role
from server.clinic.licences.rules import Place
from server.visit.rules import Outcome, State

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
STEP = timedelta(minutes=10)
SATURDAY = 5


@dataclass(frozen=True)
class Member:
    """Somebody who works there; without a line about them they are not bookable."""

    id: UUID
    name: str
    mail: str
    roles: frozenset[Role]
    slug: str = ""
    about: str = ""


@dataclass(frozen=True)
class Slot:
    """One appointment to be: who, with whom, when (from now), and what became of it."""

    name: str
    mail: str
    therapist: int
    starts_at: datetime
    state: State = State.BOOKED
    waited: timedelta = timedelta()
    outcome: Outcome | None = None
    interpreter: str = ""


TEAM = (
    ("Ana Ferreira", "ana@linden.example", {Role.ADMIN}, "", ""),
    ("Mara Lind", "mara@linden.example", {Role.THERAPIST}, "mara-lind", "Psychotherapist. English, German"),
    ("Samir Haddad", "samir@linden.example", {Role.THERAPIST}, "samir-haddad", "Psychologist. English, Arabic"),
    ("Ines Okafor", "ines@linden.example", {Role.THERAPIST}, "ines-okafor", "Couples and families. English, French"),
    ("Kit Moreau", "kit@linden.example", {Role.FRONT_DESK}, "", ""),
)
MARA, SAMIR, INES = 1, 2, 3
LICENCES = (
    (MARA, Place("PT"), "Psychotherapist", "P-2204", 400),
    (MARA, Place("DE"), "Approbation", "", None),
    (SAMIR, Place("DE"), "Approbation", "", 20),
    (SAMIR, Place("US", "US-NY"), "Psychologist licence", "NY 40113", 300),
    (INES, Place("DE"), "Approbation", "", None),
)
"""Who may treat where: what it is, its number, and in how many days it ends."""
MAY_START = "Alex Rivera"
OBSERVED = "Edda Brandt"
EVERY_WEEK = "Ilse Novak"
LATER = (
    ("Edda Brandt", MARA, 1, 11),
    ("Maximiliane Weidenfeller-Grünwald", MARA, 1, 14),
    ("Noor Hassan", SAMIR, 1, 9),
    ("Tomasz Wiśniewski", SAMIR, 2, 10),
    ("Amara Nwosu", INES, 2, 13),
    ("Lior Katz", MARA, 3, 9),
    ("Jo Almeida", MARA, 7, 10),
    ("Ravi Menon", SAMIR, 4, 15),
)
EARLIER = (
    ("Ilse Novak", MARA, 20, 12),
    ("Jo Almeida", MARA, 7, 10),
    ("Edda Brandt", MARA, 6, 11),
    ("Noor Hassan", SAMIR, 5, 9),
    ("Amara Nwosu", INES, 2, 13),
)


def today(now: datetime) -> list[Slot]:
    """Who is here now: one may come in, one came early, one waits for somebody else."""
    soon = now + STEP - timedelta(minutes=now.minute % 10, seconds=now.second, microseconds=now.microsecond)
    return [
        Slot(MAY_START, "alex@example.org", MARA, soon),
        Slot("Jo Almeida", "jo@example.org", MARA, soon + 60 * MINUTE, State.WAITING, 4 * MINUTE),
        Slot("Tomasz Wiśniewski", "t@example.org", SAMIR, soon, State.WAITING, 7 * MINUTE, interpreter="Polish"),
    ]


def week(zone: ZoneInfo, now: datetime) -> list[Slot]:
    """The days before and after, on the clinic's clock."""
    here = now.astimezone(zone).replace(minute=0, second=0, microsecond=0)
    after = [
        Slot(name, _mail(name), who, working_day(here, days).replace(hour=hour)) for name, who, days, hour in LATER
    ]
    before = [
        Slot(name, _mail(name), who, working_day(here, -days).replace(hour=hour), State.AFTER, outcome=Outcome.ATTENDED)
        for name, who, days, hour in EARLIER
    ]
    return [*before, *after]


def working_day(day: datetime, count: int) -> datetime:
    """So many days further on which the clinic works, or back when `count` is negative."""
    step = DAY if count > 0 else -DAY
    for _ in range(abs(count)):
        day += step
        while day.weekday() >= SATURDAY:
            day += step
    return day


def _mail(name: str) -> str:
    return f"{name.split()[0].lower()}@example.org"
