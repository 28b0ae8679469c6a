"""What somebody on the list is told: that they are, and that a time is free. By mail, or as a text to who gave a number
alone. A time and a link, no word of why; the page says the rest."""

from dataclasses import dataclass, field, replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.acting.told import letter_for, readers
from server.booking.waitlist import store
from server.booking.waitlist.dropping import DROPPED
from server.booking.waitlist.joining import JOINED, token_of
from server.booking.waitlist.offering import OFFERED
from server.booking.waitlist.rules import COME_BACK, Offered, Waiting
from server.clinic import store as clinics
from server.clinic.rules import Clinic
from server.house import House
from server.moments import Speaker
from server.notify.mail import Letter
from server.notify.sms import Sms
from server.outbox import Job
from server.patients import store as patients
from server.patients.rules import Person
from server.templates import render_text, translations
from server.tongues import LANGUAGES


@dataclass(frozen=True)
class WaitMail:
    """The context of mail/wait.html and mail/wait.txt; without `until` it says that they are on the list, with
    `dropped` why they are not any more."""

    lang: str
    dir: str
    clinic: str
    phone: str
    subject: str
    day: str
    time: str
    where: str
    until: str
    link: str = field(repr=False)
    dropped: str = ""


async def tell(house: House, job: Job) -> None:
    """Send one message, unless it is overtaken: they left the list, or the offer is over."""
    found = await house.db.read(lambda db: _load(db, job))
    if found is None:
        return
    one, offer, clinic = found
    if job.topic == DROPPED and one.left not in COME_BACK:
        return
    if job.topic != DROPPED and _overtaken(house, job, one, offer):
        return
    person = (await patients.people(house.db, house.keys, clinic.id, [one.patient_id])).get(one.patient_id)
    if person is None:
        return
    for helper, reader in await readers(house, clinic, person):
        words = _words(house, clinic, reader, one, offer if job.topic == OFFERED else None)
        await _send(house, letter_for(job.id, helper), clinic, reader, words)


def _overtaken(house: House, job: Job, one: Waiting, offer: Offered | None) -> bool:
    return bool(one.left) or (job.topic == OFFERED and not (offer and offer.stands(house.clock())))


async def _load(db: AsyncSession, job: Job) -> tuple[Waiting, Offered | None, Clinic] | None:
    one = await store.by_id(db, UUID(job.payload["wait"]))
    clinic = await clinics.clinic_of(db, one.clinic_id) if one else None
    offer = await store.offer_of(db, UUID(job.payload["offer"])) if "offer" in job.payload else None
    return (one, offer, clinic) if one and clinic else None


def _words(house: House, clinic: Clinic, person: Person, one: Waiting, offer: Offered | None) -> WaitMail:
    lang = person.language if person.language in LANGUAGES else "en"
    say, _ = Speaker(one.wanted.zone, lang, house.clock()), translations(lang).gettext
    start = offer.starts_at if offer else one.made_at
    free = _("A time is free: %(day)s, %(time)s") % {"day": say.day(start), "time": say.time(start)}
    return WaitMail(
        lang=lang,
        dir=LANGUAGES[lang],
        clinic=clinic.sender,
        phone=clinic.phone,
        subject=free if offer else _("You are not on the list any more") if one.left else _("You are on the list"),
        day=say.day(start),
        time=say.time(start),
        where=say.place,
        until=say.at(offer.expires_at) if offer else "",
        link=f"{house.settings.base_url}/w/{token_of(house, one.id)}",
        dropped=one.left or "",
    )


async def _send(house: House, letter_id: UUID, clinic: Clinic, person: Person, words: WaitMail) -> None:
    if person.mail:
        text, html = (render_text(f"mail/wait.{kind}", words, words.lang) for kind in ("txt", "html"))
        letter = Letter(letter_id, person.mail, words.subject, text, html, clinic.sender, clinic.id)
        about = replace(letter, lang=words.lang, link=words.link, names=(person.name,), discreet=clinic.discreet)
        await house.mailer.send(about)
    elif person.phone.startswith("+"):
        sms = Sms(letter_id, person.phone, f"{words.clinic}: {words.subject}. {words.link}", clinic.id)
        about_sms = replace(sms, lang=words.lang, link=words.link, names=(person.name,), discreet=clinic.discreet)
        await house.texter.send(about_sms)


JOBS = {JOINED: tell, OFFERED: tell, DROPPED: tell}
