"""The page of keys: one is made and shown once, listed by its beginning, and ended; by an admin alone."""

import re

import pytest
import pytest_asyncio
from sqlalchemy import select

from server.access import Role
from server.audit.tables import AuditEntry
from server.interop.keys import store
from server.interop.keys.rules import MOST
from tests.server.booking.api.programs import bearer, program_on
from tests.server.clinic.made import let_in, make_clinic, make_staff

pytestmark = pytest.mark.asyncio
HERE = "/staff/clinic/keys"
TOKEN = re.compile(r'value="(plk_[A-Za-z0-9_-]{43})"')


@pytest_asyncio.fixture
async def clinic(client, house):
    """A clinic, and a browser that its admin is signed in with."""
    made = await make_clinic(house)
    await let_in(client, house, await make_staff(house, made, "Ada", Role.ADMIN))
    return made


async def made(client, name: str = "our website", *scopes: str) -> str:
    page = await client.post(HERE, data={"name": name, "scope": list(scopes) or ["bookings:read"]})
    assert page.status_code == 200, page.text
    (token,) = TOKEN.findall(page.text)
    return token


async def test_a_key_is_shown_once_and_opens_what_it_is_for(client, app, house, clinic) -> None:
    token = await made(client)
    again = await client.get(HERE)
    assert token not in again.text
    assert token[:10] in again.text
    assert "our website" in again.text
    assert "not used yet." in again.text
    assert again.headers["cache-control"] == "no-store"
    async with program_on(app) as program:
        where = f"/api/v1/clinics/{clinic.slug}/bookings"
        assert (await program.get(where, headers=bearer(token))).status_code == 200
    assert "last used" in (await client.get(HERE)).text


async def test_an_ended_key_is_gone_and_turned_away(client, app, house, clinic) -> None:
    token = await made(client)
    (key,) = await house.db.read(lambda db: store.keys_of(db, clinic.id))
    for _ in range(2):
        ended = await client.post(f"{HERE}/{key.id}/revoke")
        assert ended.headers["location"] == f"{HERE}?notice=key-ended"
    assert "There is no key yet." in (await client.get(f"{HERE}?notice=key-ended")).text
    async with program_on(app) as program:
        where = f"/api/v1/clinics/{clinic.slug}/bookings"
        assert (await program.get(where, headers=bearer(token))).status_code == 401


async def test_both_stand_in_the_audit_without_the_key(client, house, clinic) -> None:
    token = await made(client, "our website", "bookings:read", "bookings:write")
    (key,) = await house.db.read(lambda db: store.keys_of(db, clinic.id))
    await client.post(f"{HERE}/{key.id}/revoke")
    rows = (await house.db.read(lambda db: db.scalars(select(AuditEntry).order_by(AuditEntry.at)))).all()
    told = [(row.action, row.subject_id) for row in rows if row.action.startswith("key.")]
    assert sorted(told) == [("key.made", key.id), ("key.revoked", key.id)]
    assert token not in "".join(repr(row.detail) for row in rows)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"name": "", "scope": "bookings:read"}, 'value="bookings:read" checked'),
        ({"name": "our website"}, 'value="our website"'),
        ({"name": "our website", "scope": "everything"}, 'value="our website"'),
    ],
)
async def test_what_is_missing_is_asked_and_nothing_typed_is_lost(client, house, clinic, sent, kept) -> None:
    page = await client.post(HERE, data=sent)
    assert page.status_code == 422
    assert "This is still empty." in page.text
    assert kept in page.text
    assert await house.db.read(lambda db: store.count(db, clinic.id)) == 0


async def test_there_is_an_end_to_keys(client, house, clinic) -> None:
    for number in range(MOST):
        await made(client, f"key {number}")
    page = await client.post(HERE, data={"name": "one more", "scope": "bookings:read"})
    assert "as many keys as a clinic can have" in page.text
    assert not TOKEN.findall(page.text)
    assert await house.db.read(lambda db: store.count(db, clinic.id)) == MOST


async def test_nobody_ends_the_key_of_another_clinic(client, house, clinic) -> None:
    await made(client)
    (key,) = await house.db.read(lambda db: store.keys_of(db, clinic.id))
    other = await make_clinic(house, slug="elsewhere")
    await let_in(client, house, await make_staff(house, other, "Eve", Role.ADMIN))
    await client.post(f"{HERE}/{key.id}/revoke")
    assert await house.db.read(lambda db: store.count(db, clinic.id)) == 1
    assert key.shown not in (await client.get(HERE)).text
    assert (await client.post(f"{HERE}/x/revoke")).status_code == 404
