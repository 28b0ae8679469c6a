"""A clinic with a week of life in it, for looking around: `parlour demo`.

The people are invented. Times are relative to now, so that somebody always waits, somebody
may start, and the week has a past and a future. The sign-in links work once, in demo mode alone.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Role
from server.accounts import store as accounts
from server.accounts.links import store as staff_links
from server.accounts.rules import Purpose
from server.booking import store as booking
from server.booking.links import address_of, token_of
from server.booking.rules import Booked, Span
from server.clinic import store as clinics
from server.clinic.colour import palette
from server.clinic.licences import store as licences
from server.clinic.licences.rules import Licence, Place
from server.clinic.opening.store import set_opening_hours
from server.clinic.rules import DEFAULT_POLICY, Clinic, Position, Service, TherapistCard, usual_week
from server.crypto import token_hash
from server.house import House
from server.patients import store as patients
from server.patients.rules import Needs, Person
from server.visit import store as visits
from server.visit.forms import Arrival
from server.visit.rules import AWAY, Event, Outcome, State
from server.visit.sealed import seal_arrival, seal_words
from server.visit.talk import store as talk

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
STEP = timedelta(minutes=10)


@dataclass(frozen=True)
class Links:
    """Where to look: what `parlour demo --json` prints."""

    base: str
    admin: str
    therapist: str
    patient: str
    booking: str


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
    ("Jo Almeida", MARA, 7, 10),
    ("Edda Brandt", MARA, 6, 11),
    ("Noor Hassan", SAMIR, 5, 9),
    ("Amara Nwosu", INES, 2, 13),
)


class NotEmpty(Exception):
    """There is a clinic already, and a demo does not mix with it."""


async def seed(house: House) -> Links:
    """Fill an empty installation and return where to look. Raises NotEmpty."""
    now = house.clock()
    if await house.db.read(clinics.first_clinic):
        raise NotEmpty("This data folder holds a clinic already; a demo wants an empty one.")
    clinic = _clinic()
    await house.keys.make_clinic(clinic.id, now)
    team = tuple(Member(uuid4(), name, mail, frozenset(roles), slug, about) for name, mail, roles, slug, about in TEAM)
    service = Service(uuid4(), "A session", "when you have met us", 50 * MINUTE, 0 * MINUTE, 10 * MINUTE)
    await _found(house, clinic, team, service, now)
    token = ""
    for slot in (*_today(now), *_week(clinic.zone, now)):
        made = await _book(house, clinic, team, service, slot, now)
        token = made if slot.name == MAY_START else token
    return Links(
        base=house.settings.base_url,
        admin=await _sign_in_link(house, clinic, team[0], now),
        therapist=await _sign_in_link(house, clinic, team[MARA], now),
        patient=address_of(house.settings, token),
        booking=f"{house.settings.base_url}/c/{clinic.slug}",
    )


async def keep_waiting(house: House) -> None:
    """Who waits in the made-up clinic has no page; here is what it would say, about as often."""
    while True:
        await say_they_wait(house)
        await asyncio.sleep(AWAY.total_seconds() / 3)


async def say_they_wait(house: House) -> None:
    """One beat of all who wait without a page."""

    async def work(db: AsyncSession) -> None:
        for visit_id in await visits.waiting_without_page(db):
            await visits.mark_patient(db, visit_id, house.clock())

    await house.db.unit(work)


def lines(links: Links) -> Sequence[str]:
    """What a person reads in the terminal."""
    names = {
        "booking": "Book a time",
        "patient": "Be the patient who may come in now",
        "therapist": "Be Mara, who lets her in (works once)",
        "admin": "Look after the clinic as Ana (works once)",
    }
    return [f"{words}:\n  {asdict(links)[name]}" for name, words in names.items()]


def _clinic() -> Clinic:
    return Clinic(
        id=uuid4(),
        slug="linden",
        name="Linden Practice",
        zone=ZoneInfo("Europe/Berlin"),
        language="en",
        country="DE",
        phone="555 0134",
        sender_name="Linden",
        policy=replace(DEFAULT_POLICY, notice=timedelta(hours=1)),
        waiting_text="If you like, have a glass of water beside you.",
        after_text="Take a few minutes before the next thing.",
        consent_version="1",
        consent_text="We keep what you tell us to care for you, sealed, and show it to nobody else.",
        colour="#25573f",
        position=Position.NUMBER,
    )


async def _found(house: House, clinic: Clinic, team: Sequence[Member], service: Service, now: datetime) -> None:
    ring = await house.keys.clinic(clinic.id)
    secret = house.keys.secret("staff mail")

    async def work(db: AsyncSession) -> None:
        await clinics.add_clinic(db, clinic, asdict(palette(clinic.colour)), now)
        for member in team:
            sealed = accounts.seal_mail(ring, clinic.id, member.id, member.mail)
            index = accounts.mail_index(secret, member.mail)
            new = accounts.NewStaff(member.id, clinic.id, member.name, sealed, index, member.roles, None, now)
            await accounts.add_staff(db, new)
        await db.flush()
        await clinics.add_service(db, clinic.id, service)
        bookable = [member for member in team if member.slug]
        for member in bookable:
            card = TherapistCard(member.id, member.slug, member.name, member.about)
            await clinics.add_therapist(db, clinic.id, card)
            await clinics.set_hours(db, clinic.id, member.id, usual_week())
        await set_opening_hours(db, clinic.id, usual_week())
        await clinics.offer(db, service.id, [member.id for member in bookable])
        for who, place, kind, number, days in LICENCES:
            ends = (now + days * DAY).date() if days else None
            one = Licence(uuid4(), place, kind, number, ends)
            await licences.add_licence(db, clinic.id, team[who].id, one, team[0].id, now)

    await house.db.unit(work)


def _today(now: datetime) -> list[Slot]:
    """Who is here now: one may come in, one came early, one waits for somebody else."""
    soon = now + STEP - timedelta(minutes=now.minute % 10, seconds=now.second, microseconds=now.microsecond)
    return [
        Slot(MAY_START, "alex@example.org", MARA, soon),
        Slot("Jo Almeida", "jo@example.org", MARA, soon + 60 * MINUTE, State.WAITING, 4 * MINUTE),
        Slot("Tomasz Wiśniewski", "t@example.org", SAMIR, soon, State.WAITING, 7 * MINUTE, interpreter="Polish"),
    ]


def _week(zone: ZoneInfo, now: datetime) -> list[Slot]:
    """The days before and after, on the clinic's clock."""
    today = now.astimezone(zone).replace(minute=0, second=0, microsecond=0)
    after = [Slot(name, _mail(name), who, (today + days * DAY).replace(hour=hour)) for name, who, days, hour in LATER]
    before = [
        Slot(name, _mail(name), who, (today - days * DAY).replace(hour=hour), State.AFTER, outcome=Outcome.ATTENDED)
        for name, who, days, hour in EARLIER
    ]
    return [*before, *after]


def _mail(name: str) -> str:
    return f"{name.split()[0].lower()}@example.org"


async def _book(
    house: House, clinic: Clinic, team: Sequence[Member], service: Service, slot: Slot, now: datetime
) -> str:
    """Write one booking, and its visit as far as it went; returns the link's token."""
    patient_id, booking_id, link_id = uuid4(), uuid4(), uuid4()
    made_at = min(now, slot.starts_at) - 3 * DAY
    ring = await house.keys.clinic(clinic.id)
    key = await house.keys.make_patient(clinic.id, patient_id, made_at)
    person = Person(patient_id, slot.name, slot.mail, "", Needs(slot.interpreter), "en", clinic.zone.key)
    row = patients.sealed(ring, key, person, made_at)
    token = token_of(house.keys, link_id)
    ends_at = slot.starts_at + service.length
    claim = Span(slot.starts_at - service.before, ends_at + service.after)
    new = booking.NewBooking(
        id=booking_id,
        public_id=uuid4().hex[:20],
        clinic_id=clinic.id,
        service_id=service.id,
        patient_id=patient_id,
        link_id=link_id,
        token_hash=token_hash(token),
        time=Booked(team[slot.therapist].id, slot.starts_at, ends_at, claim),
        zone=clinic.zone.key,
        for_whom="me",
        reason_sealed=None,
    )

    async def work(db: AsyncSession) -> None:
        await patients.add(db, row)
        await booking.add(db, new, made_at, booking.By())
        if slot.state is not State.BOOKED:
            await _visit(db, house, booking_id, slot, now)

    await house.db.unit(work)
    if slot.state is State.WAITING:
        await _answer_at_the_door(house, clinic, patient_id, booking_id)
    return token


async def _visit(db: AsyncSession, house: House, booking_id: UUID, slot: Slot, now: datetime) -> None:
    card = await booking.booking_for_visit(db, booking_id)
    assert card is not None
    visit = await visits.ensure(db, card)
    by = visits.By("patient", card.patient_id)
    arrived = now - slot.waited if slot.state is State.WAITING else slot.starts_at - 5 * MINUTE
    visit = await visits.move(db, card, visit, Event.ARRIVE, State.WAITING, by, arrived)
    if slot.state is State.WAITING:
        return
    led = visits.By("staff", card.therapist_id)
    visit = await visits.move(db, card, visit, Event.ADMIT, State.IN_SESSION, led, slot.starts_at)
    visit = await visits.move(db, card, visit, Event.END, State.ENDED, led, card.ends_at)
    visit = await visits.move(db, card, visit, Event.NOTE_OUTCOME, State.AFTER, led, card.ends_at)
    if slot.outcome:
        await visits.set_outcome(db, visit.id, slot.outcome)


async def _answer_at_the_door(house: House, clinic: Clinic, patient_id: UUID, booking_id: UUID) -> None:
    key = await house.keys.patient(clinic.id, patient_id)
    visit = await house.db.read(lambda db: visits.visit_of(db, booking_id))
    assert visit is not None
    arrival = Arrival("At home, Rua da Rosa 12, Lisbon", "555 0142", "Ana Almeida, sister, 555 0199", "PT")
    here, _ = seal_arrival(key, clinic.id, visit.id, arrival)
    await house.db.unit(lambda db: visits.set_arrival(db, visit.id, here))
    line_id, by, now = uuid4(), visits.By("patient", patient_id), house.clock()
    blob = seal_words(key, clinic.id, "visit_lines", line_id, "I am here, and in no hurry.")
    assert blob is not None, "there are words"
    await house.db.unit(lambda db: talk.add(db, line_id, visit.id, by, blob, now - MINUTE))


async def _sign_in_link(house: House, clinic: Clinic, member: Member, now: datetime) -> str:
    secret = house.keys.secret("staff links")

    async def work(db: AsyncSession) -> str:
        return await staff_links.make_link(db, secret, Purpose.DEMO, now, staff_id=member.id, clinic_id=clinic.id)

    return f"{house.settings.base_url}/staff/demo/{await house.db.unit(work)}"
