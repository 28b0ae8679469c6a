"""The mail to who comes in the next hours: later than booked, or on time again. A time and a link, no word of why."""

from dataclasses import dataclass, field
from datetime import timedelta
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
from server.outbox import Job
from server.patients import store as patients
from server.templates import LANGUAGES, render_text, translations
from server.visit.late import store
from server.visit.late.rules import Delay


@dataclass(frozen=True)
class LateMail:
    """The context of mail/late.html and mail/late.txt; `kind` is late or on_time."""

    lang: str
    dir: str
    clinic: str
    phone: str
    kind: str
    subject: str
    booked: str
    begins: str
    minutes: int
    link: str = field(repr=False)


@dataclass(frozen=True)
class _Found:
    card: BookingCard
    clinic: Clinic
    link_id: UUID
    delay: Delay


async def late_mail(house: House, job: Job) -> None:
    """Send one letter, unless another word came since, or the time is over, or nobody can get it."""
    found = await house.db.read(lambda db: _load(db, house, job))
    if found is None:
        return
    card, clinic = found.card, found.clinic
    people = await patients.people(house.db, house.keys, card.clinic_id, [card.patient_id])
    person = people.get(card.patient_id)
    if person is None or not person.mail:
        return
    lang = person.language if person.language in LANGUAGES else "en"
    say = Speaker(known_zone(person.zone) or clinic.zone, lang)
    link = address_of(house.settings, token_of(house.keys, found.link_id))
    context = _context(found, say, "late" if job.topic == "visit.late" else "on_time", link)
    await house.mailer.send(
        Letter(
            id=job.id,
            to=person.mail,
            subject=context.subject,
            text=render_text("mail/late.txt", context, lang),
            html=render_text("mail/late.html", context, lang),
            sender_name=clinic.sender_name,
            clinic_id=clinic.id,
        )
    )


async def _load(db: AsyncSession, house: House, job: Job) -> _Found | None:
    """What the letter is made of; None when it is overtaken."""
    now = house.clock()
    stood = await store.delay_by_id(db, UUID(job.payload["delay"]))
    card = await booking.booking_for_visit(db, UUID(job.payload["booking"]))
    if stood is None or card is None or card.cancelled_at or card.starts_at <= now:
        return None
    delay, stands = stood
    newer = await store.delay_of(db, card.therapist_id, now)
    overtaken = not stands if job.topic == "visit.late" else newer is not None
    clinic = await clinics.clinic_of(db, card.clinic_id)
    link_id = await booking.link_of(db, card.id)
    if overtaken or card.therapist_id != delay.therapist_id or clinic is None or link_id is None:
        return None
    return _Found(card, clinic, link_id, delay)


def _context(found: _Found, say: Speaker, kind: str, link: str) -> LateMail:
    _ = translations(say.language).gettext
    starts = found.card.starts_at
    begins = starts + timedelta(minutes=found.delay.minutes)
    words = {
        "late": _("Your time today begins about %(time)s") % {"time": say.time(begins)},
        "on_time": _("Your time today is %(time)s, as booked") % {"time": say.time(starts)},
    }
    return LateMail(
        lang=say.language,
        dir=LANGUAGES[say.language],
        clinic=found.clinic.sender_name,
        phone=found.clinic.phone,
        kind=kind,
        subject=words[kind],
        booked=say.time(starts),
        begins=say.time(begins),
        minutes=found.delay.minutes,
        link=link,
    )


JOBS = dict.fromkeys(("visit.late", "visit.on_time"), late_mail)
