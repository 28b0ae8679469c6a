"""What a patient did stands in their own space, once, for them alone, until they delete it."""

import json
import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
import pytest_asyncio
from sqlalchemy import func, select

from server.calm.tables import CalmGone, CalmTime
from tests.server.calm.meditation.test_forms import sat
from tests.server.calm.test_forms import said
from tests.server.home.space.device import Device
from tests.server.home.space.ways import come_in, handed_over, with_passkey

pytestmark = pytest.mark.asyncio
PAGE, JO = "/c/linden/calm/box-4", "jo.almeida@example.org"


@pytest_asyncio.fixture
async def phone(house, jo, mara, browsers):
    """A browser in which Jo's space is open."""
    browser = await browsers()
    await come_in(house, browser, await handed_over(mara, jo.made.card.patient_id), JO, own="yes")
    return browser


async def test_it_is_kept_once_for_them_alone_and_really_deleted(house, clock, phone, jo, mara, browsers) -> None:
    assert 'data-keep="/me/calm"' in (await phone.get(PAGE)).text
    assert "data-whose" in (await phone.get(PAGE)).text
    done = said(seconds=304, times=19, ago=120)
    for _ in range(2):
        assert (await phone.post("/me/calm", data=done)).status_code == 204
    page = (await phone.get("/me/calm")).text
    assert page.count("Four equal sides") == 1
    assert "5 min 4 s" in page
    assert "Last" not in page
    home = (await phone.get("/me")).text
    assert 'href="/c/linden/calm"' in home
    assert "The last time was" in home
    assert "Four equal sides" not in (await mara.get(f"/staff/patients/{jo.made.card.patient_id}/record")).text
    assert (await phone.post("/me/calm/forget")).headers["location"] == "/me/calm?notice=forgotten"
    assert "Four equal sides" not in (await phone.get("/me/calm?notice=forgotten")).text


async def test_a_device_of_ones_own_keeps_the_exercises_and_a_shared_one_nothing(house, phone, jo, mara, browsers):
    address = unescape(re.findall(r'data-worker="([^"]+)"', (await phone.get(PAGE)).text)[0])
    stranger = await browsers()
    answer = await stranger.get(address)
    assert answer.headers["content-type"].startswith("text/javascript")
    kept = json.loads(re.findall(r"\nPAGES = (.+);", answer.text)[-1])
    assert {PAGE, "/c/linden/calm", "/c/linden/calm/grounding"} <= set(kept)
    assert 'OURS = "parlour-calm";' in answer.text
    for path in kept.values():
        page = await phone.get(path)
        assert page.status_code == 200
        assert "Almeida" not in page.text
    assert (await stranger.get("/calm-worker.js?clinic=nowhere")).status_code == 404
    shared = await browsers()
    await come_in(house, shared, await handed_over(mara, jo.made.card.patient_id), JO)
    page = (await shared.get(PAGE)).text
    assert ("data-keep" in page, "data-whose" in page, "data-worker" in page) == (True, False, False)


async def test_what_is_no_exercise_is_refused(phone) -> None:
    assert (await phone.post("/me/calm", data=said(seconds=10_000))).status_code == 422
    assert (await phone.post("/me/calm", data={})).status_code == 422


async def test_nobody_else_gets_there_and_a_space_that_is_nobodys_yet_keeps_nothing(jo, mara, browsers) -> None:
    for who in (await browsers(), jo.browser, mara):
        assert (await who.post("/me/calm", data=said())).status_code in {303, 401, 403}
        assert "data-keep" not in (await who.get(PAGE)).text
    opened = await with_passkey(jo, Device())
    assert opened.status_code == 303
    assert (await jo.browser.post("/me/calm", data=said())).status_code in {303, 401}
    assert "data-keep" not in (await jo.browser.get(PAGE)).text


async def test_an_id_that_was_used_keeps_nothing_else_and_says_so(house, phone, mara, browsers) -> None:
    own = said(id=uuid4())
    assert (await phone.post("/me/calm", data=own)).status_code == 204
    assert (await phone.post("/me/calm", data=own | {"seconds": "200", "times": "1"})).status_code == 409
    assert (await phone.post("/me/calm", data=own | {"ago": "60"})).status_code == 204, "its answer was lost"
    assert "5 min 4 s" in (await phone.get("/me/calm")).text


async def test_what_was_deleted_is_brought_back_by_no_device_that_sends_late(house, clock, phone) -> None:
    kept, late, sitting = said(ago=30), said(ago=30), sat(ago=30)
    await phone.post("/me/calm", data=kept)
    await phone.post("/me/calm/sat", data=sitting | {"calm_before": "3"})
    await phone.post("/me/calm/forget")
    clock.now += timedelta(minutes=5)
    for done, again in ((kept, "330"), (kept, "0"), (late, "330")):
        # It came before, the device's clock was put back since, and it waited without a connection.
        assert (await phone.post("/me/calm", data=done | {"ago": again})).status_code == 204
    assert (await phone.post("/me/calm/sat", data=sitting | {"ago": "330", "calm_after": "7"})).status_code == 204
    assert await times(house) == []
    assert await house.db.read(lambda db: db.scalar(select(func.count(CalmGone.id)))) == 3
    since = said(ago=60)
    assert (await phone.post("/me/calm", data=since)).status_code == 204
    assert await times(house) == [since["id"]], "what is done later is kept"
    await phone.post("/me/calm/forget")
    assert await times(house) == []


async def times(house) -> list[str]:
    return [str(one) for one in await house.db.read(lambda db: db.scalars(select(CalmTime.id)))]
