"""What a course of the made-up clinic asked its patient while nothing was booked."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from server.crypto import Keyring
from server.house import House
from server.measures import store
from server.measures.alone import store as alone
from server.measures.asking import version_to_ask
from server.measures.catalogue import shipped
from server.measures.sealed import seal_answer


async def add_asked(house: House, clinic_id: UUID, patient_id: UUID, course_id: UUID, *keys: str) -> None:
    """These measures, open in the patient's own space."""
    now = house.clock()

    async def work(db: AsyncSession) -> None:
        for key in keys:
            version = await version_to_ask(db, clinic_id, key, house)
            assert version, "it comes with the program"
            await alone.ask(db, (clinic_id, patient_id, course_id), key, version, now)

    await house.db.unit(work)


async def add_answered(
    house: House, ids: tuple[UUID, UUID, UUID], key: str, at: datetime, values: Sequence[int]
) -> None:  # fmt: skip
    """This measure, asked and answered to the end at this moment. `ids`: of clinic, patient and course; `values`: of
    its items in their order, 0 where there are no more.
    """
    clinic_id, patient_id, _ = ids
    ring = await house.keys.patient(clinic_id, patient_id)

    async def work(db: AsyncSession) -> None:
        version = await version_to_ask(db, clinic_id, key, house)
        assert version, "it comes with the program"
        await alone.ask(db, ids, key, version, at)
        await answer(db, ring, ids[:2], key, at, values)

    await house.db.unit(work)


async def answer(
    db: AsyncSession, ring: Keyring, ids: tuple[UUID, UUID], key: str, at: datetime, values: Sequence[int]
) -> None:  # fmt: skip
    """What is open of this measure, answered to the end. `ids`: of clinic and patient."""
    clinic_id, patient_id = ids
    mine = [one for one in await alone.open_of(db, clinic_id, patient_id) if one.key == key]
    for place, item in enumerate(shipped()[key].items):
        said, value = uuid4(), values[place] if place < len(values) else 0
        sealed = seal_answer(ring, clinic_id, said, value)
        await store.add_answer(db, store.SealedAnswer(said, mine[0].id, item.id, 1, at, sealed))
    await store.totalled(db, mine[0].id, at)
    await store.finish(db, mine[0].id, at)
