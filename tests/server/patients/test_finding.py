"""People of a clinic are found on either engine, although their rows hold no word of them."""

from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from server.house import House
from server.patients import finding
from server.patients.rules import Person
from server.patients.tables import Patient
from tests.server.booking.linden import seed
from tests.server.patients.test_store import written

pytestmark = pytest.mark.asyncio


async def names(house: House, clinic_id: UUID, text: str, among: set[UUID] | None = None) -> list[str]:
    return [one.name for one in await finding.find(house, clinic_id, text, "DE", among)]


async def some(house: House, clinic_id: UUID) -> list[Person]:
    jo = await written(house, clinic_id, phone="", name="Jo Almeida")
    kim = await written(house, clinic_id, mail="kim@example.org", name="Kim Berg")
    zoe = await written(house, clinic_id, mail="", phone="", name="Zoë Almeyda-Berg")
    return [jo, kim, zoe]


async def test_by_the_beginning_of_a_name_an_address_or_a_number(either_house: House) -> None:
    house, clinic = either_house, (await seed(either_house)).clinic
    await some(house, clinic.id)
    assert await names(house, clinic.id, "alm") == ["Jo Almeida", "Zoë Almeyda-Berg"]
    assert await names(house, clinic.id, "berg zoe") == ["Zoë Almeyda-Berg"]
    assert await names(house, clinic.id, "KIM@example.org") == ["Kim Berg"]
    assert await names(house, clinic.id, "0171 5550134") == ["Kim Berg"]
    assert await names(house, clinic.id, "nobody") == []
    assert await names(house, clinic.id, "...") == []


async def test_only_among_those_who_may_be_seen(either_house: House) -> None:
    house, clinic = either_house, (await seed(either_house)).clinic
    jo, _, _ = await some(house, clinic.id)
    assert await names(house, clinic.id, "alm", {jo.id}) == ["Jo Almeida"]
    assert await names(house, clinic.id, "alm", set()) == []


async def test_another_clinic_finds_nobody(either_house: House) -> None:
    house, clinic = either_house, (await seed(either_house)).clinic
    await some(house, clinic.id)
    birch = (await seed(house, slug="birch")).clinic
    assert await names(house, birch.id, "alm") == []


async def test_names_from_before_there_was_an_index_are_found(either_house: House) -> None:
    house, clinic = either_house, (await seed(either_house)).clinic
    await some(house, clinic.id)

    async def forget(db: AsyncSession) -> None:
        await db.execute(update(Patient).values(name_index=None))

    await house.db.unit(forget)
    assert await names(house, clinic.id, "kim") == ["Kim Berg"]
    rows = await house.db.read(lambda db: finding._without_index(db, clinic.id))
    assert list(rows) == []


async def test_whose_key_was_destroyed_is_found_no_more(either_house: House) -> None:
    house, clinic = either_house, (await seed(either_house)).clinic
    jo, _, _ = await some(house, clinic.id)
    await house.keys.destroy(jo.id)
    assert await names(house, clinic.id, "almeida") == []


async def test_who_may_be_the_same_person_has_an_equal_contact_or_name(either_house: House) -> None:
    house, clinic = either_house, (await seed(either_house)).clinic
    jo, kim, _ = await some(house, clinic.id)
    again = await written(house, clinic.id, name="Almeida, Jo", mail="other@example.org", phone="")
    by_mail = await written(house, clinic.id, name="J. A.", mail=jo.mail, phone="")
    alike = await finding.like(house, clinic.id, jo)
    assert {one.id for one in alike} == {again.id, by_mail.id}
    assert kim.id not in {one.id for one in await finding.like(house, clinic.id, replace(jo, mail="", name="Jo"))}
