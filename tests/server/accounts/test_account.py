import re

import pytest

from tests.server.accounts.people import PASSWORD, first_step, sign_in, token_of
from tests.server.accounts.trace import actions
from tests.server.conftest import browser_on

pytestmark = pytest.mark.asyncio
NEW = "blue windows in may"


async def test_the_page_says_what_guards_the_account(client, house, mara):
    await sign_in(client, house, mara)
    page = (await client.get("/staff/account", headers={"user-agent": "Mozilla (Windows NT) Firefox/128.0"})).text
    assert "A password and one more lock guard your account" in page
    assert "An app with six digits" in page
    assert "1 is left" in page


async def test_a_new_password_ends_every_other_login(client, app, house, mara):
    async with browser_on(app) as other:
        await sign_in(other, house, mara)
        await sign_in(client, house, mara)
        before = token_of(client)
        done = await client.post("/staff/account/password", data={"current": PASSWORD, "password": NEW})
        assert done.headers["location"] == "/staff/account?notice=password-changed"
        assert token_of(client) != before
        assert (await client.get("/staff/account")).status_code == 200
        assert (await other.get("/staff/account")).status_code == 303
        assert (await first_step(other, mara)).status_code == 422
        assert (await first_step(other, mara, NEW)).status_code == 303


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"current": PASSWORD, "password": "short"}, "At least 8 characters"),
        ({"current": PASSWORD, "password": "password1"}, "Many people use this one"),
        ({"current": PASSWORD, "password": "12344321"}, "follows the keyboard"),
        ({"current": PASSWORD, "password": "lindenpractice"}, "close to a name"),
        ({"current": "wrong one", "password": NEW}, "This is not your password."),
        ({"current": PASSWORD}, "This is still empty."),
    ],
)
async def test_a_password_that_does_not_do(client, house, mara, fields, words):
    await sign_in(client, house, mara)
    answer = await client.post("/staff/account/password", data=fields)
    assert answer.status_code == 422
    assert words in answer.text
    assert (await first_step(client, mara)).status_code == 303


async def test_ten_new_codes_are_shown_once_and_the_old_ones_are_worth_nothing(client, house, mara):
    await sign_in(client, house, mara)
    refused = await client.post("/staff/account/codes", data={"current": "wrong one"})
    assert refused.status_code == 422
    shown = await client.post("/staff/account/codes", data={"current": PASSWORD})
    made = re.findall(r"<li>([a-z2-7-]{14})</li>", shown.text)
    assert len(made) == 10
    assert made[0] not in (await client.get("/staff/account")).text
    await first_step(client, mara)
    assert (await client.post("/staff/second-step", data={"recovery": mara.code})).status_code == 422
    assert (await client.post("/staff/second-step", data={"recovery": made[0]})).status_code == 303


async def test_the_only_factor_stays(client, house, mara):
    await sign_in(client, house, mara)
    answer = await client.post("/staff/account/factors/remove", data={"factor": "app", "current": PASSWORD})
    assert answer.headers["location"] == "/staff/account?notice=last-factor"
    assert "staff.factor_removed" not in await actions(house)


async def test_one_signs_out_elsewhere(client, app, house, mara):
    async with browser_on(app) as other:
        await sign_in(other, house, mara)
        await sign_in(client, house, mara)
        answer = await client.post("/staff/account/logins/end")
        assert answer.headers["location"] == "/staff/account?notice=signed-out-elsewhere"
        assert (await other.get("/staff/account")).status_code == 303
        assert (await client.get("/staff/account")).status_code == 200


async def test_one_login_is_ended_by_its_own_button(client, app, house, mara):
    async with browser_on(app) as other:
        await sign_in(other, house, mara)
        await sign_in(client, house, mara)
        page = (await client.get("/staff/account")).text
        (login,) = re.findall(r'name="login" value="([^"]+)"', page)
        assert (await client.post("/staff/account/logins/end", data={"login": login})).status_code == 303
        assert (await other.get("/staff/account")).status_code == 303


async def test_nobody_ends_somebody_else_s_login(client, app, house, mara, samir):
    async with browser_on(app) as other:
        await sign_in(other, house, samir)
        await sign_in(client, house, mara)
        theirs = await house.db.read(lambda db: _only_login(db, house, samir))
        for login in (str(theirs), "x", "00000000-0000-0000-0000-000000000000"):
            assert (await client.post("/staff/account/logins/end", data={"login": login})).status_code == 404
        assert (await other.get("/staff/account")).status_code == 200


async def _only_login(db, house, member):
    from server.accounts.store import logins

    (login,) = await logins(db, member.id, house.clock())
    return login.id
