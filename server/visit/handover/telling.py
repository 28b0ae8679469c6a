"""Telling somebody who is away that their wait was ended or who meets them now: a message, since no page is open."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server import outbox
from server.accounts.push import store as push
from server.accounts.push.rules import Owner
from server.house import House
from server.outbox import Job
from server.patients import store as patients
from server.templates import translations
from server.tongues import LANGUAGES
from server.visit import store as visits
from server.visit.addressee import Addressed, Addressee, addressed, addressee_of, send_letter
from server.visit.door import Knock
from server.visit.handover.rules import News
from server.visit.recall.mails import message
from server.visit.recall.rules import Reach, Way, ways_to_tell
from server.visit.recall.store import phone_of, reach_of
from server.visit.rules import State, VisitFacts, is_away

TOPIC = "visit.news_for_away"
STILL = {News.DECLINED: State.ENDED, News.HANDED: State.WAITING}


@dataclass(frozen=True)
class NewsMail:
    """mail/news.html and mail/news.txt"""

    lang: str
    dir: str
    clinic: str
    phone: str
    news: str
    subject: str
    link: str = field(repr=False)


@dataclass(frozen=True)
class _Found:
    about: Addressed
    visit: VisitFacts
    reach: Reach


async def has_mail(knocked: Knock) -> bool:
    """Whether a mail reaches the patient."""
    card = knocked.card
    found = await patients.people(knocked.house.db, knocked.house.keys, card.clinic_id, [card.patient_id])
    person = found.get(card.patient_id)
    return bool(person and person.mail) and knocked.house.mailer.sends


async def queue(db: AsyncSession, knocked: Knock, visit: VisitFacts, news: News, *, mails: bool) -> tuple[Way, ...]:
    """By which ways they are told; none where no message reaches them. `visit` as it was before the news."""
    ways = ways_to_tell(await reach_of(db, visit.id), mails=mails)
    for way in ways:
        if way is Way.PUSH:
            await push.queue(db, Owner(visit_id=visit.id), {"news": news.value}, knocked.now)
        else:
            outbox.add(db, TOPIC, {"visit": visit.id.hex, "news": news.value, "way": way.value}, knocked.now)
    return ways


async def tell(house: House, job: Job) -> None:
    """Send one message, unless it is not so any more or their page is open again."""
    news = News(job.payload["news"])
    found = await house.db.read(lambda db: _load(db, UUID(job.payload["visit"])))
    to = await addressee_of(house, found.about) if found else None
    if found is None or to is None or found.visit.state is not STILL[news]:
        return
    if news is News.HANDED and not is_away(found.visit, house.clock()):
        return
    words = _words(to, found, news)
    if job.payload["way"] == Way.SMS:
        card = found.about.card
        key = await house.keys.patient(card.clinic_id, card.patient_id)
        number = phone_of(key, card.clinic_id, found.visit.id, found.reach)
        await house.texter.send(message(job.id, number, f"{words.clinic}: {words.subject}. {words.link}", to))
        return
    await send_letter(house, job.id, to, "news", words)


async def _load(db: AsyncSession, visit_id: UUID) -> _Found | None:
    visit = await visits.visit_by_id(db, visit_id)
    about = await addressed(db, visit.booking_id) if visit else None
    return _Found(about, visit, await reach_of(db, visit.id)) if visit and about else None


def _words(to: Addressee, found: _Found, news: News) -> NewsMail:
    _, time = translations(to.lang).gettext, to.say.time(found.about.card.starts_at)
    subjects = {
        News.DECLINED: _("Your time at %(time)s cannot be today"),
        News.HANDED: _("Your time at %(time)s: somebody else meets you"),
    }
    return NewsMail(
        lang=to.lang,
        dir=LANGUAGES[to.lang],
        clinic=to.clinic.sender,
        phone=to.clinic.phone,
        news=news.value,
        subject=subjects[news] % {"time": time},
        link=to.link,
    )


JOBS = {TOPIC: tell}
