"""Patients in rows: sealed with their own key, found by an index, gone when the key is gone."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.applications import Starlette

from server.crypto import SealBroken
from server.house import House
from server.patients import store
from server.patients.rules import Needs, Person
from tests.server.booking.linden import seed

pytestmark = pytest.mark.asyncio


async def written(house: House, clinic_id: UUID, **changes: object) -> Person:
    person = Person(
        uuid4(), "Jo Almeida", "jo@example.org", "+491715550134", Needs("Português", True), "en", "Europe/Lisbon"
    )
    person = replace(person, **changes)  # type: ignore[arg-type]
    key = await house.keys.make_patient(clinic_id, person.id, house.clock())
    row = store.sealed(await house.keys.clinic(clinic_id), key, person, house.clock())
    await house.db.unit(lambda db: store.add(db, row))
    return person


async def test_a_person_comes_back_as_they_were_written(app: Starlette, house: House) -> None:
    clinic = (await seed(house)).clinic
    person = await written(house, clinic.id)
    assert await store.people(house.db, house.keys, clinic.id, [person.id, uuid4()]) == {person.id: person}


async def test_no_word_of_a_person_stands_in_the_row(app: Starlette, house: House) -> None:
    clinic = (await seed(house)).clinic
    person = await written(house, clinic.id)
    row = (await house.db.read(lambda db: store.rows(db, clinic.id, [person.id])))[0]
    blobs = [value for value in vars(row).values() if isinstance(value, bytes)]
    assert len(blobs) == 7
    assert not any(word in blob for blob in blobs for word in (b"Jo", b"example", b"171", b"Portugu"))


async def test_whose_key_was_destroyed_is_left_out_and_the_neighbour_stays(app: Starlette, house: House) -> None:
    clinic = (await seed(house)).clinic
    gone, stays = await written(house, clinic.id), await written(house, clinic.id, name="Kim Berg")
    await house.keys.destroy(gone.id)
    assert list(await store.people(house.db, house.keys, clinic.id, [gone.id, stays.id])) == [stays.id]


async def test_a_field_moved_to_another_row_does_not_open(app: Starlette, house: House) -> None:
    clinic = (await seed(house)).clinic
    one, two = await written(house, clinic.id), await written(house, clinic.id, name="Kim Berg")

    async def swap(db: AsyncSession) -> None:
        first, second = await store.rows(db, clinic.id, [one.id, two.id])
        first.name_sealed, second.name_sealed = second.name_sealed, first.name_sealed

    await house.db.unit(swap)
    with pytest.raises(SealBroken):
        await store.people(house.db, house.keys, clinic.id, [one.id, two.id])


async def test_equal_contacts_are_found_within_one_clinic(app: Starlette, house: House) -> None:
    here, there = (await seed(house)).clinic, (await seed(house, slug="birch")).clinic
    person = await written(house, here.id)
    for clinic, found in ((here, [person.id]), (there, [])):
        ring = await house.keys.clinic(clinic.id)
        for mail, phone in (("JO@example.org ", ""), ("", "+491715550134")):
            assert await house.db.read(lambda db, r=ring, m=mail, p=phone: store.ids_by_contact(db, r, m, p)) == found


async def test_another_clinics_patients_are_nobody_here(app: Starlette, house: House) -> None:
    here, there = (await seed(house)).clinic, (await seed(house, slug="birch")).clinic
    person = await written(house, here.id)
    assert await store.people(house.db, house.keys, there.id, [person.id]) == {}


async def test_consents_are_kept_in_order_and_each_version_once(app: Starlette, house: House) -> None:
    clinic = (await seed(house)).clinic
    person = await written(house, clinic.id)

    async def agree(db: AsyncSession) -> None:
        for number, version in enumerate(("2026-1", "2026-2", "2026-1")):
            at = house.clock().replace(minute=number)
            await store.agree(db, clinic.id, person.id, version, at)

    await house.db.unit(agree)
    ledger = await house.db.read(lambda db: store.consents(db, person.id))
    assert [(kind, version) for kind, version, _ in ledger] == [("booking", "2026-1"), ("booking", "2026-2")]
