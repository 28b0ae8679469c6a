"""Spaces and the codes that open them, on either engine; what may happen once, happens once."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from server.house import House
from server.patients.space import knocking, store
from server.patients.space.rules import CODE_LASTS, CODE_TRIES, SENT_TRIES, By
from tests.server.booking.linden import THURSDAY, booked, seed

pytestmark = pytest.mark.asyncio
SECRET, CODE = b"a secret", "k7qmx3pd9"


async def someone(house: House) -> tuple[UUID, UUID, UUID]:
    """(clinic, patient, booking)"""
    card = (await booked(house, await seed(house), THURSDAY)).card
    return card.clinic_id, card.patient_id, card.id


async def hand_over(house: House, who: tuple[UUID, UUID, UUID], code: str = CODE) -> UUID:
    clinic_id, patient_id, _ = who
    now = house.clock()
    return await house.db.unit(
        lambda db: knocking.hand_over(db, SECRET, code, (clinic_id, patient_id, None), None, now)
    )


async def test_of_many_at_once_one_uses_a_code_and_all_get_one_space(either_house: House) -> None:
    house = either_house
    who = await someone(house)
    code_id, now = await hand_over(house, who), house.clock()

    async def use(db: AsyncSession) -> bool:
        return await knocking.use_code(db, code_id, now)

    async def space(db: AsyncSession) -> UUID:
        made = await store.space_for(db, who[0], who[1], None, now)
        await store.add_member(db, made, who[1], None, code_id, now)
        return made

    assert sum(await asyncio.gather(*(house.db.unit(use) for _ in range(6)))) == 1
    assert len(set(await asyncio.gather(*(house.db.unit(space) for _ in range(6))))) == 1
    (found,) = await house.db.read(lambda db: store.spaces_of(db, who[1]))
    assert len(found.members) == 1


async def test_a_code_is_found_by_its_beginning_until_it_ends(either_house: House, clock) -> None:
    house = either_house
    who = await someone(house)
    first = await hand_over(house, who)

    async def alike(code: str = CODE) -> list[UUID]:
        return [one.id for one in await house.db.read(lambda db: knocking.codes_like(db, code, house.clock()))]

    assert await alike(CODE[:3] + "222222") == [first]
    assert await alike("222" + CODE[3:]) == []
    second = await hand_over(house, who)
    assert await alike() == [second], "a newer one ends it"
    for _ in range(CODE_TRIES):
        await house.db.unit(lambda db: knocking.count_try(db, [second]))
    assert await alike() == []
    third = await hand_over(house, who)
    clock.now += CODE_LASTS - timedelta(seconds=1)
    assert await alike() == [third]
    clock.forward(seconds=1)
    assert await alike() == []


async def test_tries_at_the_door_are_counted_before_they_are_looked_at(either_house: House, clock) -> None:
    house = either_house
    code_id, token = await hand_over(house, await someone(house)), "t" * 43
    now = house.clock()
    knock_id = await house.db.unit(lambda db: knocking.begin_knock(db, token, now, code_id=code_id, way="mail"))

    async def turn(db: AsyncSession) -> bool:
        return await knocking.take_turn(db, knock_id, now)

    assert sum(await asyncio.gather(*(house.db.unit(turn) for _ in range(SENT_TRIES + 4)))) == SENT_TRIES
    assert await house.db.read(lambda db: knocking.knock_by_token(db, token, now)) is None
    clock.forward(days=2)
    await house.db.unit(lambda db: knocking.begin_knock(db, "u" * 43, house.clock(), challenge=b"c"))
    assert await house.db.read(lambda db: knocking.sent_for(db, code_id)) == 0, "what is long over is gone"
    challenges = [
        await house.db.unit(lambda db: knocking.take_challenge(db, "u" * 43, house.clock())) for _ in range(2)
    ]
    assert challenges == [b"c", None]


async def test_a_login_is_found_by_its_token_and_ended_alone_or_with_all(either_house: House) -> None:
    house = either_house
    clinic_id, _, booking = await someone(house)
    space_id, now, tokens = uuid4(), house.clock(), ("a" * 43, "b" * 43)

    async def begin(db: AsyncSession) -> list[UUID]:
        await store.add_space(db, clinic_id, now, space_id)
        added = [await store.add_booking(db, space_id, booking, now) for _ in range(2)]
        assert added == [True, False]
        return [await store.begin_login(db, space_id, token, now, "", By.CODES, own=True) for token in tokens]

    one, other = await house.db.unit(begin)
    found = await house.db.read(lambda db: store.by_token(db, tokens[0]))
    assert found is not None
    assert (found[0].id, found[1].id, found[1].bookings) == (one, space_id, {booking})
    assert await house.db.read(lambda db: store.spaces_with(db, booking)) == [space_id]
    assert await house.db.unit(lambda db: store.end_logins(db, space_id, now, but=one)) == 1
    assert [login.id for login in await house.db.read(lambda db: store.logins(db, space_id, now))] == [one]
    assert await house.db.unit(lambda db: store.end_logins(db, uuid4(), now, one=one)) == 0, "of another space"
    assert await house.db.unit(lambda db: store.end_logins(db, space_id, now, one=other)) == 0
