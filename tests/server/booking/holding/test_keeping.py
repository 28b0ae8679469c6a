"""Keeping a time, on both engines: nobody else takes it, one form keeps one, and it ends by itself."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from sqlalchemy import func, select

from server.booking import desk
from server.booking.desk import Made, Order
from server.booking.holding.keeping import Choice, form_id_of, keep, read_token, token_of
from server.booking.holding.rules import AT_ONCE, OF_A_CLINIC, Kept, NotKept
from server.booking.holding.tables import Hold
from server.booking.rules import Reason, Refused, Wish
from server.booking.store import By
from server.booking.tables import Claim
from server.house import House
from server.patients.rules import Person
from tests.server.booking.linden import THURSDAY, Linden, hours_of, seed

pytestmark = pytest.mark.asyncio
HOUR = timedelta(hours=1)


@pytest_asyncio.fixture
async def practice(either_house: House) -> Linden:
    return await seed(either_house)


def chosen(house: House, linden: Linden, form: str, start: Any = THURSDAY, **more: Any) -> Choice:
    who = more.pop("who", linden.mara.staff_id)
    form_id = form_id_of(house, linden.clinic.id, form)
    address = more.pop("address", form).encode()
    wish = Wish(start, who)
    hours = hours_of(*([who] if who else [linden.mara.staff_id, linden.samir.staff_id]))
    return Choice(more.pop("clinic", linden.clinic), linden.session, hours, wish, form_id, address)


async def book(house: House, choice: Choice, *, held: bool, name: str = "Jo") -> Made | Refused:
    person = Person(desk.NOBODY, name, f"{name}@example.org")
    order = Order(choice.clinic, choice.service, choice.hours, choice.wish, person)
    return await desk.book(house, replace(order, held=choice.form_id if held else None), By())


async def claims(house: House) -> int:
    return await house.db.read(lambda db: db.scalar(select(func.count()).select_from(Claim))) or 0


async def test_a_kept_time_is_booked_by_its_form_alone(either_house: House, practice: Linden) -> None:
    mine = chosen(either_house, practice, "mine")
    kept = await keep(either_house, mine)
    assert isinstance(kept, Kept)
    assert kept.until == either_house.clock() + timedelta(minutes=10)
    for held in (False, True):
        other = await book(either_house, chosen(either_house, practice, "other"), held=held, name="Kim")
        assert isinstance(other, Refused)
        assert other.reason is Reason.TAKEN
    assert isinstance(await book(either_house, mine, held=True), Made)
    assert await claims(either_house) == 1


async def test_after_its_end_anybody_may_have_it_and_its_form_too(either_house: House, practice: Linden) -> None:
    first, second = chosen(either_house, practice, "first"), chosen(either_house, practice, "second", THURSDAY + HOUR)
    assert isinstance(await keep(either_house, first), Kept)
    assert isinstance(await keep(either_house, second), Kept)
    either_house.clock.forward(minutes=10)  # type: ignore[attr-defined]
    assert isinstance(await book(either_house, first, held=False, name="Kim"), Made)
    lost = await book(either_house, first, held=True)
    assert isinstance(lost, Refused)
    assert lost.next_free[0] == THURSDAY + HOUR
    assert isinstance(await book(either_house, second, held=True), Made)


async def test_another_choice_lets_the_first_go_and_the_same_again_is_kept_no_longer(
    either_house: House, practice: Linden
) -> None:
    mine = chosen(either_house, practice, "mine")
    first = await keep(either_house, mine)
    either_house.clock.forward(minutes=4)  # type: ignore[attr-defined]
    assert await keep(either_house, mine) == first
    later = replace(mine, wish=Wish(THURSDAY + 4 * HOUR, practice.mara.staff_id))
    assert isinstance(await keep(either_house, later), Kept)
    assert await claims(either_house) == 1
    assert isinstance(await book(either_house, mine, held=False, name="Kim"), Made)


async def test_of_many_who_want_to_keep_one_time_one_does(either_house: House, practice: Linden) -> None:
    outcomes = await asyncio.gather(
        *(keep(either_house, chosen(either_house, practice, f"form {number}")) for number in range(20))
    )
    assert sum(isinstance(one, Kept) for one in outcomes) == 1
    assert all(one.reason is Reason.TAKEN for one in outcomes if isinstance(one, Refused))
    assert await claims(either_house) == 1


async def test_anyone_means_whoever_is_free_and_then_that_one_alone(either_house: House, practice: Linden) -> None:
    forms = [chosen(either_house, practice, f"form {number}", who=None) for number in range(3)]
    outcomes = [await keep(either_house, form) for form in forms]
    kept = [one.therapist_id for one in outcomes if isinstance(one, Kept)]
    assert sorted(kept) == sorted([practice.mara.staff_id, practice.samir.staff_id])
    made = await book(either_house, forms[1], held=True)
    assert isinstance(made, Made)
    assert made.card.therapist_id == kept[1]


async def test_one_address_keeps_no_week(either_house: House, practice: Linden) -> None:
    outcomes = []
    for number in range(AT_ONCE + 2):
        start = THURSDAY.replace(hour=8, minute=0) + timedelta(days=number % 2, hours=number // 2)
        outcomes.append(await keep(either_house, chosen(either_house, practice, str(number), start, address="one")))
    assert sum(isinstance(one, Kept) for one in outcomes) == AT_ONCE
    assert outcomes[-2:] == [NotKept.ENOUGH] * 2
    assert await claims(either_house) == AT_ONCE
    assert isinstance(await keep(either_house, chosen(either_house, practice, "x", THURSDAY + 5 * HOUR)), Kept)


async def test_many_addresses_together_keep_no_week_either(either_house: House, practice: Linden) -> None:
    days = (THURSDAY.replace(hour=8, minute=0) + timedelta(days=day) for day in (0, 1, 4, 5))
    starts = [day + hour * HOUR for day in days for hour in (0, 1, 2, 4, 5, 6, 7)]
    outcomes = await asyncio.gather(
        *(keep(either_house, chosen(either_house, practice, f"form {start}", start)) for start in starts)
    )
    assert len(starts) > OF_A_CLINIC
    assert sum(isinstance(one, Kept) for one in outcomes) == OF_A_CLINIC
    assert await claims(either_house) == OF_A_CLINIC


async def test_a_time_that_was_near_enough_when_it_was_kept_is_so_while_it_is(
    either_house: House, practice: Linden
) -> None:
    start = either_house.clock() + practice.clinic.policy.notice
    mine = chosen(either_house, practice, "mine", start)
    assert isinstance(await keep(either_house, mine), Kept)
    either_house.clock.forward(minutes=5)  # type: ignore[attr-defined]
    assert isinstance(await book(either_house, mine, held=True), Made)


async def test_a_clinic_that_keeps_no_time_keeps_none(either_house: House, practice: Linden) -> None:
    off = replace(practice.clinic, policy=replace(practice.clinic.policy, hold=timedelta()))
    assert await keep(either_house, chosen(either_house, practice, "mine", clinic=off)) is NotKept.OFF
    assert await claims(either_house) == 0
    assert read_token(either_house, off, {"held": token_of(either_house, off.id, uuid4())}) is None


async def test_a_token_is_good_at_the_clinic_that_signed_it_alone(either_house: House, practice: Linden) -> None:
    form_id = uuid4()
    token = token_of(either_house, practice.clinic.id, form_id)
    assert read_token(either_house, practice.clinic, {"held": token}) == form_id
    other = replace(practice.clinic, id=uuid4())
    for clinic, text in ((other, token), (practice.clinic, f"{uuid4().hex}.{token.split('.')[1]}"), (other, "é.x")):
        assert read_token(either_house, clinic, {"held": text}) is None


async def test_what_was_kept_is_forgotten_after_a_day(either_house: House, practice: Linden) -> None:
    assert isinstance(await keep(either_house, chosen(either_house, practice, "mine")), Kept)
    either_house.clock.forward(hours=25)  # type: ignore[attr-defined]
    assert isinstance(await keep(either_house, chosen(either_house, practice, "other", THURSDAY + HOUR)), Kept)
    assert await either_house.db.read(lambda db: db.scalar(select(func.count()).select_from(Hold))) == 1
