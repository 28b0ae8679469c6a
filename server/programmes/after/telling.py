"""The words for the way home: to the patient by their way, and to who takes them home where both agreed to it.

They say what not to do until tomorrow, and nothing of why.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
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
from server.programmes.after.rules import Why, escort_of
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
    told: 'tomorrow' would not be true any more. The page of the course says so.
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
    is_escort = told["to"] == after.ESCORT
    whom = await _escort(house, row, clinic, person, told, now) if is_escort else person
    way = reached_by(house, whom, Way.SMS if is_escort else Way.MAIL) if whom else None
    if whom is None or way is None:
        return
    if over.astimezone(clinic.zone).date() != now.astimezone(clinic.zone).date():
        about = (told["step"], told["session"])
        await house.db.unit(lambda db: after.settle(db, row, about, Why.UNTOLD, now))
        return
    await send(house, job.id, clinic, whom, way, "home", home_of(house, clinic, person, escort=is_escort))


async def _escort(
    house: House, row: Row, clinic: Clinic, patient: Person, told: Mapping[str, Any], now: datetime
) -> Person | None:
    """Who takes them home, as somebody to write to in the patient's language: nobody knows the other's."""
    one = await opened(house, row, clinic.zone, now)
    step = one.standing.programme.definition.by_id[told["step"]]
    escort = escort_of(step, before(one, told["session"]))
    return replace(patient, mail=escort.mail, phone=escort.phone) if escort else None


def home_of(house: House, clinic: Clinic, person: Person, *, escort: bool = False) -> HomeMail:
    """What it says, with nobody's name; a link leads the patient alone anywhere, since the clinic's own page says what
    it gives.
    """
    lang = lang_of(person)
    _ = translations(lang).gettext
    subject = (
        _("Nobody you take home should drive until tomorrow") if escort else _("Please do not drive until tomorrow")
    )
    link = "" if escort else f"{house.settings.base_url}/me"
    return HomeMail(lang, LANGUAGES[lang], clinic.sender, clinic.phone, subject, link, escort)


JOBS = {after.MEETING: book_meeting, after.HOME: tell_home}
