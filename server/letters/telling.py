"""How people hear that a letter is there: nothing of who wrote it, to whom, or what about; and one reminder."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncSession

from server import outbox
from server.accounts import store as accounts
from server.accounts.reach.store import Reach, phone_of, reach_of
from server.accounts.store import Account
from server.booking.acting.told import owners_of
from server.booking.reminders.knocking import tell_spaces
from server.clinic import store as clinics
from server.clinic.rules import Clinic
from server.house import House
from server.letters import store
from server.letters.people import team_of, told_of
from server.letters.rules import Thread
from server.letters.sending import LATE, NEW
from server.notify.mail import Letter
from server.notify.sms import Sms
from server.outbox import Job
from server.patients import store as patients
from server.patients.reaching import reached_by
from server.patients.telling import send
from server.templates import render_text, translations
from server.tongues import LANGUAGES
from server.visit.push.telling import tell_staff

REMIND = "letters.remind"
NEWS = timedelta(days=1)
"""How long an unopened letter is news at a device that was out of reach."""
PATIENTS, STAFF = "/me/letters", "/staff/letters"


@dataclass(frozen=True)
class LetterMail:
    """mail/letter.html and mail/letter.txt; `kind`: new | late"""

    lang: str
    dir: str
    clinic: str
    phone: str
    subject: str
    kind: str
    link: str = field(repr=False)


def mail_of(house: House, clinic: Clinic, lang: str, path: str, kind: str = "new") -> LetterMail:
    """What it says: that something is there, and where."""
    lang = lang if lang in LANGUAGES else "en"
    _ = translations(lang).gettext
    subject = (
        _("Something at the clinic waits for you") if kind == "late" else _("There is something new at the clinic")
    )
    return LetterMail(
        lang, LANGUAGES[lang], clinic.sender, clinic.phone, subject, kind, f"{house.settings.base_url}{path}"
    )


async def tell(house: House, job: Job) -> None:
    """Tell whom a new letter is for, as long as they have not opened it; or who was handed the thread."""
    thread, clinic = await _found(house, job)
    if thread is None or clinic is None:
        return
    to_patient, heir = (job.payload["to"] == one for one in ("patient", "heir"))
    if not heir and not await house.db.read(lambda db: store.unopened(db, [thread.id], staffs=to_patient)):
        return
    if to_patient:
        await _tell_patient(house, job, clinic, thread)
    else:
        await _tell_staff(house, job, clinic, thread, "new")


async def look_late(house: House, job: Job) -> None:
    """The time that was promised is over: whoever is to answer is reminded, once."""
    thread_id, now = UUID(job.payload["thread"]), house.clock()

    async def work(db: AsyncSession) -> None:
        if await store.remind(db, thread_id, now):
            outbox.add(db, REMIND, job.payload, now)

    await house.db.unit(work)


async def remind(house: House, job: Job) -> None:
    """Remind whoever is to answer now, unless it was answered meanwhile."""
    thread, clinic = await _found(house, job)
    if thread and clinic and thread.late(house.clock()):
        await _tell_staff(house, job, clinic, thread, "late")


async def _found(house: House, job: Job) -> tuple[Thread | None, Clinic | None]:
    clinic_id, thread_id = UUID(job.payload["clinic"]), UUID(job.payload["thread"])

    async def work(db: AsyncSession) -> tuple[Thread | None, Clinic | None]:
        return await store.thread_of(db, clinic_id, thread_id), await clinics.clinic_of(db, clinic_id)

    return await house.db.read(work)


async def _tell_patient(house: House, job: Job, clinic: Clinic, thread: Thread) -> None:
    """Everybody whose space shows all of the patient, each in the way that reaches them."""
    known = await patients.people(house.db, house.keys, clinic.id, [thread.patient_id])
    person = known.get(thread.patient_id)
    owners = await owners_of(house, clinic, person) if person else {}
    for number, person in enumerate(owners.values()):
        way = reached_by(house, person)
        words = mail_of(house, clinic, person.language, PATIENTS)
        if way:
            await send(house, uuid5(job.id, str(number)), clinic, person, way, "letter", words)
    now = house.clock()
    about = (thread.patient_id, {"until": (now + NEWS).isoformat()}, now, owners)
    await house.db.unit(lambda db: tell_spaces(db, clinic.id, *about))
    house.outbox.nudge()


async def _tell_staff(house: House, job: Job, clinic: Clinic, thread: Thread, kind: str) -> None:
    """By mail or text message, as each of them said that they are reached; and at browsers that agreed."""
    today = house.clock().astimezone(clinic.zone).date()

    async def work(db: AsyncSession) -> list[tuple[Account, Reach]]:
        who = told_of(thread, await team_of(db, clinic.id), today)
        reach = await reach_of(db, who)
        known = [await accounts.account(db, one) for one in who]
        return [(one, reach[one.id]) for one in known if one and not one.disabled]

    ring, words = await house.keys.clinic(clinic.id), mail_of(house, clinic, clinic.language, STAFF, kind)
    told = await house.db.read(work)
    for account, reach in told:
        about = (uuid5(job.id, account.id.hex), clinic, words, (account.name,))
        if "mail" in reach.ways:
            await house.mailer.send(_letter(*about, accounts.mail_of(ring, account)))
        elif "sms" in reach.ways:
            await house.texter.send(_text(*about, phone_of(ring, reach)))
    who = [account.id for account, _ in told]
    await house.db.unit(lambda db: tell_staff(db, clinic.id, who, {}, house.clock()))


def _letter(id_: UUID, clinic: Clinic, words: LetterMail, names: tuple[str, ...], to: str) -> Letter:
    text, html = (render_text(f"mail/letter.{kind}", words, words.lang) for kind in ("txt", "html"))
    return Letter(
        id=id_,
        to=to,
        subject=words.subject,
        text=text,
        html=html,
        sender_name=clinic.sender,
        clinic_id=clinic.id,
        for_staff=True,
        lang=words.lang,
        link=words.link,
        names=names,
        discreet=clinic.discreet,
    )


def _text(id_: UUID, clinic: Clinic, words: LetterMail, names: tuple[str, ...], to: str) -> Sms:
    return Sms(
        id=id_,
        to=to,
        words=f"{words.subject}. {words.link}",
        clinic_id=clinic.id,
        for_staff=True,
        lang=words.lang,
        link=words.link,
        names=names,
        discreet=clinic.discreet,
    )


JOBS = {NEW: tell, LATE: look_late, REMIND: remind}
