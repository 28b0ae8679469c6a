"""A program of its own that tries to book one time: python -m tests.server.booking.attempts DATA CLINIC COUNT

Prints 'made' or 'taken' for each attempt.
"""

import asyncio
import sys
from pathlib import Path
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.app import build_house
from server.booking import desk
from server.booking.desk import Made, Order
from server.booking.rules import Wish
from server.booking.store import By
from server.clinic import store as clinics
from server.clinic.rules import Clinic, Service, TherapistCard
from server.patients.rules import Person
from tests.server.booking.linden import THURSDAY, hours_of
from tests.server.conftest import Clock, settings_for


async def main(data: Path, clinic_id: UUID, count: int) -> None:
    house = build_house(settings_for(data), Clock())

    async def load(db: AsyncSession) -> tuple[Clinic | None, list[Service], list[TherapistCard]]:
        return (
            await clinics.clinic_of(db, clinic_id),
            await clinics.services(db, clinic_id),
            await clinics.therapists(db, clinic_id),
        )

    clinic, services, people = await house.db.read(load)
    assert clinic
    who = next(card.staff_id for card in people if card.slug == "mara-lind")
    service = next(one for one in services if one.name == "A session")

    async def attempt(number: int) -> str:
        person = Person(desk.NOBODY, f"Person {number}", f"p{number}@example.org")
        outcome = await desk.book(house, Order(clinic, service, hours_of(who), Wish(THURSDAY, who), person), By())
        return "made" if isinstance(outcome, Made) else outcome.reason.value

    outcomes = await asyncio.gather(*(attempt(number) for number in range(count)))
    sys.stdout.write(" ".join(outcomes) + "\n")
    await house.db.close()
    await house.keys.database.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), UUID(sys.argv[2]), int(sys.argv[3])))
