"""Who takes a time of somebody who asks for nobody, by what is in the records: also by what was given already."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
import pytest_asyncio

from server.booking import desk
from server.booking.desk import Made, Order
from server.booking.rules import Wish
from server.booking.store import By
from server.clinic.rules import Anyone
from server.house import House
from server.patients.rules import Person
from tests.server.booking.linden import THURSDAY, Linden, hours_of, seed
from tests.server.conftest import Clock

pytestmark = pytest.mark.asyncio
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest_asyncio.fixture
async def practice(either_house: House) -> Linden:
    return await seed(either_house)


async def given(house: House, linden: Linden, at: datetime, who: UUID | None = None, way: Anyone = Anyone.IDLE) -> UUID:
    """Who has this time after it was booked, with somebody or with anyone."""
    clinic = replace(linden.clinic, policy=replace(linden.clinic.policy, anyone=way, notice=timedelta()))
    hours = hours_of(*((who,) if who else (linden.mara.staff_id, linden.samir.staff_id)))
    person = Person(desk.NOBODY, "Jo", "jo@example.org")
    made = await desk.book(house, Order(clinic, linden.session, hours, Wish(at, who), person), By())
    assert isinstance(made, Made), made
    return made.card.therapist_id


async def test_what_was_given_this_morning_counts_for_who_takes_the_afternoon(
    either_house: House, practice: Linden, clock: Clock
) -> None:
    """Mara stands first in the clinic's order, so without the morning she would be the one."""
    await given(either_house, practice, THURSDAY, practice.mara.staff_id)
    clock.now = THURSDAY + 2 * HOUR
    assert await given(either_house, practice, THURSDAY + 5 * HOUR) == practice.samir.staff_id


async def test_by_fair_share_what_was_given_last_week_counts(
    either_house: House, practice: Linden, clock: Clock
) -> None:
    await given(either_house, practice, THURSDAY, practice.mara.staff_id)
    clock.now = THURSDAY + DAY
    next_week = THURSDAY + 7 * DAY
    assert await given(either_house, practice, next_week, way=Anyone.FAIR) == practice.samir.staff_id
    assert await given(either_house, practice, next_week + HOUR, way=Anyone.FAIR) == practice.mara.staff_id


async def test_a_far_session_counts_by_fair_share_alone(either_house: House, practice: Linden) -> None:
    await given(either_house, practice, THURSDAY + 14 * DAY, practice.mara.staff_id)
    assert await given(either_house, practice, THURSDAY, way=Anyone.FAIR) == practice.samir.staff_id
    assert await given(either_house, practice, THURSDAY + 7 * DAY) == practice.mara.staff_id
