"""How somebody of the clinic is told that a person waits: by mail or text message, without a name or a word of why."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts import store as accounts
from server.accounts.reach.store import Reach, phone_of, reach_of
from server.accounts.store import Account
from server.clinic import store as clinics
from server.clinic.rules import Clinic
from server.house import House
from server.moments import Speaker
from server.notify.mail import Letter
from server.notify.sms import Sms
from server.outbox import Job
from server.safety.alerts.rules import Alert
from server.templates import LANGUAGES, render_text, translations
from server.visit.ladder.kind import TOPIC, still_quiet


@dataclass(frozen=True)
class Call:
    """Whom a message calls, and about what."""

    alert: Alert
    clinic: Clinic
    account: Account
    reach: Reach


@dataclass(frozen=True)
class WaitingMail:
    """mail/waiting.html and mail/waiting.txt; `rung` is therapist or colleague"""

    lang: str
    dir: str
    clinic: str
    phone: str
    rung: str
    subject: str
    since: str
    link: str = field(repr=False)


async def call(house: House, job: Job) -> None:
    """Send one message, unless nobody waits any more or somebody has answered meanwhile."""
    found = await house.db.read(lambda db: _load(db, house, job))
    if found is None:
        return
    lang = found.clinic.language if found.clinic.language in LANGUAGES else "en"
    words = _words(house, found, str(job.payload["rung"]), lang)
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
            text=render_text("mail/waiting.txt", words, lang),
            html=render_text("mail/waiting.html", words, lang),
            sender_name=found.clinic.sender,
            clinic_id=found.clinic.id,
            for_staff=True,
            lang=lang,
            link=words.link,
            discreet=found.clinic.discreet,
        )
    )


async def _load(db: AsyncSession, house: House, job: Job) -> Call | None:
    alert = await still_quiet(db, UUID(job.payload["alert"]), house.clock())
    if alert is None:
        return None
    staff_id = UUID(job.payload["staff"])
    account, clinic = await accounts.account(db, staff_id), await clinics.clinic_of(db, alert.clinic_id)
    reach = (await reach_of(db, [staff_id]))[staff_id]
    if account is None or account.disabled or clinic is None or job.payload["way"] not in reach.ways:
        return None
    return Call(alert, clinic, account, reach)


def _words(house: House, found: Call, rung: str, lang: str) -> WaitingMail:
    say, _ = Speaker(found.clinic.zone, lang), translations(lang).gettext
    since = say.time(found.alert.begun_at)
    subjects = {
        "therapist": _("Somebody is in the waiting room since %(since)s"),
        "colleague": _("Somebody waits since %(since)s and nobody has answered"),
    }
    return WaitingMail(
        lang=lang,
        dir=LANGUAGES[lang],
        clinic=found.clinic.sender,
        phone=found.clinic.phone,
        rung=rung,
        subject=subjects[rung] % {"since": since},
        since=since,
        link=f"{house.settings.base_url}/staff",
    )


JOBS = {TOPIC: call}
