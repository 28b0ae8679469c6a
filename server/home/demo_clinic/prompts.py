"""A question of the made-up clinic's own, which its clinician confirmed."""

from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from server.clinic.confirming.store import confirm
from server.house import House
from server.record.prompts import store
from server.record.prompts.rules import Rule
from server.record.prompts.store import Kept
from server.record.prompts.topics import key_of, version

ASKS = Rule("Talk about whether the mood sheet is still of use", measure="phq9", above=5, days=60)


async def add_prompt(house: House, clinic_id: UUID, staff_id: UUID) -> UUID:
    """Its id. The name of a medicine or of a dose stands in no such question."""
    one = Kept(uuid4(), 1, ASKS, staff_id, house.clock())

    async def work(db: AsyncSession) -> None:
        assert await store.write(db, clinic_id, one)
        await confirm(db, clinic_id, key_of(one), version(one), staff_id, house.clock())

    await house.db.unit(work)
    return one.prompt_id
