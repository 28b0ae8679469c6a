"""A course of TMS that was locked by a press four minutes ago."""

from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from server.clinic.rules import Clinic
from server.home.demo_clinic.course import GIVEN, halfway
from server.house import House
from server.programmes import store
from server.programmes.course import Entry, Key
from server.programmes.questions import Verdict
from server.programmes.sealed import seal_answers
from tests.e2e.people import NOW


async def locked(house: House, clinic: Clinic, patient_id: UUID, staff_id: UUID) -> UUID:
    """Its id."""
    course_id = await halfway(house, clinic, patient_id, staff_id, NOW)
    key, row_id = await house.keys.patient(clinic.id, patient_id), uuid4()
    pressed = Entry(Key("seizure", GIVEN), NOW - timedelta(minutes=4), Verdict.STOP, staff_id)

    async def work(db: AsyncSession) -> None:
        row = await store.course_of(db, clinic.id, course_id)
        assert row
        await store.add_entry(db, row, row_id, pressed, seal_answers(key, clinic.id, row_id, {}), pressed.at)

    await house.db.unit(work)
    return course_id
