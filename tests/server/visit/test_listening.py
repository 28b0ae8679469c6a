"""Who may hear of what, and that news travels at once."""

import asyncio

import pytest
from starlette.requests import Request

from server.app import may_listen
from server.house import House
from tests.server.conftest import Clock
from tests.server.visit.conftest import Browser, Jo

pytestmark = pytest.mark.asyncio


async def may(app, browser: Browser, topic: str) -> bool:
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/live",
        "query_string": b"",
        "headers": [(b"cookie", cookies.encode()), (b"host", b"testserver")],
        "app": app,
        "scheme": "http",
        "server": ("testserver", 80),
    }
    return await may_listen(Request(scope), topic)


async def test_a_topic_is_heard_by_its_patient_and_its_clinic_alone(
    app, jo: Jo, mara: Browser, samir: Browser, desk: Browser, browsers
) -> None:
    visit, day = f"visit:{jo.made.card.public_id}", f"day:{jo.made.card.clinic_id}"
    stranger = await browsers()
    assert [await may(app, one, visit) for one in (jo.browser, mara, desk, samir, stranger)] == [
        True,
        True,
        True,
        False,
        False,
    ]
    assert [await may(app, one, day) for one in (jo.browser, mara, desk, samir, stranger)] == [
        False,
        True,
        True,
        True,
        False,
    ]
    for odd in ("", "visit:", "day:", "visit:nobody", "outbox:1", f"visit:{jo.made.card.id}"):
        assert not await may(app, mara, odd), odd


async def test_who_signs_out_hears_nothing_more(app, jo: Jo, mara: Browser) -> None:
    day = f"day:{jo.made.card.clinic_id}"
    assert await may(app, mara, day)
    mara.cookies.clear()
    assert not await may(app, mara, day)


async def test_an_arrival_and_an_admission_are_told_to_both_pages_at_once(
    jo: Jo, mara: Browser, house: House, clock: Clock
) -> None:
    visit, day = f"live:visit:{jo.made.card.public_id}", f"live:day:{jo.made.card.clinic_id}"
    async with house.bus.listen(visit, day) as ears:
        await jo.arrive()
        assert {(await ears.next())[0], (await ears.next())[0]} == {visit, day}
        await mara.post(f"{jo.staff_url}/admit")
        assert {(await ears.next())[0], (await ears.next())[0]} == {visit, day}
        await mara.post(f"{jo.staff_url}/admit")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(ears.next(), 0.05)


async def test_the_first_look_of_the_clinic_is_told_to_the_patients_page(
    jo: Jo, mara: Browser, house: House, clock: Clock
) -> None:
    await jo.arrive()
    visit = f"live:visit:{jo.made.card.public_id}"
    async with house.bus.listen(visit) as ears:
        await mara.get("/staff/day/waiting")
        assert (await asyncio.wait_for(ears.next(), 1))[0] == visit
        clock.forward(seconds=6)
        await mara.get("/staff/day/waiting")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(ears.next(), 0.05)
