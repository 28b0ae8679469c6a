import pytest

from tests.server.accounts.people import first_step, sign_in, token_of
from tests.server.accounts.trace import actions
from tests.server.conftest import browser_on

pytestmark = pytest.mark.asyncio


async def answer(client, **fields):
    return await client.post("/staff/second-step", data=fields)


async def test_a_code_works_once(client, app, house, mara):
    digits = mara.digits(house)
    await first_step(client, mara)
    assert (await answer(client, code=digits)).status_code == 303
    async with browser_on(app) as thief:
        await first_step(thief, mara)
        again = await answer(thief, code=digits)
        assert again.status_code == 422
        assert "was used before" in again.text


async def test_a_wrong_code_says_what_would_help(client, mara):
    await first_step(client, mara)
    page = await answer(client, code="000000")
    assert page.status_code == 422
    assert "A new one comes every 30 seconds" in page.text
    assert (await answer(client)).text.count("This is still empty.") == 1


async def test_b10_thirty_tries_lock_the_step_and_the_owner_s_own_browser_stays_open(client, app, house, mara):
    await sign_in(client, house, mara)  # this browser is known from now on
    async with browser_on(app, "10.1.1.1") as thief:
        await first_step(thief, mara)
        heard = [(await answer(thief, code=f"{guess:06}")).status_code for guess in range(29)]
        assert heard == [422] * 5 + [429] * 24
        house.clock.forward(minutes=1)
        right = await answer(thief, code=mara.digits(house))
        assert right.status_code == 303  # one minute later a single try is heard again
    await client.post("/staff/sign-out")
    house.clock.forward(seconds=30)
    for guess in range(4):
        await answer(client, code=f"{guess:06}")
    await sign_in(client, house, mara)


async def test_b10_guesses_from_many_places_lock_strangers_out_and_not_the_owner(client, app, house, mara):
    await sign_in(client, house, mara)
    await client.post("/staff/sign-out")
    for place in range(5):
        async with browser_on(app, f"10.1.1.{place}") as thief:
            await first_step(thief, mara)
            for guess in range(5):
                await answer(thief, code=f"{guess:06}")
    async with browser_on(app, "10.1.2.1") as stranger:
        await first_step(stranger, mara)
        assert (await answer(stranger, code=mara.digits(house))).status_code == 429
    await sign_in(client, house, mara)


async def test_a_recovery_code_opens_once_and_says_so(client, app, house, mara):
    await first_step(client, mara)
    came = await answer(client, recovery="ABCD EFGH JKMN")
    assert came.headers["location"] == "/staff/account?notice=code-used"
    page = await client.get(came.headers["location"])
    assert "You came in with a recovery code." in page.text
    assert "0 are left" in page.text
    async with browser_on(app) as other:
        await first_step(other, mara)
        assert (await answer(other, recovery=mara.code)).status_code == 422


async def test_somebody_else_s_recovery_code_opens_nothing(client, mara, samir):
    await first_step(client, samir)
    assert (await answer(client, recovery=mara.code + "x")).status_code == 422


async def test_half_a_login_is_over_after_a_quarter_of_an_hour(client, house, mara):
    await first_step(client, mara)
    house.clock.forward(minutes=15)
    late = await answer(client, code=mara.digits(house))
    assert late.status_code == 401
    assert (await client.get("/staff/second-step")).headers["location"].startswith("/staff/sign-in")


async def test_signing_in_leaves_a_trace_with_the_way_that_was_taken(client, house, mara):
    await sign_in(client, house, mara)
    await client.post("/staff/sign-out")
    assert await actions(house) == ["staff.signed_in", "staff.signed_out"]


async def test_what_is_no_passkey_s_answer_opens_nothing(client, mara):
    await first_step(client, mara)
    await client.post("/staff/second-step/passkey")
    for forged in ("{}", "null", "[]", '{"id": 1}', '{"id": "AAAA"}', "x" * 5000):
        page = await answer(client, credential=forged)
        assert page.status_code in {422, 429}
    assert token_of(client)


async def test_a_disabled_account_stops_at_once(client, house, mara, samir):
    from server.accounts.team.store import set_disabled

    await sign_in(client, house, samir)
    await house.db.unit(lambda db: set_disabled(db, samir.id, house.clock()))
    assert (await client.get("/staff/account")).status_code == 303
    assert (await first_step(client, samir)).status_code == 422
