"""How others hear that a record was opened in an emergency: who did it and where to look, nothing of whose it is."""

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
from server.patients.care.store import Glass
from server.record.emergency.rules import Stands
from server.templates import render_text, translations
from server.tongues import LANGUAGES

TOPIC = "record.glass_broken"


@dataclass(frozen=True)
class GlassMail:
    """mail/glass.html and mail/glass.txt. `stands`: as what its reader is told."""

    lang: str
    dir: str
    clinic: str
    phone: str
    subject: str
    who: str
    stands: Stands
    link: str = field(repr=False)


async def tell(house: House, job: Job) -> None:
    """Tell one of them."""
    clinic_id, staff_id, glass_id = (UUID(job.payload[name]) for name in ("clinic", "staff", "glass"))

    async def work(db: AsyncSession) -> tuple[Clinic | None, Account | None, Glass | None, Account | None]:
        glass = await store.glass_of(db, clinic_id, glass_id)
        who = await accounts.account(db, glass.staff_id) if glass else None
        return await clinics.clinic_of(db, clinic_id), await accounts.account(db, staff_id), glass, who

    clinic, reader, glass, who = await house.db.read(work)
    stands = Stands(job.payload.get("stands", Stands.ADMIN))
    if clinic and reader and glass and who and not reader.disabled:
        link = f"{house.settings.base_url}{_place(stands, glass)}"
        await house.mailer.send(await _letter(house, job.id, clinic, reader, (who.name, stands, link)))


def _place(stands: Stands, glass: Glass) -> str:
    """Where its reader sees more of it."""
    if stands is Stands.ADMIN:
        return "/staff/clinic/emergency"
    return f"/staff/emergency/{glass.id}" if stands is Stands.TREATS else "/staff"


async def _letter(
    house: House, job_id: UUID, clinic: Clinic, reader: Account, about: tuple[str, Stands, str]
) -> Letter:
    who, stands, link = about
    lang = clinic.language if clinic.language in LANGUAGES else "en"
    _ = translations(lang).gettext
    words = GlassMail(
        lang=lang,
        dir=LANGUAGES[lang],
        clinic=clinic.sender,
        phone=clinic.phone,
        subject=_("A record was opened in an emergency"),
        who=who,
        stands=stands,
        link=link,
    )
    ring = await house.keys.clinic(clinic.id)
    return Letter(
        id=job_id,
        to=accounts.mail_of(ring, reader),
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
