"""The words for the way home: to the patient by their way, and to who takes them home where both agreed to it.

They say what not to do until tomorrow, and nothing of why.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.clinic import store as clinics
from server.clinic.rules import Clinic
from server.house import House
from server.outbox import Job
from server.patients import store as patients
from server.patients.reaching import reached_by
from server.patients.rules import Person
from server.patients.space.rules import Way
from server.patients.telling import lang_of, send
from server.programmes import store
from server.programmes.after import store as after
from server.programmes.after.meeting import book_meeting
from server.programmes.after.rules import Escort, escort_of
from server.programmes.baseline import before
from server.programmes.keeping import opened
from server.programmes.store import Row
from server.templates import translations
from server.tongues import LANGUAGES


@dataclass(frozen=True)
class HomeMail:
    """mail/home.html and mail/home.txt; `escort`: it is for who takes somebody home."""

    lang: str
    dir: str
    clinic: str
    phone: str
    subject: str
    link: str = field(repr=False)
    escort: bool = False


async def tell_home(house: House, job: Job) -> None:
    """Send them to one of the two, `to`; again is the same message. On another day than that of the session nobody is
    told: 'tomorrow' would not be true any more.
    """
    told, now = job.payload, house.clock()
    clinic_id, course_id = UUID(told["clinic"]), UUID(told["course"])

    async def load(db: AsyncSession) -> tuple[Row | None, Clinic | None]:
        return await store.course_of(db, clinic_id, course_id), await clinics.clinic_of(db, clinic_id)

    row, clinic = await house.db.read(load)
    known = await patients.people(house.db, house.keys, clinic_id, [row.patient_id]) if row else {}
    person = known.get(row.patient_id) if row else None
    if row is None or clinic is None or person is None:
        return
    over = datetime.fromisoformat(told["over"])
    if over.astimezone(clinic.zone).date() != now.astimezone(clinic.zone).date():
        return
    if told["to"] == after.PATIENT:
        if way := reached_by(house, person, Way.MAIL):
            await send(house, job.id, clinic, person, way, "home", home_of(house, clinic, person))
        return
    one = await opened(house, row, clinic.zone, now)
    step = one.standing.programme.definition.by_id[told["step"]]
    if escort := escort_of(step, before(one, told["session"])):
        await _tell_escort(house, job, clinic, person, escort)


async def _tell_escort(house: House, job: Job, clinic: Clinic, patient: Person, escort: Escort) -> None:
    """In the patient's language: nobody knows the other's. No name stands in it."""
    other = replace(patient, mail=escort.mail, phone=escort.phone)
    if way := reached_by(house, other, Way.SMS):
        words = home_of(house, clinic, patient, escort=True)
        await send(house, job.id, clinic, other, way, "home", words)


def home_of(house: House, clinic: Clinic, person: Person, *, escort: bool = False) -> HomeMail:
    """What it says; a link leads the patient alone anywhere, since the clinic's own page says what it gives."""
    lang = lang_of(person)
    _ = translations(lang).gettext
    subject = (
        _("Nobody you take home should drive until tomorrow") if escort else _("Please do not drive until tomorrow")
    )
    link = "" if escort else f"{house.settings.base_url}/me"
    return HomeMail(lang, LANGUAGES[lang], clinic.sender, clinic.phone, subject, link, escort)


JOBS = {after.MEETING: book_meeting, after.HOME: tell_home}
