"""How an admin hears that a record was opened in an emergency: who did it and where to look, nothing of whose it is."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts import store as accounts
from server.accounts.store import Account
from server.clinic import store as clinics
from server.clinic.rules import Clinic
from server.house import House
from server.notify.mail import Letter
from server.outbox import Job
from server.patients.care import store
from server.templates import render_text, translations
from server.tongues import LANGUAGES

TOPIC = "record.glass_broken"


@dataclass(frozen=True)
class GlassMail:
    """mail/glass.html and mail/glass.txt"""

    lang: str
    dir: str
    clinic: str
    phone: str
    subject: str
    who: str
    link: str = field(repr=False)


async def tell(house: House, job: Job) -> None:
    """Tell one admin."""
    clinic_id, staff_id, glass_id = (UUID(job.payload[name]) for name in ("clinic", "staff", "glass"))

    async def work(db: AsyncSession) -> tuple[Clinic | None, Account | None, Account | None]:
        glass = await store.glass_of(db, clinic_id, glass_id)
        who = await accounts.account(db, glass.staff_id) if glass else None
        return await clinics.clinic_of(db, clinic_id), await accounts.account(db, staff_id), who

    clinic, admin, who = await house.db.read(work)
    if clinic and admin and who and not admin.disabled:
        await house.mailer.send(await _letter(house, job.id, clinic, admin, who))


async def _letter(house: House, job_id: UUID, clinic: Clinic, admin: Account, who: Account) -> Letter:
    lang = clinic.language if clinic.language in LANGUAGES else "en"
    _ = translations(lang).gettext
    words = GlassMail(
        lang=lang,
        dir=LANGUAGES[lang],
        clinic=clinic.sender,
        phone=clinic.phone,
        subject=_("A record was opened in an emergency"),
        who=who.name,
        link=f"{house.settings.base_url}/staff/clinic/emergency",
    )
    ring = await house.keys.clinic(clinic.id)
    return Letter(
        id=job_id,
        to=accounts.mail_of(ring, admin),
        subject=words.subject,
        text=render_text("mail/glass.txt", words, lang),
        html=render_text("mail/glass.html", words, lang),
        sender_name=clinic.sender,
        clinic_id=clinic.id,
        for_staff=True,
        lang=lang,
        link=words.link,
        discreet=clinic.discreet,
    )


JOBS = {TOPIC: tell}
