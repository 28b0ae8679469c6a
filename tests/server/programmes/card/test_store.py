"""Words on whom the card calls are only ever added; the newest counts, and of two at once one."""

import asyncio

import pytest
from sqlalchemy import func, select

from server.clinic import store as clinics
from server.house import House
from server.programmes.card import store
from server.programmes.card.rules import Contact, Line
from server.programmes.tables import ProgrammeContact
from tests.server.booking.linden import Linden, a_clinic, seed

pytestmark = pytest.mark.asyncio
HOUSE, DUTY = Contact("2222"), Contact("0171 5550", "Dr Osei")


async def says(house: House, linden: Linden, line: Line, said: Contact, seen: int) -> bool | None:
    by, now = linden.mara.staff_id, house.clock()
    return await house.db.unit(lambda db: store.choose(db, linden.clinic.id, line, said, seen, by, now))


async def test_the_newest_word_counts_with_who_said_it_and_when(either_house: House) -> None:
    linden = await seed(either_house)
    assert await says(either_house, linden, Line.EMERGENCY, HOUSE, 0) is True
    assert await says(either_house, linden, Line.EMERGENCY, HOUSE, 0) is False, "it counts already"
    assert await says(either_house, linden, Line.PHYSICIAN, DUTY, 0) is True
    assert await says(either_house, linden, Line.EMERGENCY, Contact("3333"), 0) is None, "another word came before"
    assert await says(either_house, linden, Line.EMERGENCY, Contact("3333"), 1) is True
    assert await says(either_house, linden, Line.PHYSICIAN, Contact(), 1) is True, "taken back"
    known = await either_house.db.read(lambda db: store.contacts_of(db, linden.clinic.id))
    one = known[Line.EMERGENCY]
    assert (one.phone, one.by, one.at, one.number) == ("3333", linden.mara.staff_id, either_house.clock(), 2)
    assert (known[Line.PHYSICIAN].is_set, known[Line.PHYSICIAN].number) == (False, 2)
    assert known[Line.CLINIC] == Contact()
    assert await either_house.db.read(lambda db: db.scalar(select(func.count(ProgrammeContact.id)))) == 4


async def test_another_clinic_has_its_own(either_house: House) -> None:
    linden, other = await seed(either_house), a_clinic(slug="oak", name="Oak Street")
    await either_house.db.unit(lambda db: clinics.add_clinic(db, other, {}, either_house.clock()))
    await says(either_house, linden, Line.CLINIC, HOUSE, 0)
    assert not (await either_house.db.read(lambda db: store.contacts_of(db, other.id)))[Line.CLINIC].is_set


async def test_of_two_who_say_it_at_once_one_is_told(either_house: House) -> None:
    linden = await seed(either_house)
    numbers = [Contact(str(2200 + number)) for number in range(4)]
    found = await asyncio.gather(*(says(either_house, linden, Line.CLINIC, one, 0) for one in numbers))
    assert sorted(str(one) for one in found) == ["None", "None", "None", "True"]
