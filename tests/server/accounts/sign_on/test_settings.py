"""The page on which an admin names the provider: it is asked at once, and its secret is sealed."""

import pytest
from sqlalchemy import select

from server.accounts.sign_on import store
from server.accounts.sign_on.tables import SignOnRow
from server.audit.tables import AuditEntry
from server.config import Settings
from tests.engines.oidc import Provider
from tests.server.accounts.people import sign_in
from tests.server.conftest import settings_for

pytestmark = pytest.mark.asyncio
HERE = "/staff/clinic/sign-on"


@pytest.fixture
def settings(tmp_path, identity: Provider) -> Settings:
    return settings_for(tmp_path / "data", private_hosts=identity.host)


def form(identity: Provider, **changes: str) -> dict[str, str]:
    plain = {"issuer": identity.issuer, "client_id": "parlour", "secret": "a word", "label": "Riverside"}
    return plain | changes


async def known(house, clinic_id):
    return await house.db.read(lambda db: store.sign_on_of(db, clinic_id))


async def test_a_provider_is_kept_its_secret_sealed_and_kept_when_nothing_is_typed(
    client, house, identity, mara, clinic_id
) -> None:
    await sign_in(client, house, mara)
    assert (await client.post(HERE, data=form(identity))).headers["location"] == f"{HERE}?notice=kept"
    ring = await house.keys.clinic(clinic_id)
    assert store.secret_of(ring, await known(house, clinic_id)) == "a word"
    rows = await house.db.read(lambda db: db.scalars(select(SignOnRow.secret_sealed)))
    assert b"a word" not in rows.one()
    page = (await client.get(HERE)).text
    assert f"http://testserver/staff/sign-on/{clinic_id}/back" in page
    assert "a word" not in page
    await client.post(HERE, data=form(identity, secret="", does_factor="yes"))
    kept = await known(house, clinic_id)
    assert (store.secret_of(ring, kept), kept.does_factor) == ("a word", True)


async def test_what_does_not_answer_or_is_somebody_else_is_not_kept(client, house, identity, mara, clinic_id) -> None:
    await sign_in(client, house, mara)
    nothing = await client.post(HERE, data={})
    assert (nothing.status_code, nothing.text.count("This is still empty.")) == (422, 3)
    assert "An issuer begins with" in (await client.post(HERE, data=form(identity, issuer="hospital"))).text
    inside = form(identity, issuer="http://127.0.0.1:9/")
    assert "Nobody answers there" in (await client.post(HERE, data=inside)).text
    identity.metadata["issuer"] = "https://another.example"
    assert "calls itself something else" in (await client.post(HERE, data=form(identity))).text
    assert await known(house, clinic_id) is None


async def test_it_is_taken_back_and_everything_stands_in_the_audit(client, house, identity, mara, clinic_id) -> None:
    await sign_in(client, house, mara)
    await client.post(HERE, data=form(identity))
    for _ in range(2):
        assert (await client.post(f"{HERE}/drop")).status_code == 303
    assert await known(house, clinic_id) is None
    noted = list(await house.db.read(lambda db: db.scalars(select(AuditEntry.action))))
    assert [one for one in noted if one.startswith("sign_on")] == ["sign_on.set", "sign_on.dropped"]


async def test_only_an_admin_names_it(client, house, identity, samir, clinic_id) -> None:
    await sign_in(client, house, samir)
    assert (await client.get(HERE)).status_code == 403
    assert (await client.post(HERE, data=form(identity))).status_code == 403
