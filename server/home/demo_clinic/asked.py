"""What a course of the made-up clinic asked its patient while nothing was booked."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.house import House
from server.measures.alone import store as alone
from server.measures.asking import version_to_ask


async def add_asked(house: House, clinic_id: UUID, patient_id: UUID, course_id: UUID, *keys: str) -> None:
    """These measures, open in the patient's own space."""
    now = house.clock()

    async def work(db: AsyncSession) -> None:
        for key in keys:
            version = await version_to_ask(db, clinic_id, key, house)
            assert version, "it comes with the program"
            await alone.ask(db, (clinic_id, patient_id, course_id), key, version, now)

    await house.db.unit(work)
