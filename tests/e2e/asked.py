"""A patient of a course who has nothing booked, and whom the course asks in their own space."""

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from server.clinic.rules import Clinic
from server.home.demo_clinic.asked import add_asked
from server.home.demo_clinic.course import halfway
from server.house import House
from server.patients import store as patients
from server.patients.rules import Person
from server.patients.space import knocking
from server.patients.space import store as spaces
from server.patients.space.door import COOKIE
from server.patients.space.rules import By
from tests.e2e.people import NOW

TOKEN = "u" * 43


async def add_unbooked(house: House, clinic: Clinic, therapist: UUID) -> tuple[UUID, list[dict[str, Any]]]:
    """Their id, and the cookies of the browser in which their space is open."""
    patient_id, space_id = uuid4(), uuid4()
    key = await house.keys.make_patient(clinic.id, patient_id, NOW)
    person = Person(patient_id, "Mika Sand", "mika.sand@example.org")
    row = patients.sealed(await house.keys.clinic(clinic.id), key, person, NOW)

    async def work(db: AsyncSession) -> None:
        await patients.add(db, row)
        who = (clinic.id, patient_id, None)
        code_id = await knocking.hand_over(db, b"secret", "k7qmx3pd8", who, therapist, NOW)
        await spaces.add_space(db, clinic.id, NOW, space_id)
        await spaces.add_member(db, space_id, patient_id, None, code_id, NOW)
        await spaces.begin_login(db, space_id, TOKEN, NOW, "Safari, iPhone", By.CODES, own=True)

    await house.db.unit(work)
    course_id = await halfway(house, clinic, patient_id, therapist, NOW)
    await add_asked(house, clinic.id, patient_id, course_id, "phq9", "gad7")
    return patient_id, [{"name": COOKIE, "value": TOKEN, "url": house.settings.base_url}]
