"""A reminder as it leaves, by mail or by message: a time and a link, no name and no word of why.

Everything is read again at this moment: what was cancelled, moved or has begun reminds nobody.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.deadlines import MAY_CANCEL, Change, may_cancel, may_move
from server.booking.mails import Facts, Reader, facts_of, how_of, letter_id, names_of, patient_readers, what_of, when
from server.booking.reminders import store
from server.booking.reminders.rules import Reach, ReminderRules, Way, still_goes, ways_of
from server.booking.rules import BookingCard
from server.house import House
from server.moments import Speaker
from server.notify.mail import Letter
from server.notify.sms import Sms
from server.outbox import Job
from server.templates import render_text, translations
from server.tongues import LANGUAGES

IsHere = Callable[[AsyncSession, BookingCard], Awaitable[bool]]
"""Whether the patient of a booking has come in for its present start."""


@dataclass(frozen=True)
class ReminderMail:
    """The context of mail/reminder.html and mail/reminder.txt."""

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
    minutes: int
    what: str
    how: str
    confirmed: bool
    may_change: bool
    may_cancel: bool
    link: str = field(repr=False)


@dataclass(frozen=True)
class _Found:
    facts: Facts
    rules: ReminderRules
    confirmed: bool


async def remind(house: House, is_here: IsHere, job: Job) -> None:
    """Send one reminder by one way, unless it is void by now, left already, or is not this person's way."""
    reminder_id, way = UUID(job.payload["reminder"]), Way(job.payload["way"])
    if way is Way.PUSH:  # others knock at browsers
        return
    found = await house.db.read(lambda db: _load(db, house, is_here, reminder_id, way))
    readers = await patient_readers(house, found.facts) if found else []
    if found is None:
        return
    by_it = [one for one in readers if way in ways_of(found.rules, Reach(one.mail, one.phone))]
    for reader in by_it:
        letter = letter_id(job.id, reader)
        if way is Way.MAIL:
            context = context_of(house, found.facts, reader, found.confirmed)
            await house.mailer.send(_letter(letter, found, reader, context))
        else:
            await house.texter.send(_message(letter, found.facts, reader))
    if by_it:
        await house.db.unit(lambda db: store.keep_send(db, reminder_id, way, house.clock()))


async def _load(db: AsyncSession, house: House, is_here: IsHere, reminder_id: UUID, way: Way) -> _Found | None:
    about = await store.reminder_of(db, reminder_id)
    if about is None or await store.was_sent(db, reminder_id, way):
        return None
    booking_id, starts_at = about
    facts = await facts_of(db, booking_id)
    if facts is None:
        return None
    here = await is_here(db, facts.card)
    if not still_goes(starts_at, facts.card, is_here=here, now=house.clock()):
        return None
    confirmed = await store.confirmed(db, {booking_id: starts_at})
    return _Found(facts, await store.rules_of(db, facts.clinic.id), bool(confirmed))


def context_of(house: House, facts: Facts, reader: Reader, confirmed: bool) -> ReminderMail:
    """What the mail says to this reader."""
    card, clinic, say = facts.card, facts.clinic, reader.say
    return ReminderMail(
        lang=say.language,
        dir=LANGUAGES[say.language],
        clinic=clinic.sender,
        phone=clinic.phone,
        subject=_subject(say, facts),
        **when(say, clinic.zone, card.starts_at),
        minutes=card.minutes,
        what=what_of(facts, reader),
        how=how_of(facts, reader),
        confirmed=confirmed,
        may_change=may_move(card, clinic.policy, house.clock()) is Change.ALLOWED,
        may_cancel=may_cancel(card, clinic.policy, house.clock()) in MAY_CANCEL,
        link=reader.link,
    )


def _subject(say: Speaker, facts: Facts) -> str:
    _ = translations(say.language).gettext
    at = facts.card.starts_at
    return _("Reminder: %(day)s, %(time)s") % {"day": say.day(at), "time": say.time(at)}


def words_of(facts: Facts, reader: Reader) -> str:
    """The same as a text message."""
    say, _, at = reader.say, translations(reader.say.language).gettext, facts.card.starts_at
    words = _("%(clinic)s: your time is %(day)s, %(time)s (in %(place)s). Confirm, move or cancel: %(link)s")
    told = {"clinic": facts.clinic.sender, "day": say.day(at), "time": say.time(at), "place": say.place}
    return words % {**told, "link": f"{reader.link}/confirm"}


def _message(job_id: UUID, facts: Facts, reader: Reader) -> Sms:
    return Sms(
        id=job_id,
        to=reader.phone,
        words=words_of(facts, reader),
        clinic_id=facts.clinic.id,
        lang=reader.say.language,
        link=reader.link,
        names=names_of(facts, reader),
        discreet=facts.clinic.discreet,
    )


def _letter(job_id: UUID, found: _Found, reader: Reader, context: ReminderMail) -> Letter:
    return Letter(
        id=job_id,
        to=reader.mail,
        subject=context.subject,
        text=render_text("mail/reminder.txt", context, context.lang),
        html=render_text("mail/reminder.html", context, context.lang),
        sender_name=found.facts.clinic.sender,
        clinic_id=found.facts.clinic.id,
        lang=context.lang,
        link=reader.link,
        names=names_of(found.facts, reader),
        discreet=found.facts.clinic.discreet,
    )


def reminder_jobs(is_here: IsHere) -> dict[str, Callable[[House, Job], Awaitable[None]]]:
    """Topic -> handler."""

    async def handle(house: House, job: Job) -> None:
        await remind(house, is_here, job)

    return {store.TOPIC: handle}
