"""The patient of a booking, or who acts for them, as a message reaches them: their words, clock and link."""

from dataclasses import dataclass, field, replace
from typing import Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import store as booking
from server.booking.acting.told import letter_for, readers
from server.booking.links import address_of, token_of
from server.booking.rules import BookingCard
from server.clinic import store as clinics
from server.clinic.rules import Clinic
from server.house import House
from server.moments import Speaker, known_zone
from server.notify.mail import Letter
from server.notify.sms import Sms
from server.patients import store as patients
from server.patients.acting.store import acting_for
from server.patients.rules import Person
from server.templates import render_text
from server.tongues import LANGUAGES


@dataclass(frozen=True)
class Addressed:
    """A booking that stands, and the link that its messages carry."""

    card: BookingCard
    clinic: Clinic
    link_id: UUID


@dataclass(frozen=True)
class Addressee:
    """Who reads it. `say` speaks their language in their zone."""

    person: Person = field(repr=False)
    clinic: Clinic
    say: Speaker
    link: str = field(repr=False)
    therapist: str
    acts: UUID | None = None  # the helper's id, of who acts for the patient

    @property
    def names(self) -> tuple[str, ...]:
        """Whom no message names."""
        return (self.person.name, self.therapist)

    @property
    def lang(self) -> str:
        return self.say.language


class Headed(Protocol):
    """The context of a mail."""

    @property
    def subject(self) -> str: ...


async def addressed(db: AsyncSession, booking_id: UUID, *, cancelled: bool = False) -> Addressed | None:
    """None for a booking that no link opens any more, or that was cancelled unless those are asked for too."""
    card = await booking.booking_for_visit(db, booking_id)
    clinic = await clinics.clinic_of(db, card.clinic_id) if card else None
    link_id = await booking.link_of(db, booking_id)
    if card is None or clinic is None or link_id is None or (card.cancelled_at and not cancelled):
        return None
    return Addressed(card, clinic, link_id)


async def addressee_of(house: House, found: Addressed) -> Addressee | None:
    """Who waits, or their helper where they left no address; None for a person whose key was destroyed."""
    clinic, person = found.clinic, await _patient(house, found)
    if person is None:
        return None
    if clinic.acting and not (person.mail or person.phone):
        person = await _reached_by(house, clinic, person)
    return _reader(house, found, person)


async def addressees_of(house: House, found: Addressed) -> list[Addressee]:
    """Whoever is told about the time of a booking: its patient, who acts for them, or both."""
    person = await _patient(house, found)
    told = await readers(house, found.clinic, person) if person else []
    return [_reader(house, found, reader, helper) for helper, reader in told]


async def _patient(house: House, found: Addressed) -> Person | None:
    who = found.card.patient_id
    return (await patients.people(house.db, house.keys, found.clinic.id, [who])).get(who)


def _reader(house: House, found: Addressed, person: Person, helper: UUID | None = None) -> Addressee:
    clinic = found.clinic
    lang = person.language if person.language in LANGUAGES else "en"
    say = Speaker(known_zone(person.zone) or clinic.zone, lang, house.clock())
    link = address_of(house.settings, token_of(house.keys, found.link_id))
    return Addressee(person, clinic, say, link, found.card.therapist_name, helper)


async def _reached_by(house: House, clinic: Clinic, person: Person) -> Person:
    """Somebody without an address is reached through who acts for them, unless that is to be kept from those."""
    known = await acting_for(house.db, house.keys, clinic.id, person.id)
    if known.arranged.confidential:
        return person
    able = next((one for one in known.helpers if one.mail or one.phone), None)
    return replace(person, mail=able.mail, phone=able.phone) if able else person


def by_text(to: Addressee) -> bool:
    """Whether a text message alone reaches them: they gave a number and no mail address, and it can be dialled."""
    return not to.person.mail and to.person.phone.startswith("+")


async def send_text(house: House, job_id: UUID, to: Addressee, words: str) -> None:
    """Who says it, the words, and where to read more, to who gave a number alone; a repeat carries the same id."""
    if by_text(to):
        await house.texter.send(text_of(job_id, to, words))


def text_of(job_id: UUID, to: Addressee, words: str) -> Sms:
    """As it goes past the guard of discreet messages."""
    return Sms(
        id=letter_for(job_id, to.acts),
        to=to.person.phone,
        words=f"{to.clinic.sender}: {words}. {to.link}",
        clinic_id=to.clinic.id,
        lang=to.lang,
        link=to.link,
        names=to.names,
        discreet=to.clinic.discreet,
    )


async def send_letter(house: House, job_id: UUID, to: Addressee, name: str, context: Headed) -> None:
    """`mail/{name}.txt` and `.html`, when there is a mail address; a repeat carries the same id."""
    if not to.person.mail:
        return
    text, html = (render_text(f"mail/{name}.{kind}", context, to.lang) for kind in ("txt", "html"))
    letter = Letter(
        id=letter_for(job_id, to.acts),
        to=to.person.mail,
        subject=context.subject,
        text=text,
        html=html,
        sender_name=to.clinic.sender,
        clinic_id=to.clinic.id,
        lang=to.lang,
        link=to.link,
        names=to.names,
        discreet=to.clinic.discreet,
    )
    await house.mailer.send(letter)
