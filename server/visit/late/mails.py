"""What those who come in the next hours are told: later than booked, or on time again. By mail, or by text message to
who gave a number alone. A time and a link, no word of why."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.house import House
from server.outbox import Job
from server.templates import translations
from server.tongues import LANGUAGES
from server.visit.addressee import Addressed, Addressee, addressed, addressees_of, send_letter, send_text
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
    about: Addressed
    delay: Delay


async def late_mail(house: House, job: Job) -> None:
    """Send one message to each who is told, unless another word came since, or the time is over."""
    found = await house.db.read(lambda db: _load(db, house, job))
    if found is None:
        return
    for to in await addressees_of(house, found.about):
        context = _context(found, to, "late" if job.topic == "visit.late" else "on_time")
        await send_letter(house, job.id, to, "late", context)
        await send_text(house, job.id, to, f"{context.subject} ({to.say.place})")


async def _load(db: AsyncSession, house: House, job: Job) -> _Found | None:
    """What the letter is made of; None when it is overtaken."""
    now = house.clock()
    stood = await store.delay_by_id(db, UUID(job.payload["delay"]))
    about = await addressed(db, UUID(job.payload["booking"]))
    if stood is None or about is None or about.card.starts_at <= now:
        return None
    delay, stands = stood
    newer = await store.delay_of(db, about.card.therapist_id, now)
    overtaken = not stands if job.topic == "visit.late" else newer is not None
    if overtaken or about.card.therapist_id != delay.therapist_id:
        return None
    return _Found(about, delay)


def _context(found: _Found, to: Addressee, kind: str) -> LateMail:
    say, _ = to.say, translations(to.lang).gettext
    starts = found.about.card.starts_at
    begins = starts + timedelta(minutes=found.delay.minutes)
    words = {
        "late": _("Your time today begins about %(time)s") % {"time": say.time(begins)},
        "on_time": _("Your time today is %(time)s, as booked") % {"time": say.time(starts)},
    }
    return LateMail(
        lang=to.lang,
        dir=LANGUAGES[to.lang],
        clinic=to.clinic.sender,
        phone=to.clinic.phone,
        kind=kind,
        subject=words[kind],
        booked=say.time(starts),
        begins=say.time(begins),
        minutes=found.delay.minutes,
        link=to.link,
    )


JOBS = dict.fromkeys(("visit.late", "visit.on_time"), late_mail)
