"""How many sessions somebody gives a day and a week: in what is offered, in a race, and in a move. On both engines."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from server.booking import desk
from server.booking.desk import Made, Order
from server.booking.offered import offered
from server.booking.rules import Reason, Refused, Wish
from server.booking.store import By
from server.clinic import store as clinics
from server.clinic.rules import Most
from server.house import House
from server.patients.rules import Person
from tests.server.booking.linden import Linden, hours_of, seed

pytestmark = pytest.mark.asyncio
BERLIN = ZoneInfo("Europe/Berlin")
THURSDAY = datetime(2026, 3, 12, 9, tzinfo=BERLIN)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest_asyncio.fixture
async def practice(either_house: House) -> Linden:
    return await seed(either_house)


async def bound(house: House, linden: Linden, most: Most) -> None:
    card, now = replace(linden.mara, most=most), house.clock()
    assert await house.db.unit(lambda db: clinics.change_therapist(db, linden.clinic.id, card, now))


async def wish(house: House, linden: Linden, start: datetime, *who: UUID, name: str = "Jo") -> Made | Refused:
    asked = who or (linden.mara.staff_id,)
    wanted = Wish(start, asked[0] if len(asked) == 1 else None)
    person = Person(desk.NOBODY, name, f"{name}@example.org")
    return await desk.book(house, Order(linden.clinic, linden.session, hours_of(*asked), wanted, person), By())


async def days_offered(house: House, linden: Linden) -> set[int]:
    """The days of March on which Mara has a free time."""
    now, hours = house.clock(), hours_of(linden.mara.staff_id)
    found = await house.db.read(lambda db: offered(db, linden.clinic, linden.session, hours, now))
    return {one.start.astimezone(BERLIN).day for one in found.offers if one.therapists}


async def test_a_full_day_and_a_full_week_are_not_offered(either_house: House, practice: Linden) -> None:
    await bound(either_house, practice, Most(a_day=2, a_week=3))
    for start in (THURSDAY, THURSDAY + HOUR):
        assert isinstance(await wish(either_house, practice, start), Made)
    assert await days_offered(either_house, practice) == {9, 10, 11, 13, 16, 17, 18, 19, 20, 23}
    assert isinstance(await wish(either_house, practice, THURSDAY - DAY), Made)
    assert await days_offered(either_house, practice) == {16, 17, 18, 19, 20, 23}
    refused = await wish(either_house, practice, THURSDAY + DAY)
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.TAKEN
    assert refused.next_free[0].astimezone(BERLIN).day == 16


async def test_what_is_cancelled_counts_no_more_and_a_colleague_is_asked_instead(
    either_house: House, practice: Linden
) -> None:
    await bound(either_house, practice, Most(a_day=1))
    made = await wish(either_house, practice, THURSDAY)
    assert isinstance(made, Made)
    other = await wish(either_house, practice, THURSDAY + HOUR, practice.mara.staff_id, practice.samir.staff_id)
    assert isinstance(other, Made)
    assert other.card.therapist_id == practice.samir.staff_id
    assert await desk.cancel(either_house, practice.clinic, made.card, By())
    assert isinstance(await wish(either_house, practice, THURSDAY + 2 * HOUR), Made)


async def test_of_many_who_want_different_times_of_one_day_no_more_get_one_than_it_holds(
    either_house: House, practice: Linden
) -> None:
    await bound(either_house, practice, Most(a_day=2))
    starts = [THURSDAY.replace(hour=hour, minute=0) for hour in (9, 10, 11, 13, 14, 15, 16)]
    outcomes = await asyncio.gather(
        *(wish(either_house, practice, start, name=f"p{number}") for number, start in enumerate(starts))
    )
    assert sum(isinstance(outcome, Made) for outcome in outcomes) == 2
    assert all(outcome.reason is Reason.TAKEN for outcome in outcomes if isinstance(outcome, Refused))


async def test_a_session_may_move_within_its_own_full_day_but_not_into_another(
    either_house: House, practice: Linden
) -> None:
    await bound(either_house, practice, Most(a_day=1))
    first = await wish(either_house, practice, THURSDAY)
    second = await wish(either_house, practice, THURSDAY + DAY)
    assert isinstance(first, Made)
    assert isinstance(second, Made)
    into = Wish(THURSDAY + DAY + HOUR, practice.mara.staff_id)
    refused = await desk.move(either_house, practice.clinic, first.card, into, By())
    assert refused is not None
    assert refused.reason is Reason.TAKEN
    within = Wish(THURSDAY + 2 * HOUR, practice.mara.staff_id)
    assert await desk.move(either_house, practice.clinic, first.card, within, By()) is None
