"""Letters of the patient who has a home: one answered, one that waits, one closed; and one of somebody else, late."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.clinic.rules import Clinic
from server.home.demo_clinic.letters import ANSWER, LATER, NIGHTS, WAITS, Said, write
from server.house import House
from server.letters.attached import Brought
from server.letters.promises import promise
from server.letters.rules import Promise
from server.letters.store import close
from tests.e2e.people import NOW

DAY = timedelta(days=1)
PLAN = (Brought("plan for the nights.txt", b"Get up, read, go back to bed."),)


async def add_letters(house: House, clinic: Clinic, home: UUID, other: UUID, mara: UUID) -> dict[str, str]:
    """Names of threads for addresses."""

    async def begin(db: AsyncSession) -> None:
        await promise(db, clinic.id, Promise(is_open=True), mara, NOW - 30 * DAY)

    await house.db.unit(begin)
    first, answer = Said(NIGHTS, NOW - 4 * DAY, files=PLAN), Said(ANSWER.format(day="Friday"), NOW - 3 * DAY, mara)
    answered = await write(house, clinic, home, mara, [first, answer])
    times = await write(house, clinic, home, None, [Said(LATER, NOW - DAY / 2)])
    late = await write(house, clinic, other, mara, [Said(WAITS, NOW - 6 * DAY)])
    shut = await write(house, clinic, home, mara, [Said("Thank you for the call.", NOW - 20 * DAY)])
    await house.db.unit(lambda db: close(db, shut.id, mara, NOW - 19 * DAY))
    names = {"answered": answered, "times": times, "late": late, "shut": shut}
    return {f"letters_{name}": str(thread.id) for name, thread in names.items()}
