"""What a patient reads who is called back: that their page waits for them, until when, and nothing of why."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.house import House
from server.notify.sms import Sms
from server.outbox import Job
from server.templates import translations
from server.tongues import LANGUAGES
from server.visit import store as visits
from server.visit.addressee import Addressed, Addressee, addressed, addressee_of, send_letter
from server.visit.recall import store
from server.visit.recall.rules import OPEN, Reach
from server.visit.rules import State, VisitFacts


@dataclass(frozen=True)
class RecallMail:
    """mail/recall.html and mail/recall.txt; `waits`: they keep a place, else somebody waits for them"""

    lang: str
    dir: str
    clinic: str
    phone: str
    subject: str
    until: str
    link: str = field(repr=False)
    waits: bool = True


@dataclass(frozen=True)
class _Found:
    about: Addressed
    visit: VisitFacts
    reach: Reach
    until_at: datetime


async def call_back(house: House, job: Job) -> None:
    """Send one message, unless the patient is back or does not wait any more."""
    found = await house.db.read(lambda db: _load(db, UUID(job.payload["recall"])))
    to = await addressee_of(house, found.about) if found else None
    if found is None or to is None:
        return
    words = _words(to, found.until_at, waits=found.visit.state is State.WAITING)
    if job.payload["way"] == "sms":
        card = found.about.card
        key = await house.keys.patient(card.clinic_id, card.patient_id)
        number = store.phone_of(key, card.clinic_id, found.visit.id, found.reach)
        text = f"{words.clinic}: {words.subject}. {words.link}"
        await house.texter.send(message(job.id, number, text, to))
        return
    await send_letter(house, job.id, to, "recall", words)


def message(job_id: UUID, number: str, words: str, to: Addressee) -> Sms:
    """A text message to this patient at the number that they gave for it."""
    return Sms(
        id=job_id,
        to=number,
        words=words,
        clinic_id=to.clinic.id,
        lang=to.lang,
        link=to.link,
        names=to.names,
        discreet=to.clinic.discreet,
    )


def _words(to: Addressee, until_at: datetime, *, waits: bool) -> RecallMail:
    _ = translations(to.lang).gettext
    until = to.say.time(until_at)
    by = _("Please come back to your page by %(until)s") % {"until": until}
    subject = by if waits else _("Please come back to your page now")
    return RecallMail(
        lang=to.lang,
        dir=LANGUAGES[to.lang],
        clinic=to.clinic.sender,
        phone=to.clinic.phone,
        subject=subject,
        until=until,
        waits=waits,
        link=to.link,
    )


async def _load(db: AsyncSession, recall_id: UUID) -> _Found | None:
    call = await store.call_of(db, recall_id)
    visit = await visits.visit_by_id(db, call[0]) if call else None
    if call is None or visit is None or call[2] or visit.state not in OPEN:
        return None
    about = await addressed(db, visit.booking_id)
    return _Found(about, visit, await store.reach_of(db, visit.id), call[1]) if about else None


JOBS = {store.TOPIC: call_back}
