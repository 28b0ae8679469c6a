"""The letter to the therapist who had a booking before a move gave it to a colleague: their own time is free again."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts import store as accounts
from server.accounts.store import Account
from server.booking import store
from server.booking.ics import Invitation, written
from server.booking.rules import BookingCard
from server.clinic import store as clinics
from server.clinic.rules import Clinic
from server.house import House
from server.moments import Speaker
from server.notify.mail import Letter
from server.outbox import Job
from server.templates import render_text, translations
from server.tongues import LANGUAGES

TOPIC = "booking.passed_on"


@dataclass(frozen=True)
class PassedOnMail:
    """The context of mail/passed_on.html and mail/passed_on.txt."""

    lang: str
    dir: str
    clinic: str
    phone: str
    subject: str
    day: str
    time: str
    where: str
    link: str = field(repr=False)


@dataclass(frozen=True)
class _Facts:
    card: BookingCard
    clinic: Clinic
    account: Account
    was: datetime


async def passed_on(house: House, job: Job) -> None:
    """Send it, unless a later change has overtaken it; it ends the entry in their calendar."""
    booking_id, who = UUID(job.payload["booking"]), UUID(job.payload["therapist"])
    facts = await house.db.read(lambda db: _load(db, booking_id, who, job.payload.get("was", "")))
    if facts is None or facts.card.sequence != job.payload["sequence"] or facts.account.disabled:
        return
    address = accounts.mail_of(await house.keys.clinic(facts.clinic.id), facts.account)
    if not address:
        return
    context = _context(house, facts)
    await house.mailer.send(
        Letter(
            id=job.id,
            to=address,
            subject=context.subject,
            text=render_text("mail/passed_on.txt", context, context.lang),
            html=render_text("mail/passed_on.html", context, context.lang),
            sender_name=facts.clinic.sender,
            clinic_id=facts.clinic.id,
            for_staff=True,
            lang=context.lang,
            link=context.link,
            discreet=facts.clinic.discreet,
            calendar=written(_ended(house, facts, context, address)),
            method="CANCEL",
        )
    )


async def _load(db: AsyncSession, booking_id: UUID, who: UUID, was: str) -> _Facts | None:
    card = await store.booking_for_visit(db, booking_id)
    clinic = await clinics.clinic_of(db, card.clinic_id) if card else None
    account = await accounts.account(db, who)
    if card is None or clinic is None or account is None:
        return None
    # Who goes away hands over the time as it is; a move gave it another one.
    before = datetime.fromisoformat(was) if was else card.moved_from or card.starts_at
    return _Facts(card, clinic, account, before)


def _context(house: House, facts: _Facts) -> PassedOnMail:
    clinic = facts.clinic
    language = clinic.language if clinic.language in LANGUAGES else "en"
    say, _ = Speaker(clinic.zone, language, house.clock()), translations(language).gettext
    was = facts.was
    subject = _("With a colleague now: %(day)s, %(time)s") % {"day": say.day(was), "time": say.time(was)}
    link = f"{house.settings.base_url}/staff"
    sender = clinic.sender
    return PassedOnMail(
        language, LANGUAGES[language], sender, clinic.phone, subject, say.day(was), say.time(was), say.place, link
    )


def _ended(house: House, facts: _Facts, context: PassedOnMail, address: str) -> Invitation:
    card = facts.card
    was = facts.was
    return Invitation(
        uid=card.id,
        sequence=card.sequence,
        starts_at=was,
        ends_at=was + (card.ends_at - card.starts_at),
        zone=facts.clinic.zone,
        summary=translations(context.lang).gettext("Appointment"),
        words=context.subject,
        url=context.link,
        organizer=(facts.clinic.sender, house.settings.sender),
        attendee=("" if facts.clinic.discreet else facts.account.name, address),
        method="CANCEL",
        cancelled=True,
        stamp=house.clock(),
    )


JOBS = {TOPIC: passed_on}
