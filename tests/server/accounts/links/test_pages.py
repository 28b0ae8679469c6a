import re
from datetime import timedelta

import pytest
import pytest_asyncio

from server.access import Role
from server.accounts import store
from server.accounts.rules import Purpose
from tests.server.accounts.people import first_step, new_member, sign_in
from tests.server.accounts.trace import actions
from tests.server.conftest import browser_on, settings_for

pytestmark = pytest.mark.asyncio
NEW = "blue windows in may"


async def forgot(client, house, mail):
    answer = await client.post("/staff/forgotten", data={"mail": mail})
    await house.outbox.run_due()
    return answer


def link_in(letter) -> str:
    """The path of the link that a letter holds, the same in both its forms."""
    (found,) = re.findall(r"http://testserver(/staff/link/[0-9a-f]{64})\n", letter.text)
    assert f'href="http://testserver{found}"' in letter.html
    return found


async def follow(client, path):
    answer = await client.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/link")
    assert answer.headers["referrer-policy"] == "no-referrer"
    return await client.get("/staff/link")


@pytest_asyncio.fixture
async def ines(house, clinic_id):
    """Ines is invited and has not joined."""
    return await new_member(house, clinic_id, "Ines Okafor", Role.THERAPIST, joined=False, app=False)


async def invite(house, member):
    from server import outbox

    async def work(db):
        outbox.add(db, "staff.invited", {"staff": str(member.id)}, house.clock())

    await house.db.unit(work)
    await house.outbox.run_due()
    return house.mailer.sent[-1]


async def test_a_forgotten_password_is_made_new_by_mail(client, app, house, mara):
    async with browser_on(app) as other:
        await sign_in(other, house, mara)
        answer = await forgot(client, house, mara.mail)
        assert answer.headers["location"] == "/staff/forgotten?notice=sent"
        assert "on its way" in (await client.get(answer.headers["location"])).text
        (letter,) = house.mailer.sent
        assert (letter.to, letter.for_staff, letter.subject) == (mara.mail, True, "A new password")
        page = await follow(client, link_in(letter))
        assert "Choose a new password" in page.text
        done = await client.post("/staff/link", data={"password": NEW})
        assert done.headers["location"] == "/staff/second-step"
        assert (await other.get("/staff/account")).status_code == 303
    assert (await client.get("/staff/account")).status_code == 303  # the second step stands as before
    assert (await client.post("/staff/second-step", data={"code": mara.digits(house)})).status_code == 303
    assert (await first_step(client, mara)).status_code == 422
    assert (await first_step(client, mara, NEW)).status_code == 303


async def test_b03_an_unknown_address_gets_the_same_answer_and_no_mail(client, house, mara):
    known, unknown = await forgot(client, house, mara.mail), await forgot(client, house, "nora@linden.example")
    varies = ("x-request-id",)
    assert [pair for pair in known.headers.items() if pair[0] not in varies] == [
        pair for pair in unknown.headers.items() if pair[0] not in varies
    ]
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    assert [letter.to for letter in house.mailer.sent] == [mara.mail]


async def test_b05_a_link_used_twice_is_gone(client, app, house, mara):
    await forgot(client, house, mara.mail)
    path = link_in(house.mailer.sent[0])
    await follow(client, path)
    async with browser_on(app) as second:
        await follow(second, path)
        assert (await client.post("/staff/link", data={"password": NEW})).status_code == 303
        assert (await second.post("/staff/link", data={"password": "other windows"})).status_code == 410
        assert (await second.get("/staff/link")).status_code == 410
        assert (await second.get(path)).status_code == 410


async def test_b05_after_ten_minutes_it_is_gone(client, house, mara):
    await forgot(client, house, mara.mail)
    path = link_in(house.mailer.sent[0])
    await follow(client, path)
    house.clock.forward(minutes=10)
    assert (await client.get(path)).status_code == 410
    assert (await client.post("/staff/link", data={"password": NEW})).status_code == 410
    assert (await first_step(client, mara)).status_code == 303


async def test_b07_a_mail_scanner_looks_and_the_person_s_own_click_still_works(client, app, house, mara):
    await forgot(client, house, mara.mail)
    path = link_in(house.mailer.sent[0])
    async with browser_on(app) as scanner:
        await scanner.get(path)
        await scanner.head(path)
        await scanner.get(path, follow_redirects=True)
    await follow(client, path)
    assert (await client.post("/staff/link", data={"password": NEW})).status_code == 303


async def test_a_newer_link_ends_the_older_one(client, house, mara):
    await forgot(client, house, mara.mail)
    house.clock.forward(minutes=1)
    await forgot(client, house, mara.mail)
    older, newer = (link_in(letter) for letter in house.mailer.sent)
    assert (await client.get(older)).status_code == 410
    assert (await client.get(newer)).status_code == 303


async def test_nobody_fills_an_inbox(client, house, mara):
    for _ in range(6):
        await forgot(client, house, mara.mail)
    assert len(house.mailer.sent) == 3
    house.clock.forward(hours=1, minutes=1)
    await forgot(client, house, mara.mail)
    assert len(house.mailer.sent) == 4


@pytest.mark.parametrize("token", ["0" * 64, "x", "%00", "a" * 500])
async def test_an_unknown_link_is_not_ours(client, token):
    assert (await client.get(f"/staff/link/{token}")).status_code == 404


async def test_a_set_up_link_is_no_way_to_a_password(client, house, mara):
    secret = house.keys.secret("staff links")
    token = await house.db.unit(lambda db: store.make_link(db, secret, Purpose.SET_UP, house.clock()))
    assert (await client.get(f"/staff/link/{token}")).status_code == 404


async def test_an_invitation_is_taken_up_with_name_password_and_a_second_step(client, house, ines):
    letter = await invite(house, ines)
    assert letter.subject == "Your invitation"
    page = await follow(client, link_in(letter))
    assert "You are invited, Ines Okafor" in page.text
    short = await client.post("/staff/link", data={"name": "Dr Ines Okafor", "password": "short"})
    assert short.status_code == 422
    assert 'value="Dr Ines Okafor"' in short.text
    done = await client.post("/staff/link", data={"name": "Dr Ines Okafor", "password": NEW})
    assert done.headers["location"] == "/staff/second-step"
    assert (await client.get("/staff/second-step")).headers["location"].startswith("/staff/factors")
    assert await actions(house) == ["staff.joined"]
    joined = await house.db.read(lambda db: store.account(db, ines.id))
    assert joined.name == "Dr Ines Okafor"


async def test_an_invitation_lasts_seven_days(client, house, ines):
    path = link_in(await invite(house, ines))
    house.clock.forward(days=6, hours=23)
    assert (await client.get(path)).status_code == 303
    house.clock.forward(hours=1)
    assert (await client.get(path)).status_code == 410


async def test_an_invitation_of_somebody_closed_meanwhile_opens_nothing(client, house, ines):
    from server.accounts.team.store import set_disabled

    path = link_in(await invite(house, ines))
    await house.db.unit(lambda db: set_disabled(db, ines.id, house.clock()))
    await client.get(path)
    assert (await client.post("/staff/link", data={"name": "Ines", "password": NEW})).status_code == 404


async def test_a_repeated_job_sends_the_same_mail_and_the_same_link(house, mara, ines):
    from uuid import uuid4

    from server.app import job_table
    from server.outbox import Job

    job = Job(uuid4(), "staff.invited", {"staff": str(ines.id)}, 1)
    for _ in range(2):
        await job_table(house)["staff.invited"](job)
    first, second = house.mailer.sent
    assert first == second


async def test_somebody_who_has_not_joined_gets_no_link_to_a_new_password(client, house, ines):
    await forgot(client, house, ines.mail)
    assert house.mailer.sent == []


async def test_the_demo_door_is_not_there_outside_of_demo_mode(client, house, mara):
    secret = house.keys.secret("staff links")
    token = await house.db.unit(lambda db: store.make_link(db, secret, Purpose.DEMO, house.clock(), staff_id=mara.id))
    assert (await client.get(f"/staff/demo/{token}")).status_code == 404


class TestDemo:
    @pytest.fixture
    def settings(self, tmp_path):
        return settings_for(tmp_path / "data", PARLOUR_DEMO=True)

    async def test_a_demo_link_signs_in_once(self, client, app, house, mara):
        secret = house.keys.secret("staff links")
        token = await house.db.unit(
            lambda db: store.make_link(db, secret, Purpose.DEMO, house.clock(), staff_id=mara.id)
        )
        assert (await client.get(f"/staff/demo/{token}")).headers["location"] == "/staff"
        assert (await client.get("/staff/account")).status_code == 200
        async with browser_on(app) as other:
            assert (await other.get(f"/staff/demo/{token}")).status_code == 410
            assert (await other.get(f"/staff/demo/{token[::-1]}")).status_code == 404

    async def test_a_reset_link_is_no_demo_link(self, client, house, mara):
        secret = house.keys.secret("staff links")
        token = await house.db.unit(
            lambda db: store.make_link(
                db, secret, Purpose.RESET, house.clock(), staff_id=mara.id, lasts=timedelta(minutes=5)
            )
        )
        assert (await client.get(f"/staff/demo/{token}")).status_code == 404
