"""How somebody of the clinic is told that an answer needs a person: without a name or a word of what it is."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts import store as accounts
from server.accounts.reach.store import Reach, phone_of, reach_of
from server.accounts.store import Account
from server.clinic import store as clinics
from server.clinic.rules import Clinic
from server.house import House
from server.measures.risk.rules import URGENT
from server.moments import Speaker
from server.notify.mail import Letter
from server.notify.sms import Sms
from server.outbox import Job
from server.safety.alerts.rules import Alert
from server.templates import LANGUAGES, render_text, translations
from server.visit.risk.kind import still_calls
from server.visit.risk.rules import TOPIC


@dataclass(frozen=True)
class Call:
    """Whom a message calls, and about what."""

    alert: Alert
    clinic: Clinic
    account: Account
    reach: Reach


@dataclass(frozen=True)
class RiskMail:
    """mail/risk.html and mail/risk.txt"""

    lang: str
    dir: str
    clinic: str
    phone: str
    subject: str
    since: str
    link: str = field(repr=False)


async def call(house: House, job: Job) -> None:
    """Send one message, unless somebody has answered meanwhile."""
    found = await house.db.read(lambda db: _load(db, job))
    if found is None:
        return
    lang = found.clinic.language if found.clinic.language in LANGUAGES else "en"
    words = _words(house, found, lang)
    ring = await house.keys.clinic(found.clinic.id)
    if job.payload["way"] == "sms":
        number = phone_of(ring, found.reach)
        await house.texter.send(Sms(job.id, number, f"{words.subject}. {words.link}", found.clinic.id, for_staff=True))
        return
    await house.mailer.send(
        Letter(
            id=job.id,
            to=accounts.mail_of(ring, found.account),
            subject=words.subject,
            text=render_text("mail/risk.txt", words, lang),
            html=render_text("mail/risk.html", words, lang),
            sender_name=found.clinic.sender,
            clinic_id=found.clinic.id,
            for_staff=True,
            lang=lang,
            link=words.link,
            discreet=found.clinic.discreet,
        )
    )


async def _load(db: AsyncSession, job: Job) -> Call | None:
    alert = await still_calls(db, UUID(job.payload["alert"]))
    if alert is None:
        return None
    staff_id = UUID(job.payload["staff"])
    account, clinic = await accounts.account(db, staff_id), await clinics.clinic_of(db, alert.clinic_id)
    reach = (await reach_of(db, [staff_id]))[staff_id]
    if account is None or account.disabled or clinic is None or job.payload["way"] not in reach.ways:
        return None
    return Call(alert, clinic, account, reach)


def _words(house: House, found: Call, lang: str) -> RiskMail:
    say, _ = Speaker(found.clinic.zone, lang), translations(lang).gettext
    since = say.time(found.alert.begun_at)
    urgent, usual = (
        _("Please look at once: somebody needs you since %(since)s"),
        _("Somebody needs you since %(since)s"),
    )
    return RiskMail(
        lang=lang,
        dir=LANGUAGES[lang],
        clinic=found.clinic.sender,
        phone=found.clinic.phone,
        subject=(urgent if found.alert.kind == URGENT else usual) % {"since": since},
        since=since,
        link=f"{house.settings.base_url}/staff/risk/{found.alert.id}",
    )


JOBS = {TOPIC: call}
