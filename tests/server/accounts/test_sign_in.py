import re

import pytest

from server import passwords
from tests.server.accounts.people import PASSWORD, first_step, sign_in, token_of
from tests.server.conftest import browser_on
from tests.server.statements import asked_of

pytestmark = pytest.mark.asyncio
HOME = "/staff/account"  # a page that everybody on the staff may open


async def test_both_steps_open_the_day(client, house, mara):
    answer = await first_step(client, mara)
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/second-step?next=/staff")
    assert (await client.get(HOME)).status_code == 303
    answer = await client.post("/staff/second-step", data={"code": mara.digits(house)})
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff")
    opened = await client.get(HOME)
    assert opened.status_code == 200
    assert mara.mail in opened.text


async def test_a_wrong_password_says_what_would_help_and_keeps_the_address(client, mara):
    answer = await first_step(client, mara, "something else")
    assert answer.status_code == 422
    assert "do not belong together" in answer.text
    assert f'value="{mara.mail}"' in answer.text
    assert "something else" not in answer.text
    assert token_of(client) == ""


async def test_an_empty_form_names_both_fields(client, app):
    answer = await client.post("/staff/sign-in", data={})
    assert answer.status_code == 422
    assert answer.text.count("This is still empty.") == 2


class CountingHasher:
    """Counts how often the expensive work is done."""

    def __init__(self, real) -> None:
        self.real = real
        self.verified = 0

    def verify(self, kept, text):
        self.verified += 1
        return self.real.verify(kept, text)

    def __getattr__(self, name):
        return getattr(self.real, name)


async def test_b03_an_unknown_address_meets_the_same_answer_and_the_same_work(client, app, mara, monkeypatch):
    counting = CountingHasher(passwords.hasher)
    monkeypatch.setattr(passwords, "hasher", counting)
    known = await client.post("/staff/sign-in", data={"mail": "mara@linden.example", "password": "wrong one"})
    assert counting.verified == 1
    unknown = await client.post("/staff/sign-in", data={"mail": "nora@linden.example", "password": "wrong one"})
    assert counting.verified == 2
    same = {"content-length", "x-request-id"}
    assert known.status_code == unknown.status_code == 422
    assert known.text.replace("mara@", "nora@") == unknown.text
    assert [pair for pair in known.headers.items() if pair[0] not in same] == [
        pair for pair in unknown.headers.items() if pair[0] not in same
    ]


async def test_b03_the_same_statements_run_for_known_and_unknown(client, house, mara):
    with asked_of(house.db) as known:
        await client.post("/staff/sign-in", data={"mail": mara.mail, "password": "wrong one"})
    with asked_of(house.db) as unknown:
        await client.post("/staff/sign-in", data={"mail": "nora@linden.example", "password": "wrong one"})
    assert known == unknown
    assert any("staff" in statement for statement in known)


async def test_b03_somebody_closed_or_invited_cannot_be_told_apart(client, house, clinic_id, mara):
    from server.access import Role
    from tests.server.accounts.people import new_member

    invited = await new_member(house, clinic_id, "Ines Okafor", Role.THERAPIST, joined=False)
    answer = await first_step(client, invited)
    assert answer.status_code == 422
    assert "do not belong together" in answer.text


async def test_a_wrong_password_is_noted_only_for_somebody_who_exists(client, house, mara):
    from tests.server.accounts.trace import actions

    await first_step(client, mara, "wrong one")
    await client.post("/staff/sign-in", data={"mail": "nora@linden.example", "password": "wrong one"})
    await house.outbox.run_due()
    assert await actions(house) == ["staff.sign_in_refused"]


async def test_b01_the_token_changes_at_each_step_and_the_old_one_is_dead(client, app, house, mara):
    wish = {"mail": mara.mail, "password": PASSWORD}
    await client.post("/staff/sign-in", data=wish, headers={"cookie": "parlour=fixed-by-an-attacker"})
    half = token_of(client)
    assert half not in {"", "fixed-by-an-attacker"}
    await client.post("/staff/second-step", data={"code": mara.digits(house)})
    full = token_of(client)
    assert full != half
    for dead in ("fixed-by-an-attacker", half):
        async with browser_on(app) as other:
            other.cookies.set("parlour", dead)
            assert (await other.get(HOME)).headers["location"].startswith("/staff/sign-in")


async def test_b08_after_the_password_nothing_opens_but_the_second_step(client, app, mara):
    await first_step(client, mara)
    guarded = [
        (route.path, method)
        for route in app.routes
        if hasattr(route, "action") and route.path.startswith("/staff")
        for method in route.methods - {"HEAD"}
        if route.path not in OPEN_TO_HALF
    ]
    assert len(guarded) > 10
    for path, method in guarded:
        answer = await client.request(
            method,
            re.sub(r"{[^}]*}", str(mara.id), re.sub(r"{[^}]*:int}", "7", path)),
            headers={"accept": "application/json"},
        )
        assert answer.status_code == 401, (method, path)


OPEN_TO_HALF = {
    "/staff/sign-in",
    "/staff/sign-on/{clinic_id}",
    "/staff/sign-on/{clinic_id}/back",
    "/staff/sign-out",
    "/staff/forgotten",
    "/staff/link",
    "/staff/link/{token}",
    "/staff/second-step",
    "/staff/second-step/passkey",
    "/staff/factors",
    "/staff/factors/app",
    "/staff/factors/passkey",
    "/staff/factors/passkey/options",
}


async def test_b14_signing_out_ends_the_row_not_only_the_cookie(client, app, house, mara):
    await sign_in(client, house, mara)
    kept = token_of(client)
    answer = await client.post("/staff/sign-out")
    assert answer.headers["location"] == "/staff/sign-in?notice=signed-out"
    assert token_of(client) == ""
    async with browser_on(app) as thief:
        thief.cookies.set("parlour", kept)
        answer = await thief.get(HOME, headers={"accept": "application/json"})
        assert answer.status_code == 401


async def test_signing_in_again_ends_what_this_browser_held(client, app, house, mara):
    await sign_in(client, house, mara)
    before = token_of(client)
    await sign_in(client, house, mara)
    async with browser_on(app) as thief:
        thief.cookies.set("parlour", before)
        assert (await thief.get(HOME)).status_code == 303


async def test_b16_fifteen_idle_minutes_lock(client, house, mara):
    await sign_in(client, house, mara)
    house.clock.forward(minutes=14)
    assert (await client.get(HOME)).status_code == 200
    house.clock.forward(minutes=14)
    assert (await client.get(HOME)).status_code == 200
    house.clock.forward(minutes=15)
    answer = await client.get(HOME)
    assert answer.headers["location"] == f"/staff/sign-in?next={HOME}"


async def test_b16_a_page_that_looks_by_itself_is_nobody_being_there(client, house, mara):
    await sign_in(client, house, mara)
    for _ in range(3):
        house.clock.forward(minutes=5)
        await client.get(HOME, headers={"sec-fetch-mode": "cors"})
    assert (await client.get(HOME)).status_code == 303


async def test_b16_after_twelve_hours_everybody_signs_in_again(client, house, mara):
    await sign_in(client, house, mara)
    for _ in range(51):  # 11 hours and 54 minutes
        house.clock.forward(minutes=14)
        assert (await client.get(HOME)).status_code == 200
    house.clock.forward(minutes=6)
    assert (await client.get(HOME)).status_code == 303


@pytest.mark.parametrize(
    "asked",
    ["//evil.example", "/\\evil.example", "https:evil.example", "https://evil.example/", "javascript:alert(1)",
     "/%0d%0aset-cookie:x=1", "/\r\nset-cookie: x=1", "/ok\t//evil", " /x", "/.//evil", "/@evil"],
)  # fmt: skip
async def test_b21_next_leads_nowhere_else(client, house, mara, asked):
    await first_step(client, mara, next=asked)
    answer = await client.post("/staff/second-step", data={"code": mara.digits(house), "next": asked})
    assert answer.headers["location"] == "/staff"
    assert "x" not in client.cookies


async def test_next_leads_back_to_where_one_was(client, house, mara):
    answer = await client.get("/staff/team")
    assert answer.headers["location"] == "/staff/sign-in?next=/staff/team"
    assert 'value="/staff/team"' in (await client.get(answer.headers["location"])).text
    answer = await first_step(client, mara, next="/staff/team")
    page = await client.get(answer.headers["location"])
    assert 'value="/staff/team"' in page.text
    answer = await client.post("/staff/second-step", data={"code": mara.digits(house), "next": "/staff/team"})
    assert answer.headers["location"] == "/staff/team"


async def test_the_cookie_is_closed_to_scripts_and_other_sites(client, mara):
    kept = (await first_step(client, mara)).headers["set-cookie"].lower()
    assert "httponly" in kept
    assert "samesite=lax" in kept
    assert "path=/" in kept


async def test_many_wrong_passwords_from_one_place_wait_and_another_place_does_not(client, app, house, mara):
    for _ in range(5):
        assert (await first_step(client, mara, "wrong one")).status_code == 422
    answer = await first_step(client, mara)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 3
    assert "several tries" in answer.text
    async with browser_on(app, "127.0.0.9") as elsewhere:
        assert (await first_step(elsewhere, mara)).status_code == 303
    house.clock.forward(seconds=3)
    assert (await first_step(client, mara)).status_code == 303


async def test_unknown_addresses_wait_alike(client, app):
    for _ in range(5):
        await client.post("/staff/sign-in", data={"mail": "nora@linden.example", "password": PASSWORD})
    answer = await client.post("/staff/sign-in", data={"mail": "nora@linden.example", "password": PASSWORD})
    assert answer.status_code == 429


async def test_b12_a_made_up_forwarded_address_is_no_other_place(client, mara):
    for guess in range(5):
        forged = {"x-forwarded-for": f"203.0.113.{guess}"}
        await client.post("/staff/sign-in", data={"mail": mara.mail, "password": "wrong one"}, headers=forged)
    answer = await client.post(
        "/staff/sign-in", data={"mail": mara.mail, "password": PASSWORD}, headers={"x-forwarded-for": "203.0.113.99"}
    )
    assert answer.status_code == 429


async def test_a_password_manager_finds_the_page(client, app):
    assert (await client.get("/.well-known/change-password")).headers["location"] == "/staff/account"
