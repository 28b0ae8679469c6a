"""What a patient reads who is called back: that their page waits for them, until when, and nothing of why."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import store as booking
from server.booking.links import address_of, token_of
from server.booking.rules import BookingCard
from server.clinic import store as clinics
from server.clinic.rules import Clinic
from server.house import House
from server.moments import Speaker, known_zone
from server.notify.mail import Letter
from server.notify.sms import Sms
from server.outbox import Job
from server.patients import store as patients
from server.templates import LANGUAGES, render_text, translations
from server.visit import store as visits
from server.visit.recall import store
from server.visit.recall.rules import Reach
from server.visit.rules import State, VisitFacts


@dataclass(frozen=True)
class RecallMail:
    """mail/recall.html and mail/recall.txt"""

    lang: str
    dir: str
    clinic: str
    phone: str
    subject: str
    until: str
    link: str = field(repr=False)


@dataclass(frozen=True)
class _Found:
    card: BookingCard
    clinic: Clinic
    visit: VisitFacts
    reach: Reach
    link_id: UUID


async def call_back(house: House, job: Job) -> None:
    """Send one message, unless the patient is back or does not wait any more."""
    found = await house.db.read(lambda db: _load(db, UUID(job.payload["recall"])))
    if found is None:
        return
    facts, until_at = found
    card, clinic = facts.card, facts.clinic
    person = (await patients.people(house.db, house.keys, clinic.id, [card.patient_id])).get(card.patient_id)
    if person is None:
        return
    lang = person.language if person.language in LANGUAGES else "en"
    say, _ = Speaker(known_zone(person.zone) or clinic.zone, lang), translations(lang).gettext
    link = address_of(house.settings, token_of(house.keys, facts.link_id))
    subject = _("Please come back to your page by %(until)s") % {"until": say.time(until_at)}
    if job.payload["way"] == "sms":
        key = await house.keys.patient(clinic.id, card.patient_id)
        number = store.phone_of(key, clinic.id, facts.visit.id, facts.reach)
        await house.texter.send(Sms(job.id, number, f"{clinic.sender_name}: {subject}. {link}", clinic.id))
        return
    words = RecallMail(lang, LANGUAGES[lang], clinic.sender_name, clinic.phone, subject, say.time(until_at), link)
    letter = Letter(
        id=job.id,
        to=person.mail,
        subject=subject,
        text=render_text("mail/recall.txt", words, lang),
        html=render_text("mail/recall.html", words, lang),
        sender_name=clinic.sender_name,
        clinic_id=clinic.id,
    )
    if person.mail:
        await house.mailer.send(letter)


async def _load(db: AsyncSession, recall_id: UUID) -> tuple[_Found, datetime] | None:
    call = await store.call_of(db, recall_id)
    visit = await visits.visit_by_id(db, call[0]) if call else None
    if call is None or visit is None or call[2] or visit.state is not State.WAITING:
        return None
    card = await booking.booking_for_visit(db, visit.booking_id)
    clinic = await clinics.clinic_of(db, visit.clinic_id)
    link_id = await booking.link_of(db, visit.booking_id)
    if card is None or clinic is None or link_id is None or card.cancelled_at:
        return None
    return _Found(card, clinic, visit, await store.reach_of(db, visit.id), link_id), call[1]


JOBS = {store.TOPIC: call_back}
