"""Sites as an admin lists them and takes them away."""

import re

import pytest
from sqlalchemy import select

from server.access import Role
from server.audit.tables import AuditEntry
from server.embed import store
from server.embed.rules import MOST_ORIGINS
from tests.server.clinic.made import let_in, make_clinic, make_staff

pytestmark = pytest.mark.asyncio
SITES = "/staff/clinic/embed/sites"


async def listed(house, clinic) -> list[str]:
    return [one.origin for one in await house.db.read(lambda db: store.origins(db, clinic.id))]


async def admin_of(client, house):
    clinic = await make_clinic(house)
    await let_in(client, house, await make_staff(house, clinic, "Ada", Role.ADMIN))
    return clinic


async def test_an_admin_lists_a_site_once_and_takes_it_away(client, house) -> None:
    clinic = await admin_of(client, house)
    assert "No other site shows your booking" in (await client.get(SITES)).text
    for typed in ("Clinic.example/contact", "https://clinic.example"):
        assert (await client.post(SITES, data={"origin": typed})).headers["location"] == f"{SITES}?notice=kept"
    assert await listed(house, clinic) == ["https://clinic.example"]
    page = (await client.get(SITES)).text
    assert "1 site shows your booking inside its pages" in page
    drop = re.search(r'action="(/staff/clinic/embed/sites/[0-9a-f-]+/drop)"', page)[1]
    assert (await client.post(drop)).status_code == 303
    assert (await client.post(drop)).status_code == 404
    assert await listed(house, clinic) == []
    noted = await house.db.read(lambda db: db.scalars(select(AuditEntry.action)))
    assert sorted(noted) == ["embed.dropped", "embed.listed"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Write the address of the site."),
        ("https://*.clinic.example", "A star would let in sites that are not yours."),
        ("http://clinic.example", "The site must be reached by https"),
        ("our site", "looks like https://clinic.example"),
    ],
)
async def test_what_cannot_be_listed_comes_back_as_typed(client, house, typed, said) -> None:
    clinic = await admin_of(client, house)
    answer = await client.post(SITES, data={"origin": typed})
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{typed}"' in answer.text
    assert await listed(house, clinic) == []


async def test_there_is_room_for_twenty(client, house) -> None:
    clinic = await admin_of(client, house)
    for number in range(MOST_ORIGINS):
        await client.post(SITES, data={"origin": f"site{number}.example"})
    answer = await client.post(SITES, data={"origin": "one-more.example"})
    assert answer.status_code == 422
    assert "There is room for twenty sites." in answer.text
    assert len(await listed(house, clinic)) == MOST_ORIGINS


async def test_a_site_of_another_clinic_is_out_of_reach(client, house) -> None:
    clinic = await admin_of(client, house)
    other = await make_clinic(house, slug="oak")
    await house.db.unit(lambda db: store.add_origin(db, other.id, "https://oak.example", None, house.clock()))
    (theirs,) = await house.db.read(lambda db: store.origins(db, other.id))
    assert (await client.post(f"{SITES}/{theirs.id}/drop")).status_code == 404
    assert (await client.post(f"{SITES}/x/drop")).status_code == 404
    assert await listed(house, other) == ["https://oak.example"]
    assert await listed(house, clinic) == []


@pytest.mark.parametrize("role", [Role.THERAPIST, Role.FRONT_DESK])
async def test_only_admins_decide(client, house, role) -> None:
    clinic = await make_clinic(house)
    await let_in(client, house, await make_staff(house, clinic, "Bo", role))
    assert (await client.get(SITES)).status_code == 403
    assert (await client.post(SITES, data={"origin": "clinic.example"})).status_code == 403
