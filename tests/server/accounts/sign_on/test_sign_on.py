"""Staff come in by their organisation's provider, a real one on loopback; and all that must let nobody in."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import httpx2
import pytest
import pytest_asyncio
from joserfc.jwk import OctKey, RSAKey
from sqlalchemy import func, select

from server.access import Role
from server.accounts.sign_on import store
from server.accounts.sign_on.rules import SignOn
from server.accounts.tables import Login, Staff
from server.accounts.team.store import team
from server.audit.tables import AuditEntry
from server.config import Settings
from server.house import House
from tests.engines.oidc import CLIENT, SECRET, Provider
from tests.server.accounts.people import Member, new_member
from tests.server.clinic.made import make_clinic
from tests.server.conftest import browser_on, settings_for

pytestmark = pytest.mark.asyncio


@pytest.fixture
def settings(tmp_path, identity: Provider) -> Settings:
    """The provider of the tests lies on this machine, which the operator allowed."""
    return settings_for(tmp_path / "data", private_hosts=identity.host)


@dataclass
class Door:
    """A clinic with a provider, and a browser before it."""

    house: House
    browser: httpx2.AsyncClient
    provider: Provider
    clinic_id: UUID

    @property
    def path(self) -> str:
        return f"/staff/sign-on/{self.clinic_id}"

    async def there(self, **asked: str) -> str:
        """Where our page sends the browser."""
        self.provider.now = int(self.house.clock().timestamp())
        answer = await self.browser.get(self.path, params=asked)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])

    async def signed(self, address: str) -> str:
        """Where the provider sends the browser back to."""
        async with httpx2.AsyncClient() as elsewhere:
            return str((await elsewhere.get(address)).headers["location"])

    async def comes(self, **asked: str) -> httpx2.Response:
        """The whole way."""
        return await self.browser.get(await self.signed(await self.there(**asked)))

    async def uses(self, *, does_factor: bool = False) -> None:
        ring = await self.house.keys.clinic(self.clinic_id)
        sealed = store.seal_secret(ring, self.clinic_id, SECRET)
        known = SignOn(self.clinic_id, self.provider.issuer, CLIENT, "Riverside", does_factor, sealed)
        await self.house.db.unit(lambda db: store.set_sign_on(db, known, None, self.house.clock()))

    async def count(self, table: type) -> int:
        return await self.house.db.read(lambda db: db.scalar(select(func.count()).select_from(table))) or 0


@pytest_asyncio.fixture
async def door(client, house: House, identity: Provider, clinic_id: UUID, mara: Member) -> Door:
    made = Door(house, client, identity, clinic_id)
    identity.person |= {"email": mara.mail.title(), "email_verified": True}
    await made.uses()
    return made


async def test_a_member_of_staff_comes_in_and_still_answers_the_second_step(door: Door, mara: Member) -> None:
    answer = await door.comes(next="/staff/calendar")
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/second-step?next=/staff/calendar")
    inside = await door.browser.get("/staff/calendar")
    assert inside.headers["location"].startswith("/staff/second-step")
    code = {"code": mara.digits(door.house), "next": "/staff/calendar"}
    assert (await door.browser.post("/staff/second-step", data=code)).headers["location"] == "/staff/calendar"
    assert (await door.browser.get("/staff/account")).status_code == 200
    noted = await door.house.db.read(lambda db: db.scalars(select(AuditEntry.action)))
    assert {"staff.sign_on", "staff.signed_in"} <= set(noted)


async def test_who_comes_by_the_provider_alone_has_joined_and_can_be_called(door: Door) -> None:
    """They were invited and never chose a password."""
    house, clinic_id = door.house, door.clinic_id
    ines = await new_member(house, clinic_id, "Ines Okafor", Role.THERAPIST, joined=False)

    async def here() -> list[str]:
        return [one.name for one in await house.db.read(lambda db: team(db, clinic_id)) if one.joined]

    assert await here() == ["Mara Lind"]
    door.provider.person |= {"email": ines.mail}
    await door.uses(does_factor=True)
    assert (await door.comes()).headers["location"] == "/staff"
    assert await here() == ["Ines Okafor", "Mara Lind"]


async def test_where_the_clinic_says_so_the_provider_does_the_second_step(door: Door) -> None:
    await door.uses(does_factor=True)
    assert (await door.comes()).headers["location"] == "/staff"
    assert (await door.browser.get("/staff/account")).status_code == 200


async def test_what_is_asked_carries_a_state_a_nonce_and_a_challenge_of_its_own_each_time(door: Door) -> None:
    tries = [parse_qs(urlsplit(await door.there()).query) for _ in range(2)]
    for name in ("state", "nonce", "code_challenge"):
        assert tries[0][name] != tries[1][name]
        assert all(len(one[name][0]) == 43 for one in tries)
    assert tries[0]["redirect_uri"] == [f"http://testserver{door.path}/back"]
    assert set(door.provider.asked) == {"/.well-known/openid-configuration"}


async def test_an_address_that_only_userinfo_tells_is_taken_of_the_same_person(door: Door) -> None:
    door.provider.in_userinfo = True
    assert (await door.comes()).headers["location"].startswith("/staff/second-step")
    door.provider.lies = {"sub": "18"}
    assert "could not be proven" in (await door.comes()).text


Change = Callable[[Provider], None]


def lies(**claims: object) -> Change:
    return lambda provider: provider.lies.update(claims)


def signs(key: object, **header: str) -> Change:
    def change(provider: Provider) -> None:
        provider.signs_with = key
        provider.header = {**provider.header, **header}

    return change


def says(**metadata: object) -> Change:
    return lambda provider: provider.metadata.update(metadata)


NOT_BELIEVED = {
    "another nonce": (lies(nonce="another"), "could not be proven"),
    "no nonce": (lies(nonce=None), "could not be proven"),
    "another issuer": (lies(iss="http://evil.example"), "could not be proven"),
    "another audience": (lies(aud="another"), "could not be proven"),
    "one audience among many": (lies(aud=[CLIENT, "another"]), "could not be proven"),
    "made for another": (lies(azp="another"), "could not be proven"),
    "too old": (lies(exp=1), "could not be proven"),
    "no end": (lies(exp=None), "could not be proven"),
    "nobody": (lies(sub=None), "could not be proven"),
    "another key": (signs(RSAKey.generate_key(2048)), "could not be proven"),
    "not signed": (signs(None, alg="none"), "could not be proven"),
    "signed with the shared secret": (signs(OctKey.import_key(SECRET), alg="HS256"), "could not be proven"),
    "not verified": (lies(email_verified=False), "does not vouch"),
    "verified in words": (lies(email_verified="true"), "does not vouch"),
    "not said to be verified": (lies(email_verified=None), "does not vouch"),
    "a stranger": (lies(email="eve@evil.example"), "Nobody works here"),
    "calls itself something else": (says(issuer="http://evil.example"), None),
    "keys elsewhere without TLS": (says(jwks_uri="http://evil.example/jwks"), None),
}


@pytest.mark.parametrize("case", NOT_BELIEVED)
async def test_nobody_comes_in_by_what_proves_nothing(door: Door, case: str) -> None:
    change, words = NOT_BELIEVED[case]
    change(door.provider)
    people, logins = await door.count(Staff), await door.count(Login)
    answer = await (door.browser.get(door.path) if words is None else door.comes())
    assert answer.status_code == 422
    assert (words or "could not be proven") in answer.text.replace("&#39;", "'")
    assert (await door.count(Staff), await door.count(Login)) == (people, logins)


async def test_an_answer_that_this_browser_did_not_ask_for_opens_nothing(door: Door, app) -> None:
    there = await door.signed(await door.there())
    async with browser_on(app) as other:
        assert "This began in another browser" in (await other.get(there)).text
    assert "This began in another browser" in (await door.browser.get(there.replace("state=", "state=x"))).text
    assert "This began in another browser" in (await door.browser.get(there)).text, "a try is over once it went wrong"
    there = await door.signed(await door.there())
    door.house.clock.forward(minutes=11)
    assert "This began in another browser" in (await door.browser.get(there)).text
    assert "/token" not in door.provider.asked


async def test_a_code_is_good_once_and_for_its_own_verifier(door: Door) -> None:
    there = await door.signed(await door.there())
    jar = dict(door.browser.cookies)
    assert (await door.browser.get(there)).status_code == 303
    for name, value in jar.items():
        door.browser.cookies.set(name, value)
    assert (await door.browser.get(there)).status_code == 422
    mixed = parse_qs(urlsplit(await door.signed(await door.there())).query)["code"][0]
    mine = await door.there()
    state = parse_qs(urlsplit(mine).query)["state"][0]
    crossed = await door.browser.get(f"{door.path}/back", params={"code": mixed, "state": state})
    assert crossed.status_code == 422


async def test_what_the_provider_declines_and_one_that_is_away_is_said(door: Door) -> None:
    state = parse_qs(urlsplit(await door.there()).query)["state"][0]
    said = await door.browser.get(f"{door.path}/back", params={"error": "access_denied", "state": state})
    assert "Riverside let nobody in" in said.text
    state = parse_qs(urlsplit(await door.there()).query)["state"][0]
    other = {"code": "x", "state": state, "iss": "http://evil.example"}
    assert "Riverside let nobody in" in (await door.browser.get(f"{door.path}/back", params=other)).text
    door.provider.metadata["issuer"] = None
    assert (await door.browser.get(door.path)).status_code == 422


async def test_whoever_works_at_another_clinic_or_no_more_does_not_come_in(door: Door, samir: Member) -> None:
    other = await make_clinic(door.house, slug="birke", name="Birkenhaus")
    eve = await new_member(door.house, other.id, "Eve Birke")
    door.provider.person["email"] = eve.mail
    assert "Nobody works here" in (await door.comes()).text
    door.provider.person["email"] = samir.mail

    async def close(db) -> None:
        (await db.get(Staff, samir.id)).disabled_at = door.house.clock()

    await door.house.db.unit(close)
    assert "Nobody works here" in (await door.comes()).text
    why = await door.house.db.read(lambda db: db.scalars(select(AuditEntry.detail)))
    assert [one for one in why if one] == [{"why": "unknown"}, {"why": "unknown"}]
    assert (await door.browser.get(f"/staff/sign-on/{other.id}")).status_code == 404


async def test_the_sign_in_page_offers_it_where_the_clinic_wants_to_be_named(door: Door) -> None:
    assert f'href="{door.path}?next=/staff' in (await door.browser.get("/staff/sign-in")).text
    await make_clinic(door.house, slug="birke", name="Birkenhaus")
    assert "Riverside" not in (await door.browser.get("/staff/sign-in?clinic=birke")).text
    assert "Riverside" in (await door.browser.get("/staff/sign-in?clinic=linden")).text
