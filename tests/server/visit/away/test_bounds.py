"""How much a colleague takes on counts over all that is handed to them; what cannot be given back is said plainly."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from server.booking import desk
from server.booking.orders import Order
from server.booking.rules import Wish
from server.booking.store import By
from server.clinic import store as clinics
from server.clinic.rules import Most
from server.house import House
from server.patients.rules import Person
from tests.server.booking.furnished import furnish
from tests.server.booking.linden import Linden, hours_of
from tests.server.conftest import Clock
from tests.server.visit.conftest import START, Browser, Jo, booked_this_morning

pytestmark = pytest.mark.asyncio


def chosen(page: str) -> dict[str, str]:
    """What the form sends as it stands."""
    fields = {"therapist": "mara-lind", "id": re.findall(r'name="id" value="(\w+)"', page)[0]}
    for public_id in re.findall(r'name="choice-(\w+)"', page):
        part = page[page.index(f'name="choice-{public_id}"') :]
        fields[f"choice-{public_id}"] = re.findall(r'value="([\w-]+)" selected', part)[0]
    return fields


async def test_a_colleague_who_gives_one_session_today_is_given_one_of_two(
    house: House, linden: Linden, jo: Jo, mara: Browser, clock: Clock
) -> None:
    later = await booked_this_morning(house, linden, clock, START + timedelta(hours=1))
    samir = replace(linden.samir, most=Most(a_day=1))
    await house.db.unit(lambda db: clinics.change_therapist(db, linden.clinic.id, samir, clock.now))
    fields = chosen((await mara.get("/staff/away")).text)
    keys = [f"choice-{one.public_id}" for one in (jo.made.card, later.card)]
    assert [fields[key] for key in keys] == ["samir-haddad", "offer"], "proposed within what he gives"
    answer = await mara.post("/staff/away", data=fields | dict.fromkeys(keys, "samir-haddad"))
    page = (await mara.get(answer.headers["location"])).text
    assert page.count("Samir Haddad takes it.") == 1
    assert "As it was: with the others Samir Haddad would have more sessions that day than they give." in page
    assert "Nobody is told. See to it by hand." in page


async def test_a_room_that_was_taken_within_the_minute_is_said_when_away_is_taken_back(
    house: House, linden: Linden, jo: Jo, mara: Browser, clock: Clock
) -> None:
    furnished, _units = await furnish(house, linden, Room=["Room"])
    at = START + timedelta(hours=1)
    noor = await booked_this_morning(house, furnished, clock, at, mail="", phone="+4930123456")
    fields = chosen((await mara.get("/staff/away")).text)
    offered = {key: "offer" for key in fields if key.startswith("choice-")}
    answer = await mara.post("/staff/away", data=fields | offered)
    policy = replace(furnished.clinic.policy, notice=timedelta())
    order = Order(
        replace(furnished.clinic, policy=policy), furnished.session, hours_of(linden.samir.staff_id),
        Wish(at, linden.samir.staff_id), Person(desk.NOBODY, "Kim", "kim@example.org"),
    )  # fmt: skip
    assert isinstance(await desk.book(house, order, By("staff")), desk.Made)
    await mara.post(f"{answer.headers['location']}/undo")
    page = (await mara.get(answer.headers["location"])).text
    assert "The day is back, but for one time" in page
    assert "It stays cancelled: its room or its seat was taken by somebody else meanwhile." in page
    assert "Please call them:" in page
    assert "+4930123456" in page[page.index("It stays cancelled") :]
    assert page.count("It stays cancelled") == 1
    cards = [await house.db.read(lambda db, which=one.id: desk.store.booking_for_visit(db, which)) for one in
             (jo.made.card, noor.card)]  # fmt: skip
    assert [card.cancelled_at is None for card in cards if card] == [True, False]
