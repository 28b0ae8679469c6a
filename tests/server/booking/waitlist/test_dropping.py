"""Who stays silent, and whose days have passed, is off the list, is told once, and comes back with one tap."""

from dataclasses import replace
from datetime import timedelta

import httpx2
import pytest
import pytest_asyncio

from server.booking import desk
from server.booking.desk import Made
from server.booking.store import By
from server.booking.waitlist.joining import come_back, say_no
from server.booking.waitlist.offering import backfill, lapsed
from server.booking.waitlist.rules import Ended, Left, silences
from server.clinic import store as clinics
from server.house import House
from tests.server.booking.linden import THURSDAY, Linden
from tests.server.booking.waitlist.test_offering import full, lapse, now_of, offer_of, practice, there, waits
from tests.server.booking.waitlist.test_pages import sent, waiting
from tests.server.conftest import Clock

__all__ = ["practice"]

LAPSED, PASSED = Ended.LAPSED, Ended.PASSED


@pytest.mark.parametrize(
    ("newest_first", "count"), [([], 0), ([LAPSED, LAPSED], 2), ([LAPSED, PASSED, LAPSED], 1), ([None, LAPSED], 0)]
)
def test_offers_in_a_row_without_an_answer_count(newest_first: list, count: int) -> None:
    assert silences(newest_first) == count


@pytest_asyncio.fixture
async def twice(practice: Linden, either_house: House) -> Linden:
    """Off the list after two; the day is full."""
    policy = replace(practice.clinic.policy, lapses=2)
    changed = replace(practice.clinic, policy=policy)
    await either_house.db.unit(lambda db: clinics.change_clinic(db, changed))
    return replace(practice, clinic=changed)


async def let_lapse(house: House, linden: Linden, one: object, made: Made) -> None:
    """A time becomes free, is offered to them, and nobody answers."""
    assert await desk.cancel(house, linden.clinic, made.card, By())
    await backfill(house, linden.clinic.id)
    offer = await offer_of(house, one)  # type: ignore[arg-type]
    assert offer
    assert offer.ended is None
    house.clock.now = offer.expires_at + timedelta(seconds=1)  # type: ignore[attr-defined]
    await lapsed(house, lapse(linden, offer))
    await lapsed(house, lapse(linden, offer))


@pytest.mark.asyncio
async def test_after_so_many_the_next_in_line_is_asked_and_they_are_off(either_house: House, twice: Linden) -> None:
    made = await full(either_house, twice)
    first, second = [await waits(either_house, twice, name) for name in ("first", "second")]
    await let_lapse(either_house, twice, first, made[2])
    assert (await now_of(either_house, first)).left is None
    assert await offer_of(either_house, second)
    await let_lapse(either_house, twice, first, made[4])
    assert (await now_of(either_house, first)).left is Left.SILENT
    assert (await now_of(either_house, second)).left is None
    assert await come_back(either_house, first)
    assert not await come_back(either_house, first)
    back = await now_of(either_house, first)
    assert back.left is None
    assert back.made_at > second.made_at, "last in line"
    await let_lapse(either_house, twice, second, made[5])
    await let_lapse(either_house, twice, first, made[6])
    assert (await now_of(either_house, first)).left is None, "it counts anew"


@pytest.mark.asyncio
async def test_who_says_no_is_not_silent(either_house: House, twice: Linden) -> None:
    made = await full(either_house, twice)
    one = await waits(either_house, twice, "first")
    await let_lapse(either_house, twice, one, made[2])
    assert await desk.cancel(either_house, twice.clinic, made[3].card, By())
    await backfill(either_house, twice.clinic.id)
    offer = await offer_of(either_house, one)
    assert offer
    await say_no(either_house, one, offer)
    either_house.clock.forward(seconds=1)  # type: ignore[attr-defined]
    await let_lapse(either_house, twice, one, made[4])
    assert (await now_of(either_house, one)).left is None


@pytest.mark.asyncio
async def test_whose_days_have_passed_is_told_kindly_and_comes_back(
    client: httpx2.AsyncClient, house: House, linden: Linden, clock: Clock
) -> None:
    place = await waiting(client, house, linden)
    await sent(house)
    clock.now = THURSDAY + timedelta(days=2)
    await house.waits.run_due()
    await house.waits.run_due()
    letters = [letter for letter in await sent(house) if letter.to == "jo.almeida@example.org"]
    assert [letter.subject for letter in letters if "list" in letter.subject] == ["You are not on the list any more"]
    page = (await client.get(place)).text
    assert "The days that you named have passed" in page
    assert (await client.post(f"{place}/back")).headers["location"] == place
    assert "You are on the list" in (await client.get(place)).text
    assert (await there(house, place.rsplit("/", 1)[1])).wanted.last is None
    assert await house.waits.run_due() in {0, 1}
    assert "You are on the list" in (await client.get(place)).text
