"""How a patient hears that their therapist is away: by mail, by text message, or by somebody who rings."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.mails import when
from server.house import House
from server.outbox import Job
from server.templates import translations
from server.tongues import LANGUAGES
from server.visit.addressee import Addressed, Addressee, addressed, addressees_of, by_text, send_letter, send_text
from server.visit.away import store
from server.visit.away.rules import Became, Told
from server.visit.away.steps import TOPIC
from server.visit.away.store import Outcome


@dataclass(frozen=True)
class AwayMail:
    """mail/away.html and mail/away.txt"""

    lang: str
    dir: str
    clinic: str
    phone: str
    subject: str
    day: str
    time: str
    where: str
    there: str
    place: str
    link: str = field(repr=False)


async def tell(house: House, job: Job) -> None:
    """Tell one patient, unless it was taken back in time or the booking has changed since."""
    away_id, booking_id = UUID(job.payload["away"]), UUID(job.payload["booking"])
    if not await house.db.unit(lambda db: store.begin_telling(db, away_id, house.clock())):
        return
    found = await house.db.read(lambda db: _load(db, away_id, booking_id))
    if found is None:
        return
    outcome, about = found
    ways = [await _send(house, job.id, to, about, outcome.became) for to in await addressees_of(house, about)]
    if not ways:
        return
    told = next(way for way in Told if way in ways)
    await house.db.unit(lambda db: store.note_told(db, away_id, booking_id, told, house.clock()))
    await house.live.changed(f"day:{about.clinic.id}")


async def _load(db: AsyncSession, away_id: UUID, booking_id: UUID) -> tuple[Outcome, Addressed] | None:
    outcome = next((one for one in await store.outcomes(db, away_id) if one.booking_id == booking_id), None)
    about = await addressed(db, booking_id, cancelled=True)
    if outcome is None or about is None or about.card.sequence != outcome.sequence:
        return None
    return outcome, about


async def _send(house: House, job_id: UUID, to: Addressee, about: Addressed, became: Became) -> Told:
    words = _words(to, about, became)
    if to.person.mail:
        if became is Became.COLLEAGUE:  # of a cancelled time the booking's own letter tells, with its calendar entry
            await send_letter(house, job_id, to, "away", words)
        return Told.MAIL if house.mailer.sends else Told.CALL
    await send_text(house, job_id, to, words.subject)
    return Told.SMS if by_text(to) and house.texter.sends else Told.CALL


def _words(to: Addressee, about: Addressed, became: Became) -> AwayMail:
    _ = translations(to.lang).gettext
    at = when(to.say, about.clinic.zone, about.card.starts_at)
    if became is Became.COLLEAGUE:
        subject = _("Your time on %(day)s, %(time)s stays; somebody else will be there for you") % at
    else:
        subject = _("Your time on %(day)s, %(time)s cannot be kept. Choose another on your page") % at
    clinic = to.clinic
    return AwayMail(to.lang, LANGUAGES[to.lang], clinic.sender, clinic.phone, subject, **at, link=to.link)


JOBS = {TOPIC: tell}
