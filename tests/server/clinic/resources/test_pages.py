"""Rooms and equipment: added, renamed, closed and retired by an admin, and needed by a service."""

import re

import pytest
import pytest_asyncio

from server.access import Role
from server.clinic import store as clinics
from server.clinic.resources import store
from tests.server.clinic.made import let_in, make_clinic, make_staff, make_therapist

pytestmark = pytest.mark.asyncio

HERE = "/staff/clinic/resources"
SESSION = {
    "seats": "1",
    "change_until": "",
    "name": "A session",
    "about": "",
    "minutes": "50",
    "before": "0",
    "after": "10",
    "public": "yes",
}


@pytest_asyncio.fixture
async def clinic(client, house):
    """A clinic with Mara, and a browser that its admin is signed in with."""
    made = await make_clinic(house)
    await make_therapist(house, made, "Mara")
    await let_in(client, house, await make_staff(house, made, "Ada", Role.ADMIN))
    return made


async def kinds_of(house, clinic):
    return await house.db.read(lambda db: store.kinds(db, clinic.id))


async def add(client, word: str, name: str):
    return await client.post(HERE, data={"word": word, "name": name})


async def test_units_of_one_word_are_one_kind(client, house, clinic) -> None:
    for word, name in (("Treatment room", "Room 1"), ("treatment  room", "Room 2"), ("TMS chair", "Chair")):
        assert (await add(client, word, name)).headers["location"] == f"{HERE}?notice=kept"
    kinds = await kinds_of(house, clinic)
    assert [(kind.word, [unit.name for unit in kind.units]) for kind in kinds] == [
        ("Treatment room", ["Room 1", "Room 2"]),
        ("TMS chair", ["Chair"]),
    ]
    page = (await client.get(HERE)).text
    assert page.count("No service needs it yet.") == 2


async def test_the_same_name_twice_and_empty_fields_are_asked_again(client, house, clinic) -> None:
    await add(client, "Room", "Room 1")
    again = await add(client, "room", "ROOM 1")
    assert again.status_code == 422
    assert "There is one of this name already." in again.text
    assert 'value="ROOM 1"' in again.text
    assert (await add(client, "", "")).text.count("This is still empty.") == 2
    (kind,) = await kinds_of(house, clinic)
    assert len(kind.units) == 1


async def test_a_unit_is_renamed_and_retired_and_its_kind_is_called_otherwise(client, house, clinic) -> None:
    await add(client, "Room", "Room 1")
    (kind,) = await kinds_of(house, clinic)
    path = f"{HERE}/{kind.units[0].id}"
    assert (await client.post(path, data={"name": "Garden", "retired": "yes"})).status_code == 303
    assert (await client.post(f"{HERE}/kinds/{kind.id}", data={"word": "Quiet room"})).status_code == 303
    (kind,) = await kinds_of(house, clinic)
    assert (kind.word, kind.units[0].name, kind.usable) == ("Quiet room", "Garden", [])
    assert "None of these is used any more" in (await client.get(HERE)).text
    assert "checked" in (await client.get(path)).text
    await client.post(path, data={"name": "Garden"})
    assert len((await kinds_of(house, clinic))[0].usable) == 1


async def test_a_unit_is_closed_and_opened_again(client, house, clinic) -> None:
    await add(client, "Room", "Room 1")
    path = f"{HERE}/{(await kinds_of(house, clinic))[0].units[0].id}"
    odd = await client.post(f"{path}/close", data={"from_day": "2026-03-12", "until_day": "2026-03-11"})
    assert odd.status_code == 422
    assert "This ends before it begins." in odd.text
    closed = await client.post(f"{path}/close", data={"from_day": "2026-03-12", "until_day": "2026-03-13"})
    assert closed.status_code == 303
    page = (await client.get(path)).text
    assert "Thursday 12 March 2026, 0:00 until Saturday 14 March 2026, 0:00" in page
    drop = re.findall(r'action="([^"]+/drop)"', page)[0]
    assert (await client.post(drop)).status_code == 303
    assert "No closure lies ahead" in (await client.get(path)).text
    assert (await client.post(drop)).status_code == 404


async def test_a_service_says_what_it_needs(client, house, clinic) -> None:
    await add(client, "Room", "Room 1")
    await add(client, "TMS chair", "Chair")
    room, chair = (kind.id for kind in await kinds_of(house, clinic))
    sent = SESSION | {"offered_by": ["mara"], "needs": [str(chair), "something else"]}
    assert (await client.post("/staff/clinic/services/new", data=sent)).status_code == 303
    (service,) = await house.db.read(lambda db: clinics.services(db, clinic.id))
    assert service.needs == (chair,)
    page = (await client.get(f"/staff/clinic/services/{service.id}")).text
    assert f'value="{chair}" checked' in page
    assert f'value="{room}" checked' not in page
    assert "Needed for A session." in (await client.get(HERE)).text
    await client.post(f"/staff/clinic/services/{service.id}", data=SESSION | {"needs": [str(room), str(chair)]})
    (service,) = await house.db.read(lambda db: clinics.services(db, clinic.id))
    assert service.needs == (room, chair)


async def test_rooms_of_another_clinic_are_not_there_and_a_therapist_sets_none(client, house, clinic) -> None:
    await add(client, "Room", "Room 1")
    (kind,) = await kinds_of(house, clinic)
    unit = kind.units[0]
    other = await make_clinic(house, slug="other")
    await let_in(client, house, await make_staff(house, other, "Olga", Role.ADMIN))
    for path in (f"{HERE}/{unit.id}", f"{HERE}/kinds/{kind.id}"):
        assert (await client.get(path)).status_code == 404
        assert (await client.post(path, data={"name": "Ours", "word": "Ours"})).status_code == 404
    assert (await client.post(f"{HERE}/{unit.id}/close", data={"from_day": "2026-03-12"})).status_code == 404
    await let_in(client, house, await make_staff(house, clinic, "Tom", Role.THERAPIST))
    assert (await client.get(HERE)).status_code == 403
    assert (await kinds_of(house, clinic)) == [kind]


async def test_a_unit_has_a_number_that_its_form_shows_again(client, house, clinic) -> None:
    await add(client, "TMS coil", "Coil 2")
    (unit,) = (await kinds_of(house, clinic))[0].units
    assert unit.told == "Coil 2"
    answer = await client.post(f"{HERE}/{unit.id}", data={"name": "Coil 2", "serial": " 44  71 "})
    assert answer.status_code == 303
    (unit,) = (await kinds_of(house, clinic))[0].units
    assert (unit.serial, unit.told) == ("44 71", "Coil 2 (44 71)")
    assert 'value="44 71"' in (await client.get(f"{HERE}/{unit.id}")).text
