"""The morning after: the one who gets in touch is told, and so is the patient, without a word of why."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server import outbox
from server.accounts.reach.store import reach_of
from server.clinic import store as clinics
from server.clinic.rules import Clinic
from server.house import House
from server.moments import Speaker
from server.outbox import Job
from server.patients import store as patients
from server.patients.rules import Person
from server.patients.telling import LinkMail, lang_of, letter_of, link_mail, text_of
from server.safety.alerts.rules import Alert
from server.support.entering import token_of
from server.support.follow_up import store
from server.support.follow_up.store import TOPIC, FollowUp
from server.support.ladder.rules import KIND
from server.support.ladder.telling import SupportMail
from server.templates import translations
from server.tongues import LANGUAGES
from server.visit.calling import Call, find_call, send_call

STAFF, PATIENT = "support.follow_up_staff", "support.follow_up_patient"
PATH = "/staff/support/follow-ups"
FOLLOW_UP = "follow_up"
"""Stands where a step of the ladder stands else."""


async def due(house: House, job: Job) -> None:
    """Queue a message to each side, once; nothing where it is done, or not wanted any more."""
    now = house.clock()

    async def work(db: AsyncSession) -> None:
        one = await store.by_id(db, UUID(job.payload["follow_up"]))
        if one is None or not one.is_open or not await store.told(db, one.id, now):
            return
        await tell_staff(db, one, job)
        outbox.add(db, PATIENT, {"follow_up": one.id.hex}, now)

    async def tell_staff(db: AsyncSession, one: FollowUp, job: Job) -> None:
        for staff_id, reach in (await reach_of(db, [one.staff_id])).items():
            for way in reach.ways:
                outbox.add(db, STAFF, {"alert": one.id.hex, "staff": staff_id.hex, "way": way}, now)

    await house.db.unit(work)
    house.outbox.nudge()


async def to_staff(house: House, job: Job) -> None:
    """Tell who gets in touch."""
    found = await find_call(house, job, _still_open)
    if found:
        await send_call(house, job, found, "mail/support", words_of(house, found))


async def _still_open(db: AsyncSession, follow_up_id: UUID) -> Alert | None:
    """The task, told of as an alert is."""
    one = await store.by_id(db, follow_up_id)
    return Alert(one.id, one.clinic_id, KIND, one.ask_id, one.due_at) if one and one.is_open else None


def words_of(house: House, found: Call) -> SupportMail:
    """What the message to staff says."""
    say, _ = Speaker(found.clinic.zone, found.lang), translations(found.lang).gettext
    since = say.time(found.alert.begun_at)
    return SupportMail(
        lang=found.lang,
        dir=LANGUAGES[found.lang],
        clinic=found.clinic.sender,
        phone=found.clinic.phone,
        subject=_("Please get in touch with somebody today"),
        since=since,
        link=f"{house.settings.base_url}{PATH}",
        step=FOLLOW_UP,
    )


@dataclass(frozen=True)
class _Found:
    one: FollowUp
    clinic: Clinic


async def to_patient(house: House, job: Job) -> None:
    """Tell the patient that somebody is in touch today: by mail, or by text message to who gave a number alone."""
    found = await house.db.read(lambda db: _load(db, UUID(job.payload["follow_up"])))
    if found is None:
        return
    one, clinic = found.one, found.clinic
    person = (await patients.people(house.db, house.keys, clinic.id, [one.patient_id])).get(one.patient_id)
    if person is None:
        return
    link = f"{house.settings.base_url}/support/{token_of(house.keys, one.ask_id)}"
    context = touch_of(clinic, person, link)
    if person.mail:
        await house.mailer.send(letter_of(job.id, clinic, person, "touch", context))
    elif person.phone.startswith("+"):
        await house.texter.send(text_of(job.id, clinic, person, context))


def touch_of(clinic: Clinic, person: Person, link: str) -> LinkMail:
    """What the message to the patient says."""
    subject = translations(lang_of(person)).gettext("We are in touch with you today")
    return link_mail(clinic, person, subject, link)


async def _load(db: AsyncSession, follow_up_id: UUID) -> _Found | None:
    one = await store.by_id(db, follow_up_id)
    clinic = await clinics.clinic_of(db, one.clinic_id) if one else None
    return _Found(one, clinic) if one and clinic and one.is_open else None


JOBS = {TOPIC: due, STAFF: to_staff, PATIENT: to_patient}
