"""How somebody of the clinic is called to a person: by mail or text message, as they said that they are reached.

What calls (a wait, an answer) says in which words, and until when it still matters.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts import store as accounts
from server.accounts.reach.store import Reach, phone_of, reach_of
from server.accounts.store import Account
from server.clinic import store as clinics
from server.clinic.rules import Clinic
from server.house import House
from server.notify.mail import Letter
from server.notify.sms import Sms
from server.outbox import Job
from server.safety.alerts.rules import Alert
from server.templates import render_text
from server.tongues import LANGUAGES

StillCalls = Callable[[AsyncSession, UUID], Awaitable[Alert | None]]


@dataclass(frozen=True)
class Call:
    """Whom a message calls, and about what."""

    alert: Alert
    clinic: Clinic
    account: Account
    reach: Reach

    @property
    def lang(self) -> str:
        return self.clinic.language if self.clinic.language in LANGUAGES else "en"


@dataclass(frozen=True)
class CallMail:
    """What every such mail says; its template may ask for more."""

    lang: str
    dir: str
    clinic: str
    phone: str
    subject: str
    since: str
    link: str = field(repr=False)


async def find_call(house: House, job: Job, still_calls: StillCalls) -> Call | None:
    """Whom a job calls; None when nothing calls any more, or they are not to be reached that way any more."""

    async def work(db: AsyncSession) -> Call | None:
        alert = await still_calls(db, UUID(job.payload["alert"]))
        if alert is None:
            return None
        staff_id = UUID(job.payload["staff"])
        account, clinic = await accounts.account(db, staff_id), await clinics.clinic_of(db, alert.clinic_id)
        reach = (await reach_of(db, [staff_id]))[staff_id]
        if account is None or account.disabled or clinic is None or job.payload["way"] not in reach.ways:
            return None
        return Call(alert, clinic, account, reach)

    return await house.db.read(work)


async def send_call(house: House, job: Job, call: Call, template: str, words: CallMail) -> None:
    """Send these words: as a text message the subject and the link, as a mail by `template` (.txt and .html)."""
    ring = await house.keys.clinic(call.clinic.id)
    if job.payload["way"] == "sms":
        said = f"{words.subject}. {words.link}"
        await house.texter.send(Sms(job.id, phone_of(ring, call.reach), said, call.clinic.id, for_staff=True))
        return
    await house.mailer.send(
        Letter(
            id=job.id,
            to=accounts.mail_of(ring, call.account),
            subject=words.subject,
            text=render_text(f"{template}.txt", words, call.lang),
            html=render_text(f"{template}.html", words, call.lang),
            sender_name=call.clinic.sender,
            clinic_id=call.clinic.id,
            for_staff=True,
            lang=call.lang,
            link=words.link,
            discreet=call.clinic.discreet,
        )
    )
