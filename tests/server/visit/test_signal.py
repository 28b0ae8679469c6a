"""The socket at /signal as the whole program serves it: whose page it is, and what a ticket opens."""

from typing import Any

import pytest

from server.app import origin_allowed
from server.config import Settings
from server.house import House
from tests.server.conftest import BASE, Clock
from tests.server.visit.conftest import START, Browser, Jo
from tests.server.visit.sockets import greeted

pytestmark = pytest.mark.asyncio


async def test_who_waits_hears_only_of_themselves_until_mara_lets_them_in(
    sockets: Any, jo: Jo, mara: Browser, house: House
) -> None:
    await jo.arrive()
    phone, laptop = sockets(), sockets()
    assert (await greeted(phone, jo.browser, jo.url))["state"] == "waiting"
    assert (await phone.hear_of("state"))["state"] == "waiting"
    await greeted(laptop, mara, jo.staff_url)
    assert await phone.is_quiet(), "nothing of the therapist's socket reaches who waits"
    await mara.post(f"{jo.staff_url}/admit")
    admitted = await phone.hear_of("admitted")
    assert admitted["you"]["polite"] is True
    assert [(one["name"], one["role"]) for one in admitted["peers"]] == [("Mara Lind", "therapist")]
    assert (await laptop.hear_of("peer"))["name"] == "Jo Almeida"
    await mara.post(f"{jo.staff_url}/hold")
    assert (await phone.hear_of("state"))["state"] == "held"
    await mara.post(f"{jo.staff_url}/end")
    assert await phone.hear_of("ended")


async def test_the_clock_of_a_session_goes_on_over_a_hold_and_begins_anew_after_a_way_back(
    sockets: Any, jo: Jo, mara: Browser, clock: Clock
) -> None:
    await jo.arrive()
    phone = sockets()
    await greeted(phone, jo.browser, jo.url)
    since = []
    for step in ("hold", "hold", "send-back"):
        await mara.post(f"{jo.staff_url}/admit")
        since.append((await phone.hear_of("admitted"))["since"])
        clock.forward(minutes=10)
        await mara.post(f"{jo.staff_url}/{step}")
        clock.forward(minutes=2)
    await mara.post(f"{jo.staff_url}/admit")
    since.append((await phone.hear_of("admitted"))["since"])
    reloaded = sockets()
    await greeted(reloaded, jo.browser, jo.url)
    since.append((await reloaded.hear_of("admitted"))["since"])
    assert since == ["2026-03-09T13:50:00Z"] * 3 + ["2026-03-09T14:26:00Z"] * 2


async def test_after_a_transfer_the_colleague_lets_them_in_and_the_old_socket_hears_nothing_of_it(
    sockets: Any, jo: Jo, mara: Browser, samir: Browser
) -> None:
    await jo.arrive()
    phone, before, colleague = sockets(), sockets(), sockets()
    await greeted(phone, jo.browser, jo.url)
    await greeted(before, mara, jo.staff_url)
    assert await before.hear_of("admitted")
    await mara.post(f"{jo.staff_url}/hand-over", data={"to": "samir-haddad", "words": "Samir knows about today."})
    heard = []
    while not heard or heard[-1]["type"] != "websocket.close":
        heard.append(await before.hear())
    assert (await mara.post(f"{jo.staff_url}/ticket")).status_code == 404
    await greeted(colleague, samir, jo.staff_url)
    await samir.post(f"{jo.staff_url}/admit")
    admitted = await phone.hear_of("admitted")
    assert [(one["name"], one["role"]) for one in admitted["peers"]] == [("Samir Haddad", "therapist")]
    assert (await colleague.hear_of("peer"))["name"] == "Jo Almeida"
    assert (await before.hear())["type"] == "websocket.close", "and silent after it"
    assert not {"peer", "admitted", "signal", "chat"} & {one["type"] for one in heard}


async def test_a_ticket_works_once_and_a_forged_one_never(sockets: Any, jo: Jo, clock: Clock) -> None:
    clock.now = START
    await jo.arrive()
    ticket = (await jo.browser.post(f"{jo.url}/ticket")).json()["ticket"]
    first, again, forged = sockets(), sockets(), sockets()
    for socket in (first, again, forged):
        assert (await socket.hear())["type"] == "websocket.accept"
    await first.say(type="hello", version=1, ticket=ticket)
    assert await first.hear_of("welcome")
    await again.say(type="hello", version=1, ticket=ticket)
    await forged.say(type="hello", version=1, ticket=ticket[:-2] + ("11" if ticket.endswith("00") else "00"))
    for socket in (again, forged):
        while (heard := await socket.hear())["type"] != "websocket.close":
            assert heard["type"] == "error", heard
        assert heard["code"] == 4401


async def test_f01_a_foreign_page_opens_no_socket(sockets: Any) -> None:
    for origin in ("https://evil.example", "null", "http://testserver.evil.example"):
        answer = await sockets(origin=origin).hear()
        assert answer["type"] != "websocket.accept", origin


async def test_the_public_address_and_the_host_that_was_asked_are_ours(settings: Settings) -> None:
    assert origin_allowed(settings, BASE, "testserver")
    assert origin_allowed(settings, "http://localhost:8000", "localhost:8000"), "the machine itself"
    assert not origin_allowed(settings, "http://localhost:8000", "testserver")
    assert not origin_allowed(settings, "http://other", "other")
