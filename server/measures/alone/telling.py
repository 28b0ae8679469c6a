"""How a patient hears that they are asked something where no booking does: once, and nothing of what it is."""

from datetime import datetime, timedelta
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncSession

from server import outbox
from server.booking.acting.told import owners_of
from server.booking.reminders.knocking import tell_spaces
from server.booking.reminders.store import rules_of
from server.clinic import store as clinics
from server.clinic.rules import Clinic
from server.house import House
from server.measures.alone.store import open_of
from server.moments import known_zone
from server.outbox import Job
from server.patients import store as patients
from server.patients.reaching import reached_by
from server.patients.rules import Person
from server.patients.telling import LinkMail, lang_of, link_mail, send
from server.templates import translations

ASKED = "course.asked"
"""Of what is asked every week too; the name is from when courses alone did."""
NEWS = timedelta(days=1)
"""How long it is news at a device that was out of reach."""
PAGE = "/me"


async def tell(house: House, job: Job) -> None:
    """Tell whose space it stands in, unless they began or it is not wanted any more; never in quiet hours."""
    clinic_id, patient_id, now = UUID(job.payload["clinic"]), UUID(job.payload["patient"]), house.clock()
    found = await house.db.read(lambda db: _waits(db, clinic_id, patient_id))
    person = (await patients.people(house.db, house.keys, clinic_id, [patient_id])).get(patient_id)
    if found is None or person is None:
        return
    clinic, quiet_hours = found, (await house.db.read(lambda db: rules_of(db, clinic_id))).quiet
    if quiet := quiet_hours.around(now, known_zone(person.zone) or clinic.zone):
        await house.db.unit(lambda db: _later(db, job, quiet[1], house))
        return
    owners = await owners_of(house, clinic, person)
    for number, one in enumerate(owners.values()):
        if way := reached_by(house, one):
            await send(house, uuid5(job.id, str(number)), clinic, one, way, "asked", mail_of(house, clinic, one))
    about = (patient_id, {"until": (now + NEWS).isoformat()}, now, owners)
    await house.db.unit(lambda db: tell_spaces(db, clinic.id, *about))
    house.outbox.nudge()


async def _waits(db: AsyncSession, clinic_id: UUID, patient_id: UUID) -> Clinic | None:
    """The clinic, while something is asked of which nothing was answered."""
    rows = await open_of(db, clinic_id, patient_id)
    return await clinics.clinic_of(db, clinic_id) if any(row.begun_at is None for row in rows) else None


async def _later(db: AsyncSession, job: Job, at: datetime, house: House) -> None:
    outbox.add(db, ASKED, job.payload, house.clock(), due_at=at)


def mail_of(house: House, clinic: Clinic, person: Person) -> LinkMail:
    """What it says."""
    subject = translations(lang_of(person)).gettext("There are a few questions for you")
    link = f"{house.settings.base_url}{PAGE}"
    return link_mail(clinic, person, subject, link)


JOBS = {ASKED: tell}
