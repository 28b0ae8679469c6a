import re

import pyotp
import pytest
import pytest_asyncio

from server.access import Role
from tests.server.accounts.people import PASSWORD, first_step, new_member, sign_in, token_of
from tests.server.accounts.trace import actions
from tests.server.conftest import browser_on

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def nora(house, clinic_id):
    """Nora has a password and no second factor yet."""
    return await new_member(house, clinic_id, "Nora Weiss", Role.THERAPIST, app=False)


def letters(page: str) -> str:
    """The secret as it stands on the page to be typed."""
    return re.search(r'class="letters">([A-Z2-7 ]+)<', page)[1].replace(" ", "")


def codes(page: str) -> list[str]:
    return re.findall(r"<li>([a-z2-7]{4}-[a-z2-7]{4}-[a-z2-7]{4})</li>", page)


async def enrol(client, house, **fields):
    started = await client.post("/staff/factors", data=fields)
    page = await client.get(started.headers["location"])
    secret = letters(page.text)
    return secret, await client.post(
        "/staff/factors/app", data={"code": pyotp.TOTP(secret).at(house.clock()), **fields}
    )


async def test_the_first_sign_in_makes_a_second_factor_before_anything_else(client, house, nora):
    await first_step(client, nora)
    led = await client.get("/staff/second-step?next=/staff/account")
    assert led.headers["location"] == "/staff/factors?next=/staff/account"
    assert "second lock" in (await client.get(led.headers["location"])).text
    assert (await client.get("/staff/account")).status_code == 303
    half = token_of(client)
    _, shown = await enrol(client, house, next="/staff/account")
    assert shown.status_code == 200
    assert len(set(codes(shown.text))) == 10
    assert 'href="/staff/account"' in shown.text
    assert token_of(client) != half
    assert (await client.get("/staff/account")).status_code == 200
    assert await actions(house) == ["staff.factor_added", "staff.signed_in"]


async def test_the_new_app_and_a_shown_code_open_the_next_time(client, house, nora):
    await first_step(client, nora)
    secret, shown = await enrol(client, house)
    await client.post("/staff/sign-out")
    house.clock.forward(seconds=30)
    await first_step(client, nora)
    came = await client.post("/staff/second-step", data={"code": pyotp.TOTP(secret).at(house.clock())})
    assert came.headers["location"] == "/staff"
    await client.post("/staff/sign-out")
    await first_step(client, nora)
    came = await client.post("/staff/second-step", data={"recovery": codes(shown.text)[3]})
    assert came.headers["location"] == "/staff/account?notice=code-used"


async def test_the_picture_is_drawn_here_and_holds_the_secret(client, house, nora):
    await first_step(client, nora)
    started = await client.post("/staff/factors", data={})
    page = (await client.get(started.headers["location"])).text
    assert "<svg" in page
    assert "style=" not in page
    assert f"secret={letters(page)}" in page
    assert letters(page) == letters((await client.get("/staff/factors/app")).text)


async def test_a_wrong_first_code_keeps_the_same_picture(client, house, nora):
    await first_step(client, nora)
    await client.post("/staff/factors", data={})
    before = letters((await client.get("/staff/factors/app")).text)
    wrong = await client.post("/staff/factors/app", data={"code": "000000"})
    assert wrong.status_code == 422
    assert letters(wrong.text) == before


async def test_b08_half_a_login_adds_nothing_beside_the_factor_that_guards_the_account(client, house, mara):
    await first_step(client, mara)
    assert (await client.get("/staff/factors")).headers["location"].startswith("/staff/second-step")
    for path in ("/staff/factors", "/staff/factors/passkey", "/staff/factors/passkey/options"):
        answer = await client.post(path, data={}, headers={"accept": "application/json"})
        assert answer.status_code == 401, path
    assert (await client.get("/staff/factors/app")).status_code == 303
    assert await actions(house) == []


async def test_b08_of_two_half_logins_the_one_that_enrols_first_guards_the_account(client, app, house, nora):
    """Somebody who knows the password began as well, and comes second: nothing of theirs takes the place of hers."""
    async with browser_on(app, "127.0.0.9") as other:
        await first_step(other, nora)
        started = await other.post("/staff/factors")
        theirs = letters((await other.get(started.headers["location"])).text)
        await first_step(client, nora)
        secret, shown = await enrol(client, house)
        assert shown.status_code == 200
        code = pyotp.TOTP(theirs).at(house.clock())
        refused = await other.post("/staff/factors/app", data={"code": code}, headers={"accept": "application/json"})
        assert refused.status_code == 401
        assert (await other.get("/staff/account")).status_code == 303
    house.clock.forward(seconds=30)
    await client.post("/staff/sign-out")
    await first_step(client, nora)
    came = await client.post("/staff/second-step", data={"code": pyotp.TOTP(secret).at(house.clock())})
    assert came.headers["location"] == "/staff"


async def test_later_the_password_is_asked_again(client, house, mara):
    await sign_in(client, house, mara)
    refused = await client.post("/staff/factors", data={"password": "wrong one"})
    assert refused.status_code == 422
    assert "This is not your password." in refused.text
    asked = await client.post("/staff/factors/passkey/options", data={"password": "wrong one"})
    assert (asked.status_code, asked.json()) == (422, {"reason": "wrong_password"})
    before = token_of(client)
    secret, done = await enrol(client, house, password=PASSWORD)
    assert done.headers["location"] == "/staff/account?notice=factor-added"
    assert token_of(client) != before
    assert secret != mara.secret


async def test_a_new_app_takes_the_place_of_the_old_one(client, house, mara):
    await sign_in(client, house, mara)
    secret, _ = await enrol(client, house, password=PASSWORD)
    await client.post("/staff/sign-out")
    house.clock.forward(seconds=60)
    await first_step(client, mara)
    old = await client.post("/staff/second-step", data={"code": mara.digits(house)})
    assert old.status_code == 422
    new = await client.post("/staff/second-step", data={"code": pyotp.TOTP(secret).at(house.clock())})
    assert new.status_code == 303


async def test_a_passkey_is_asked_for_this_server_alone(client, house, nora):
    await first_step(client, nora)
    asked = (await client.post("/staff/factors/passkey/options", data={})).json()
    assert asked["rp"]["id"] == "testserver"
    assert asked["user"]["name"] == nora.mail
    again = (await client.post("/staff/factors/passkey/options", data={})).json()
    assert again["challenge"] != asked["challenge"]


async def test_a_forged_passkey_is_refused_and_its_challenge_is_spent(client, house, nora):
    await first_step(client, nora)
    await client.post("/staff/factors/passkey/options", data={})
    for _ in range(2):
        forged = await client.post("/staff/factors/passkey", data={"credential": "{}", "label": "x"})
        assert forged.status_code == 422
        assert "did not answer" in forged.text
    assert (await client.get("/staff/account")).status_code == 303
