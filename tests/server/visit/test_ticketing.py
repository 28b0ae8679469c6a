"""Tickets, and the truth the room asks for."""

import pytest
from sqlalchemy import select

from server.accounts import store as accounts
from server.house import House
from server.visit import rooms
from server.visit.tables import Visit, VisitPeer
from server.visit.ticketing import LIFETIME, PURPOSE
from signaling.tickets import Ticket, verify
from tests.server.conftest import Clock
from tests.server.visit.conftest import Browser, Jo

pytestmark = pytest.mark.asyncio


async def ticket(house: House, browser: Browser, url: str) -> Ticket:
    answer = await browser.post(f"{url}/ticket")
    assert answer.status_code == 200, answer.text
    read = verify([house.keys.secret(PURPOSE)], answer.json()["ticket"], house.clock())
    assert isinstance(read, Ticket), read
    return read


async def test_the_epoch_rises_with_every_ticket_and_none_lasts_over_a_minute(
    jo: Jo, house: House, mara: Browser
) -> None:
    await jo.arrive()
    first, second = await ticket(house, jo.browser, jo.url), await ticket(house, jo.browser, jo.url)
    assert (first.epoch, second.epoch) == (1, 2)
    assert first.peer == second.peer
    assert first.role == "patient"
    assert second.expires - house.clock() <= LIFETIME
    kept = await house.db.read(lambda db: db.scalar(select(VisitPeer.epoch)))
    assert kept == 2, "raised in the same unit, not in memory"


async def test_no_ticket_before_the_arrival_or_after_the_end(jo: Jo, mara: Browser) -> None:
    assert (await jo.browser.post(f"{jo.url}/ticket")).status_code == 409
    await jo.arrive()
    await mara.post(f"{jo.staff_url}/end")
    assert (await jo.browser.post(f"{jo.url}/ticket")).status_code == 409
    assert (await mara.post(f"{jo.staff_url}/ticket")).status_code == 409


async def test_a_ticket_is_never_part_of_a_page(jo: Jo, mara: Browser, house: House) -> None:
    await jo.arrive()
    made = (await jo.browser.post(f"{jo.url}/ticket")).json()["ticket"]
    signature = made.rsplit(".", 1)[1]
    assert signature not in await jo.page()
    assert signature not in (await mara.get(jo.staff_url)).text


async def test_the_room_is_told_the_state_of_the_row_for_each_role(jo: Jo, mara: Browser, house: House) -> None:
    await jo.arrive()
    mine, hers = await ticket(house, jo.browser, jo.url), await ticket(house, mara, jo.staff_url)

    async def states() -> tuple[str, str]:
        places = [await rooms.may_stay(house, one.visit, one.peer, one.epoch) for one in (mine, hers)]
        return tuple(place.state if place else "out" for place in places)

    assert await states() == ("waiting", "live")
    for step, expected in [
        ("admit", ("live", "live")),
        ("hold", ("held", "live")),
        ("send-back", ("waiting", "live")),
        ("end", ("ended", "ended")),
    ]:
        await mara.post(f"{jo.staff_url}/{step}")
        assert await states() == expected, step


async def test_names_are_those_of_the_people_and_since_is_the_call(
    jo: Jo, mara: Browser, house: House, clock: Clock
) -> None:
    await jo.arrive()
    mine, hers = await ticket(house, jo.browser, jo.url), await ticket(house, mara, jo.staff_url)
    clock.forward(minutes=3)
    await mara.post(f"{jo.staff_url}/admit")
    patient = await rooms.may_stay(house, mine.visit, mine.peer, mine.epoch)
    therapist = await rooms.may_stay(house, hers.visit, hers.peer, hers.epoch)
    assert patient
    assert therapist
    assert (patient.name, therapist.name) == ("Jo Almeida", "Mara Lind")
    assert patient.since == therapist.since == clock.now


async def test_foreign_rooms_unknown_peers_and_future_epochs_are_out(jo: Jo, house: House) -> None:
    clock = house.clock
    clock.now = jo.made.card.starts_at
    await jo.arrive()
    mine = await ticket(house, jo.browser, jo.url)
    assert await rooms.may_stay(house, "0" * 32, mine.peer, mine.epoch) is None
    assert await rooms.may_stay(house, mine.visit, "0" * 32, mine.epoch) is None
    assert await rooms.may_stay(house, mine.visit, mine.peer, mine.epoch + 1) is None


async def test_who_signs_out_is_out_of_the_room(jo: Jo, mara: Browser, house: House) -> None:
    hers = await ticket(house, mara, jo.staff_url)
    assert await rooms.may_stay(house, hers.visit, hers.peer, hers.epoch)
    await house.db.unit(lambda db: accounts.end_logins(db, jo.made.card.therapist_id, house.clock()))
    assert await rooms.may_stay(house, hers.visit, hers.peer, hers.epoch) is None


async def test_a_cancelled_booking_ends_the_room_for_both(jo: Jo, mara: Browser, house: House, clock: Clock) -> None:
    hers = await ticket(house, mara, jo.staff_url)
    clock.now = jo.made.card.made_at
    await jo.browser.post(f"{jo.url}/cancel", data={"sure": "yes"})
    place = await rooms.may_stay(house, hers.visit, hers.peer, hers.epoch)
    assert place
    assert place.state == "ended"


async def test_what_sockets_report_reaches_the_day_page(jo: Jo, mara: Browser, house: House, clock: Clock) -> None:
    await jo.arrive()
    mine = await ticket(house, jo.browser, jo.url)
    await rooms.media(house, mine.visit, mine.peer, {"mic": True, "camera": False})
    assert "Microphone ready, camera closed." in (await mara.get("/staff/day/waiting")).text
    clock.forward(seconds=31)
    assert "The page went silent at" in (await mara.get("/staff/day/waiting")).text
    await rooms.connected(house, mine.visit, mine.peer)
    assert "The page went silent at" not in (await mara.get("/staff/day/waiting")).text
    await rooms.left(house, mine.visit, mine.peer)
    assert "Stepped away at" in (await mara.get("/staff/day/waiting")).text
    assert await house.db.read(lambda db: db.scalar(select(Visit.state))) == "waiting", "the place is kept"
