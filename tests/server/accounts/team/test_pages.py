from dataclasses import replace
from uuid import uuid4

import pytest

from server.access import Role
from server.accounts import store
from server.accounts.team.store import team
from server.notify.mail import MemoryMailer
from tests.server.accounts.people import first_step, new_member, sign_in, token_of
from tests.server.accounts.trace import actions, entries
from tests.server.clinic.made import make_clinic
from tests.server.conftest import browser_on

pytestmark = pytest.mark.asyncio
WISH = {"name": "Ines Okafor", "mail": "Ines@Linden.example", "roles": ["therapist", "front_desk"]}


async def person(house, member):
    everybody = await house.db.read(lambda db: team(db, member.clinic_id))
    return next(one for one in everybody if one.id == member.id)


async def test_the_page_shows_everybody_with_address_and_state(client, house, mara, samir, dana):
    await sign_in(client, house, mara)
    page = (await client.get("/staff/team")).text
    assert "3 people work here" in page
    for member in (mara, samir, dana):
        assert member.name in page
        assert member.mail in page


@pytest.mark.parametrize("role", [Role.THERAPIST, Role.FRONT_DESK])
async def test_only_admins_see_and_change_the_team(client, house, clinic_id, samir, role):
    someone = await new_member(house, clinic_id, "Lea Brandt", role)
    await sign_in(client, house, someone)
    assert (await client.get("/staff/team")).status_code == 403
    assert (await client.post("/staff/team/invite", data=WISH)).status_code == 403
    for way in ("roles", "disable", "enable", "reset-factor", "invite-again"):
        assert (await client.post(f"/staff/team/{samir.id}/{way}", data={"roles": "admin"})).status_code == 403
    assert (await person(house, samir)).roles == {Role.THERAPIST}


async def test_an_invitation_is_a_row_a_mail_and_a_trace(client, house, mara):
    await sign_in(client, house, mara)
    answer = await client.post("/staff/team/invite", data=WISH)
    assert answer.headers["location"] == "/staff/team?notice=invited"
    await house.outbox.run_due()
    (letter,) = house.mailer.sent
    assert letter.to == "Ines@linden.example"
    assert "http://testserver/staff/link/" in letter.text
    noted = (await entries(house))[-1]
    assert (noted.action, noted.actor_id, noted.detail) == (
        "staff.invited",
        mara.id,
        {"roles": ["front_desk", "therapist"]},
    )
    assert "invited, has not joined yet" in (await client.get("/staff/team")).text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({**WISH, "name": " "}, "This is still empty."),
        ({**WISH, "mail": "ines"}, "A mail address looks like"),
        ({**WISH, "roles": []}, "Choose what they do here."),
        ({**WISH, "roles": ["owner"]}, "Choose what they do here."),
        ({**WISH, "mail": "MARA@linden.example"}, "Somebody with this address is here already."),
    ],
)
async def test_an_invitation_that_does_not_do_keeps_what_was_typed(client, house, mara, fields, words):
    await sign_in(client, house, mara)
    answer = await client.post("/staff/team/invite", data=fields)
    assert answer.status_code == 422
    assert words in answer.text
    assert f'value="{fields["mail"]}"' in answer.text


async def test_b01_a_change_of_roles_ends_their_logins(client, app, house, mara, samir):
    await sign_in(client, house, mara)
    async with browser_on(app) as theirs:
        await sign_in(theirs, house, samir)
        answer = await client.post(f"/staff/team/{samir.id}/roles", data={"roles": ["therapist", "admin"]})
        assert answer.headers["location"].endswith("%2Fstaff%2Fteam%3Fnotice%3Droles-changed")
        assert (await theirs.get("/staff/account")).status_code == 303
        await sign_in(theirs, house, samir)
        assert (await theirs.get("/staff/team")).status_code == 200


async def test_b01_a_change_of_one_s_own_roles_gives_a_new_token(client, app, house, mara):
    await sign_in(client, house, mara)
    before = token_of(client)
    await client.post(f"/staff/team/{mara.id}/roles", data={"roles": ["admin"]})
    assert token_of(client) != before
    assert (await client.get("/staff/team")).status_code == 200
    async with browser_on(app) as old:
        old.cookies.set("parlour", before)
        assert (await old.get("/staff/team")).status_code == 303


async def test_the_last_admin_stays_one(client, house, mara, samir):
    await sign_in(client, house, mara)
    answer = await client.post(f"/staff/team/{mara.id}/roles", data={"roles": ["therapist"]})
    assert answer.headers["location"] == "/staff/team?notice=last-admin"
    assert (await client.post(f"/staff/team/{mara.id}/disable")).headers["location"].endswith("=oneself")
    answer = await client.post(f"/staff/team/{samir.id}/roles", data={})
    assert answer.headers["location"].endswith("=no-role")
    assert Role.ADMIN in (await person(house, mara)).roles


async def test_an_admin_who_steps_down_goes_to_their_day(client, house, clinic_id, mara):
    await new_member(house, clinic_id, "Nora Weiss", Role.ADMIN)
    await sign_in(client, house, mara)
    answer = await client.post(f"/staff/team/{mara.id}/roles", data={"roles": ["therapist"]})
    assert answer.headers["location"] == "/staff"
    assert (await client.get("/staff/team")).status_code == 403


async def test_a_closed_account_is_out_at_once_and_comes_back(client, app, house, mara, samir):
    await sign_in(client, house, mara)
    async with browser_on(app) as theirs:
        await sign_in(theirs, house, samir)
        await client.post(f"/staff/team/{samir.id}/disable")
        assert (await theirs.get("/staff/account")).status_code == 303
        assert (await first_step(theirs, samir)).status_code == 422
        await client.post(f"/staff/team/{samir.id}/enable")
        assert (await theirs.get("/staff/account")).status_code == 303
        await sign_in(theirs, house, samir)
    assert [action for action in await actions(house) if action.endswith("abled")] == [
        "staff.disabled",
        "staff.enabled",
    ]


async def test_a_lost_factor_is_reset_by_another_admin_who_is_named(client, app, house, mara, samir):
    await sign_in(client, house, mara)
    answer = await client.post(f"/staff/team/{samir.id}/reset-factor")
    assert answer.headers["location"] == "/staff/team?notice=factor-reset"
    noted = (await entries(house))[-1]
    assert (noted.action, noted.actor_id, noted.subject_id) == ("staff.factor_reset", mara.id, samir.id)
    await house.outbox.run_due()
    assert [(letter.to, letter.subject) for letter in house.mailer.sent] == [(samir.mail, "Your second step was reset")]
    async with browser_on(app) as theirs:
        await first_step(theirs, samir)
        assert (await theirs.get("/staff/second-step")).headers["location"].startswith("/staff/factors")
        assert (await theirs.post("/staff/second-step", data={"recovery": samir.code})).status_code == 422


async def test_nobody_resets_their_own_factor(client, house, mara):
    await sign_in(client, house, mara)
    answer = await client.post(f"/staff/team/{mara.id}/reset-factor")
    assert answer.headers["location"] == "/staff/team?notice=oneself"
    assert (await person(house, mara)).has_totp


async def test_a_stranger_and_somebody_of_another_clinic_are_one_answer(client, house, mara):
    other = await make_clinic(house, id=uuid4(), slug="birch", name="Birch House")
    theirs = await new_member(house, other.id, "Uma Rao", Role.ADMIN)
    await sign_in(client, house, mara)
    bodies = set()
    for target in (theirs.id, uuid4(), "x"):
        for way in ("roles", "disable", "enable", "reset-factor", "invite-again"):
            answer = await client.post(f"/staff/team/{target}/{way}", data={"roles": "admin"})
            assert answer.status_code == 404
            bodies.add(answer.text)
    assert len(bodies) == 1
    assert theirs.mail not in (await client.get("/staff/team")).text
    assert not (await person(house, replace(theirs, clinic_id=other.id))).disabled


async def test_a_forgotten_invitation_is_sent_again(client, house, clinic_id, mara):
    ines = await new_member(house, clinic_id, "Ines Okafor", Role.THERAPIST, joined=False, app=False)
    await sign_in(client, house, mara)
    await client.post(f"/staff/team/{ines.id}/invite-again")
    await house.outbox.run_due()
    assert [letter.to for letter in house.mailer.sent] == [ines.mail]
    assert (await house.db.read(lambda db: store.account(db, ines.id))).password_hash is None


class TestWithoutMail:
    @pytest.fixture
    def mailer(self):
        return MemoryMailer(sends=False)

    @pytest.mark.parametrize(
        ("where", "said", "promised"),
        [
            ("/staff/team?notice=invited", "The invitation is written, not sent.", "on its way"),
            ("/staff/team?notice=factor-reset", "No mail is sent yet: tell them yourself.", "told them by mail"),
            ("/staff/forgotten?notice=sent", "the link lies on the page Mail", "on its way"),
        ],
    )
    async def test_no_page_says_that_a_mail_went_out(self, client, house, mara, where, said, promised):
        await sign_in(client, house, mara)
        page = (await client.get(where)).text
        assert said in page
        assert promised not in page
