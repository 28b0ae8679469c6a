"""Services and therapists: what can be booked, with whom, in which order, and what is not shown any more."""

from uuid import uuid4

import pytest
import pytest_asyncio

from server.access import Role
from server.clinic import store
from server.clinic.rules import Means, Most
from tests.server.clinic.made import let_in, make_clinic, make_staff, make_therapist

pytestmark = pytest.mark.asyncio

SESSION = {
    "name": "A session",
    "about": "",
    "minutes": "50",
    "before": "0",
    "after": "10",
    "public": "yes",
    "seats": "1",
}


@pytest_asyncio.fixture
async def clinic(client, house):
    """A clinic with Mara and Samir, and a browser that its admin is signed in with."""
    made = await make_clinic(house)
    await make_therapist(house, made, "Mara")
    await make_therapist(house, made, "Samir")
    await let_in(client, house, await make_staff(house, made, "Ada", Role.ADMIN))
    return made


async def services_of(house, clinic, *, hidden=False):
    return await house.db.read(lambda db: store.services(db, clinic.id, hidden=hidden))


async def cards_of(house, clinic, *, hidden=False):
    return await house.db.read(lambda db: store.therapists(db, clinic.id, hidden=hidden))


async def test_a_new_service_is_offered_by_those_who_are_ticked(client, house, clinic) -> None:
    page = (await client.get("/staff/clinic/services/new")).text
    assert page.count("checked") == 4, "both of them, public, by video"
    answer = await client.post("/staff/clinic/services/new", data=SESSION | {"offered_by": ["samir"]})
    assert answer.headers["location"] == "/staff/clinic/services?notice=kept"
    (service,) = await services_of(house, clinic)
    offering = await house.db.read(lambda db: store.therapists(db, clinic.id, service.id))
    assert [card.slug for card in offering] == ["samir"]
    assert "50 minutes" in (await client.get("/staff/clinic/services")).text


async def test_what_nobody_gives_is_named_with_the_way_to_say_who_does(client, house, clinic) -> None:
    here = "/staff/clinic/services"
    await client.post(f"{here}/new", data=SESSION)
    (service,) = await services_of(house, clinic)
    page = (await client.get(here)).text
    assert "Nobody gives this yet, so nobody can book it." in page
    assert f'href="{here}/{service.id}#offered_by"' in page
    assert 'id="offered_by"' in (await client.get(f"{here}/{service.id}")).text
    await client.post(f"{here}/{service.id}", data=SESSION | {"offered_by": ["mara"]})
    assert "Nobody gives this yet" not in (await client.get(here)).text
    await client.post(f"{here}/{service.id}", data=SESSION | {"hidden": "yes"})
    assert "Nobody gives this yet" not in (await client.get(here)).text


async def test_two_services_that_are_offered_have_two_names(client, house, clinic) -> None:
    here = "/staff/clinic/services"
    await client.post(f"{here}/new", data=SESSION)
    again = await client.post(f"{here}/new", data=SESSION | {"name": " a  SESSION "})
    assert again.status_code == 422
    assert "There is one of this name already." in again.text
    (service,) = await services_of(house, clinic)
    assert (await client.post(f"{here}/{service.id}", data=SESSION | {"minutes": "60"})).status_code == 303
    await client.post(f"{here}/{service.id}", data=SESSION | {"hidden": "yes"})
    assert (await client.post(f"{here}/new", data=SESSION)).status_code == 303
    assert (await client.post(f"{here}/{service.id}", data=SESSION)).status_code == 422, "shown anew"


async def test_a_service_is_given_by_what_is_ticked_and_else_by_video(client, house, clinic) -> None:
    await client.post("/staff/clinic/services/new", data=SESSION)
    (service,) = await services_of(house, clinic)
    assert service.means == (Means.VIDEO,)
    path = f"/staff/clinic/services/{service.id}"
    await client.post(path, data=SESSION | {"by_person": "yes", "by_phone": "yes"})
    (service,) = await services_of(house, clinic)
    assert service.means == (Means.PHONE, Means.PERSON)
    page = (await client.get(path)).text
    ticked = [one for one in Means if f'name="by_{one}" value="yes" checked' in page]
    assert ticked == [Means.PHONE, Means.PERSON]


async def test_a_service_is_changed_and_hidden(client, house, clinic) -> None:
    await client.post("/staff/clinic/services/new", data=SESSION | {"offered_by": ["samir", "mara"]})
    (service,) = await services_of(house, clinic)
    path = f"/staff/clinic/services/{service.id}"
    assert (await client.get(path)).text.count("checked") == 4
    changed = SESSION | {"name": "A long session", "minutes": "80", "hidden": "yes", "offered_by": ["mara"]}
    assert (await client.post(path, data=changed)).status_code == 303
    assert await services_of(house, clinic) == []
    (hidden,) = await services_of(house, clinic, hidden=True)
    assert (hidden.id, hidden.name, hidden.length.seconds) == (service.id, "A long session", 4800)
    assert "not offered any more" in (await client.get("/staff/clinic/services")).text
    await client.post(path, data=SESSION)
    assert len(await services_of(house, clinic)) == 1


async def test_a_service_that_cannot_be_comes_back_with_its_ticks(client, house, clinic) -> None:
    answer = await client.post("/staff/clinic/services/new", data=SESSION | {"minutes": "0", "offered_by": ["samir"]})
    assert answer.status_code == 422
    assert "The hint says how far it goes." in answer.text
    assert 'value="samir" checked' in answer.text
    assert 'value="mara" checked' not in answer.text
    assert await services_of(house, clinic) == []


async def test_a_service_of_another_clinic_is_not_there(client, house, clinic) -> None:
    await client.post("/staff/clinic/services/new", data=SESSION)
    (service,) = await services_of(house, clinic)
    other = await make_clinic(house, slug="other")
    await let_in(client, house, await make_staff(house, other, "Olga", Role.ADMIN))
    path = f"/staff/clinic/services/{service.id}"
    assert (await client.get(path)).status_code == 404
    assert (await client.post(path, data=SESSION | {"name": "Ours now"})).status_code == 404
    assert (await client.get(f"/staff/clinic/services/{uuid4()}")).status_code == 404
    assert await services_of(house, clinic) == [service]


async def test_how_a_therapist_is_shown_and_hidden(client, house, clinic) -> None:
    fields = {"name": "Mara Lind", "about": "Psychotherapist. English, German"}
    assert (await client.post("/staff/clinic/therapists/mara", data=fields)).status_code == 303
    mara, _samir = await cards_of(house, clinic)
    assert (mara.name, mara.about, mara.slug) == ("Mara Lind", "Psychotherapist. English, German", "mara")
    await client.post("/staff/clinic/therapists/mara", data=fields | {"hidden": "yes"})
    assert [card.slug for card in await cards_of(house, clinic)] == ["samir"]
    assert "Not shown any more." in (await client.get("/staff/clinic/therapists")).text


async def test_how_much_a_therapist_takes_on(client, house, clinic) -> None:
    fields = {"name": "Mara", "about": "", "most_a_day": "5", "most_a_week": ""}
    assert (await client.post("/staff/clinic/therapists/mara", data=fields)).status_code == 303
    mara, samir = await cards_of(house, clinic)
    assert (mara.most, samir.most) == (Most(a_day=5), Most())
    assert 'value="5"' in (await client.get("/staff/clinic/therapists/mara")).text
    answer = await client.post("/staff/clinic/therapists/mara", data=fields | {"most_a_week": "0"})
    assert answer.status_code == 422
    assert "outside of what can be set here" in answer.text


async def test_a_therapist_moves_up(client, house, clinic) -> None:
    await client.post("/staff/clinic/therapists/samir/up")
    assert [card.slug for card in await cards_of(house, clinic)] == ["samir", "mara"]
    await client.post("/staff/clinic/therapists/samir/up")
    assert [card.slug for card in await cards_of(house, clinic)] == ["samir", "mara"]
    assert (await client.post("/staff/clinic/therapists/nobody/up")).status_code == 404


async def test_a_name_too_many_is_asked_again(client, house, clinic) -> None:
    answer = await client.post("/staff/clinic/therapists/mara", data={"name": "", "about": "x" * 201})
    assert answer.status_code == 422
    assert "fewer words" in answer.text
    assert (await client.get("/staff/clinic/therapists/nobody")).status_code == 404


async def test_a_therapist_of_the_team_becomes_bookable_with_every_service(client, house, clinic) -> None:
    await client.post("/staff/clinic/services/new", data=SESSION | {"offered_by": ["mara"]})
    zoe = await make_staff(house, clinic, "Dr. Zoe", Role.THERAPIST)
    page = (await client.get("/staff/clinic/therapists")).text
    assert page.index("not bookable") < page.index("Dr. Zoe")
    assert "Ada" not in page.split("not bookable")[1]
    answer = await client.post(f"/staff/clinic/therapists/{zoe}/bookable")
    assert answer.status_code == 303
    (service,) = await services_of(house, clinic)
    offering = await house.db.read(lambda db: store.therapists(db, clinic.id, service.id))
    assert [card.slug for card in offering] == ["mara", "zoe"]


async def test_only_therapists_of_the_own_team_become_bookable(client, house, clinic) -> None:
    dora = await make_staff(house, clinic, "Dora", Role.FRONT_DESK)
    other = await make_clinic(house, slug="other")
    theirs = await make_staff(house, other, "Olga", Role.THERAPIST)
    for staff_id in (dora, theirs, uuid4()):
        assert (await client.post(f"/staff/clinic/therapists/{staff_id}/bookable")).status_code == 404
    assert len(await cards_of(house, clinic)) == 2
