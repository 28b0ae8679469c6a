"""What is mailed about a booking, to the patient and to the therapist. The outbox calls this, repeatedly if it must.

Mails are discreet: time, link and how to reach the clinic; no name, no service, no word of why.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypedDict
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts import store as accounts
from server.accounts.store import Account
from server.booking import store
from server.booking.acting.told import letter_for, told_about
from server.booking.ics import Invitation, written
from server.booking.links import address_of, token_of
from server.booking.meeting import meeting_of, number_called
from server.booking.paying.shown import kept_unpaid_until, never_stood
from server.booking.rules import BookingCard
from server.clinic import store as clinics
from server.clinic.rules import Clinic, Means
from server.errors import NotFound
from server.house import House
from server.moments import Speaker, known_zone, same_clock
from server.notify.discreet import findings
from server.notify.mail import Letter
from server.outbox import Job
from server.patients import store as patients
from server.patients.acting.rules import Helper
from server.patients.rules import Person
from server.templates import render_text, translations
from server.tongues import LANGUAGES, in_language

KINDS = {
    "booking.booked": "booked",
    "booking.moved": "moved",
    "booking.cancelled": "cancelled",
    "booking.asked": "asked",
    "booking.declined": "declined",
    "booking.released": "released",
}
ENDS = frozenset({"cancelled", "declined", "released", "unpaid"})
"""After these the calendar shows nothing any more."""


@dataclass(frozen=True)
class Facts:
    """What a letter is made of."""

    card: BookingCard
    clinic: Clinic
    link_id: UUID
    therapist: Account
    pay_by: datetime | None = None


@dataclass(frozen=True)
class BookingMail:
    """The context of mail/booking.html and mail/booking.txt."""

    lang: str
    dir: str
    clinic: str
    phone: str
    kind: str
    for_staff: bool
    subject: str
    day: str
    time: str
    where: str
    there: str
    place: str
    minutes: int
    what: str
    how: str
    moved_from: str
    answer_by: str
    pay_by: str
    link: str = field(repr=False)
    again: str


@dataclass(frozen=True)
class Reader:
    """Who gets the letter, and how they read."""

    name: str = field(repr=False)
    mail: str = field(repr=False)
    say: Speaker
    link: str = field(repr=False)
    staff: bool = False
    phone: str = field(default="", repr=False)
    called: str = field(default="", repr=False)  # the number that is called, of a booking by phone
    acts: UUID | None = None  # the helper's id, of who acts for the patient
    of: str = field(default="", repr=False)  # the patient's name, where who acts for them reads


async def booking_mail(house: House, job: Job) -> None:
    """Send one letter about a booking, unless a later change has overtaken it or nobody can get it.

    Of bookings that changed together one letter tells (`series/mails.py`), and none of each.
    """
    if job.payload.get("told") == "together":
        return
    facts = await house.db.read(lambda db: facts_of(db, UUID(job.payload["booking"])))
    if facts is None or facts.card.sequence != job.payload["sequence"] or job.payload.get("quiet"):
        return
    staff = job.payload["to"] == "therapist"
    if staff and await _unheard(house, facts.card, job):
        return
    kind = "confirmed" if job.topic == "booking.booked" and facts.card.answer else KINDS[job.topic]
    kind = "unpaid" if job.payload.get("unpaid") else kind
    readers = [await therapist_reader(house, facts)] if staff else await patient_readers(house, facts)
    for reader in readers:
        if reader and reader.mail:
            await send_to(house, facts, reader, kind, job.id)


async def _unheard(house: House, card: BookingCard, job: Job) -> bool:
    """Whether the therapist hears first of all that it is cancelled: it was never paid, so nothing was said of it."""
    ends = job.topic == "booking.cancelled" and card.sequence == 1
    return ends and await house.db.read(lambda db: never_stood(db, card))


def letter_id(job_id: UUID, reader: Reader) -> UUID:
    """Of the letter to this reader: a repeat of the job carries the same."""
    return letter_for(job_id, reader.acts)


async def send_to(house: House, facts: Facts, reader: Reader, kind: str, job_id: UUID) -> None:
    """One letter; of a repeat of the job the id is the same."""
    context = context_of(house, facts, reader, kind)
    await house.mailer.send(
        Letter(
            id=letter_id(job_id, reader),
            to=reader.mail,
            subject=context.subject,
            text=render_text("mail/booking.txt", context, context.lang),
            html=render_text("mail/booking.html", context, context.lang),
            sender_name=facts.clinic.sender,
            clinic_id=facts.clinic.id,
            for_staff=reader.staff,
            lang=context.lang,
            link=reader.link,
            names=names_of(facts, reader),
            discreet=facts.clinic.discreet,
            calendar=written(invitation(facts, reader, house.settings.sender, house.clock(), kind)),
            method="CANCEL" if kind in ENDS else "REQUEST",
        )
    )


async def facts_of(db: AsyncSession, booking_id: UUID) -> Facts | None:
    """What a letter about this booking is made of."""
    card = await store.booking_for_visit(db, booking_id)
    clinic = await clinics.clinic_of(db, card.clinic_id) if card else None
    link_id = await store.link_of(db, booking_id)
    therapist = await accounts.account(db, card.therapist_id) if card else None
    pay_by = await kept_unpaid_until(db, card) if card else None
    return Facts(card, clinic, link_id, therapist, pay_by) if card and clinic and link_id and therapist else None


async def patient_reader(house: House, facts: Facts) -> Reader | None:
    """The patient of the booking, as long as their key is there."""
    card = facts.card
    found = await patients.people(house.db, house.keys, card.clinic_id, [card.patient_id])
    person = found.get(card.patient_id)
    if person is None:
        return None
    language = person.language if person.language in LANGUAGES else "en"
    say = Speaker(known_zone(person.zone) or facts.clinic.zone, language, house.clock())
    link = address_of(house.settings, token_of(house.keys, facts.link_id))
    called = number_called(card, await meeting_of(house, card), person) if card.means == Means.PHONE else ""
    return Reader(person.name, person.mail, say, link, phone=person.phone, called=called)


async def patient_readers(house: House, facts: Facts) -> list[Reader]:
    """Whoever is told of this booking: its patient, who acts for them, or both. All links open the same page."""
    patient = await patient_reader(house, facts)
    if patient is None:
        return []
    reached = Person(facts.card.patient_id, patient.name, patient.mail, patient.phone)
    themselves, helpers = await told_about(house, facts.clinic, reached)
    return [*([patient] if themselves else []), *(_as_helper(patient, one) for one in helpers)]


def _as_helper(patient: Reader, helper: Helper) -> Reader:
    language = helper.language if helper.language in LANGUAGES else patient.say.language
    say = replace(patient.say, language=language)
    return replace(
        patient, name=helper.name, mail=helper.mail, phone=helper.phone, say=say, acts=helper.id, of=patient.name
    )


async def therapist_reader(house: House, facts: Facts) -> Reader | None:
    """The therapist of the booking, as long as their account is open."""
    if facts.therapist.disabled:
        return None
    ring = await house.keys.clinic(facts.clinic.id)
    mail = accounts.mail_of(ring, facts.therapist)
    language = facts.clinic.language if facts.clinic.language in LANGUAGES else "en"
    say = Speaker(facts.clinic.zone, language, house.clock())
    return Reader(facts.therapist.name, mail, say, f"{house.settings.base_url}/staff", staff=True)


class When(TypedDict):
    """A time as a letter says it: on the reader's clock, and `there` on the clinic's where that shows another."""

    day: str
    time: str
    where: str
    there: str
    place: str


def when(say: Speaker, clinic: ZoneInfo, at: datetime) -> When:
    """The same words in every letter about one time."""
    there = Speaker(clinic, say.language)
    elsewhere = not same_clock(say.zone, clinic, at)
    return When(
        day=say.day(at),
        time=say.time(at),
        where=say.place,
        there=there.time(at) if elsewhere else "",
        place=there.place,
    )


def context_of(house: House, facts: Facts, reader: Reader, kind: str) -> BookingMail:
    """What the mail says to this reader."""
    card, clinic, say = facts.card, facts.clinic, reader.say
    return BookingMail(
        lang=say.language,
        dir=LANGUAGES[say.language],
        clinic=clinic.sender,
        phone=clinic.phone,
        kind=kind,
        for_staff=reader.staff,
        subject=subject(kind, reader, card.starts_at),
        **when(say, clinic.zone, card.starts_at),
        minutes=card.minutes,
        what=what_of(facts, reader),
        how=how_of(facts, reader),
        moved_from=say.at(card.moved_from) if card.moved_from else "",
        answer_by=say.at(card.answer_by) if card.answer_by else "",
        pay_by=say.at(facts.pay_by) if facts.pay_by and not reader.staff else "",
        link=reader.link,
        again=reader.link if kind == "cancelled" else again(house, facts, reader),
    )


def names_of(facts: Facts, reader: Reader) -> tuple[str, ...]:
    """Whom a letter to the patient may not name; what staff get is made without the patient's name being read."""
    return () if reader.staff else (reader.name, facts.card.therapist_name, *filter(None, [reader.of]))


def what_of(facts: Facts, reader: Reader) -> str:
    """What the time is for and with whom, where the clinic wants that said; '' where messages are discreet."""
    card = in_language(facts.card, reader.say.language, facts.clinic.own)
    return "" if facts.clinic.discreet or reader.staff else f"{card.service_name}, {card.therapist_name}"


def how_of(facts: Facts, reader: Reader) -> str:
    """A sentence of how both meet; '' by video, where the page says it. Of a number its end alone: whoever glances at a
    screen learns no more, and who has several knows which.
    """
    _, means = translations(reader.say.language).gettext, facts.card.means
    if means == Means.PHONE and reader.staff:
        return _("By phone. You call; the number stands in the booking.")
    if means == Means.PHONE and reader.called:
        return _("By phone: we call the number that ends in %(digits)s.") % {"digits": reader.called[-2:]}
    if means == Means.PHONE:
        return _("By phone: you are called.")
    if means == Means.PERSON:
        address = address_for(facts, reader.say.language)
        return _("In person: %(address)s") % {"address": address} if address else _("In person.")
    return ""


def address_for(facts: Facts, language: str) -> str:
    """Where people come to, as far as a message may say it; '' where the address itself says why."""
    address = in_language(facts.clinic, language, facts.clinic.own).address
    return "" if facts.clinic.discreet and findings(address) else address


def again(house: House, facts: Facts, reader: Reader) -> str:
    """Where another time is found: the clinic's own page, unless its address says too much."""
    quiet = facts.clinic.discreet and findings(facts.clinic.slug)
    return reader.link if quiet else f"{house.settings.base_url}/c/{facts.clinic.slug}"


def subject(kind: str, reader: Reader, at: datetime) -> str:
    """The line that everybody who glances at a phone may read."""
    say, _ = reader.say, translations(reader.say.language).gettext
    words = {
        ("booked", False): _("Your time on %(day)s, %(time)s"),
        ("moved", False): _("Your time is now %(day)s, %(time)s"),
        ("cancelled", False): _("Your time on %(day)s, %(time)s is cancelled"),
        ("unpaid", False): _("Your time on %(day)s, %(time)s is cancelled"),
        ("asked", False): _("You asked for %(day)s, %(time)s"),
        ("confirmed", False): _("%(day)s, %(time)s is confirmed"),
        ("declined", False): _("%(day)s, %(time)s is not possible"),
        ("again", False): _("Your link: %(day)s, %(time)s"),
        ("released", False): _("Nobody could confirm %(day)s, %(time)s"),
        ("booked", True): _("Booked: %(day)s, %(time)s"),
        ("moved", True): _("Moved to %(day)s, %(time)s"),
        ("cancelled", True): _("Cancelled: %(day)s, %(time)s"),
        ("asked", True): _("Asked for: %(day)s, %(time)s"),
        ("confirmed", True): _("Confirmed: %(day)s, %(time)s"),
        ("declined", True): _("Not possible: %(day)s, %(time)s"),
        ("released", True): _("Not answered in time: %(day)s, %(time)s"),
    }
    return words[kind, reader.staff] % {"day": say.day(at), "time": say.time(at)}


def invitation(facts: Facts, reader: Reader, mail_from: str, now: datetime, kind: str = "") -> Invitation:
    """The booking as a calendar entry for this reader; without a kind it is a file to download."""
    card, clinic = facts.card, facts.clinic
    _ = translations(reader.say.language).gettext
    method = "CANCEL" if kind in ENDS else "REQUEST" if kind else "PUBLISH"
    return Invitation(
        uid=card.id,
        sequence=card.sequence,
        starts_at=card.starts_at,
        ends_at=card.ends_at,
        zone=clinic.zone,
        summary=what_of(facts, reader) or _("Appointment"),
        words=" ".join(filter(None, (how_of(facts, reader), _("Your page: %(link)s") % {"link": reader.link}))),
        url=reader.link,
        organizer=(clinic.sender, mail_from),
        attendee=("" if clinic.discreet else reader.name, reader.mail) if reader.mail else None,
        method=method,
        cancelled=card.cancelled_at is not None,
        tentative=card.asked,
        location=location_of(facts, reader),
        stamp=now,
    )


def location_of(facts: Facts, reader: Reader) -> str:
    """What a calendar shows as the place: by phone that it is so, in person the address."""
    _ = translations(reader.say.language).gettext
    return {Means.PHONE: _("By phone"), Means.PERSON: address_for(facts, reader.say.language)}.get(
        Means(facts.card.means), ""
    )


async def calendar_file(house: House, booking_id: UUID) -> bytes:
    """The patient's calendar entry as a file. Raises NotFound."""
    facts = await house.db.read(lambda db: facts_of(db, booking_id))
    if facts is None:
        raise NotFound()
    reader = await patient_reader(house, facts)
    if reader is None:
        raise NotFound()
    return written(invitation(facts, reader, house.settings.sender, house.clock()))


Handle = Callable[[House, Job], Awaitable[None]]
JOBS: dict[str, Handle] = dict.fromkeys(KINDS, booking_mail)
