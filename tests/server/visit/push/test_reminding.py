"""Reminders on a device: agreed to on the patient's own page before the door opens, one empty knock for each, and void
with the time that they are about."""

from datetime import timedelta

import pytest
import pytest_asyncio

from server.booking import desk, store
from server.booking.reminders import store as reminders
from server.booking.reminders.rules import Quiet, ReminderRules, Way
from server.booking.rules import Wish
from server.booking.store import By
from server.house import House
from tests.engines.told_browser import Browser as Told
from tests.server.booking.linden import Linden
from tests.server.conftest import Clock
from tests.server.visit.conftest import START, Jo
from tests.server.visit.push.knocks import devices, knocks

pytestmark = pytest.mark.asyncio
PHONE = Told().fields("https://fcm.googleapis.com/fcm/send/jo")
HOUR = timedelta(hours=2)
RULES = ReminderRules((HOUR,), Quiet(0, 0), by_push=True)


@pytest_asyncio.fixture
async def turned_on(house: House, linden: Linden) -> None:
    await house.db.unit(lambda db: reminders.set_rules(db, linden.clinic.id, RULES))


async def test_until_the_clinic_turns_it_on_nothing_is_offered_or_kept(jo: Jo, house: House) -> None:
    assert "data-agree" not in await jo.page()
    assert (await jo.browser.post(f"{jo.url}/devices", data=PHONE)).status_code == 409
    assert await devices(house) == []


async def test_who_agreed_is_knocked_at_once_for_each_reminder_and_mailed_as_well(
    jo: Jo, house: House, clock: Clock, turned_on: None
) -> None:
    assert "data-agree" in await jo.page()
    assert (await jo.browser.post(f"{jo.url}/devices", data=PHONE)).status_code == 200
    assert (await jo.browser.post(f"{jo.url}/devices/known", data=PHONE)).json() == {"kept": True}
    [device] = await devices(house)
    assert (device.booking_id, device.visit_id, device.staff_id) == (jo.made.card.id, None, None)
    await knocks(house)
    clock.now = START - HOUR
    assert await knocks(house) == 1
    assert await knocks(house) == 0
    told = await house.db.read(lambda db: reminders.told(db, jo.made.card.id))
    assert {one.way for one in told} == {Way.MAIL, Way.PUSH}


async def test_who_took_their_word_back_is_mailed_alone(jo: Jo, house: House, clock: Clock, turned_on: None) -> None:
    await jo.browser.post(f"{jo.url}/devices", data=PHONE)
    await jo.browser.post(f"{jo.url}/devices/stop", data=PHONE)
    clock.now = START - HOUR
    assert await knocks(house) == 0
    told = await house.db.read(lambda db: reminders.told(db, jo.made.card.id))
    assert [one.way for one in told] == [Way.MAIL]


async def test_a_knock_that_waits_is_void_after_a_move(
    jo: Jo, house: House, linden: Linden, clock: Clock, turned_on: None
) -> None:
    await jo.browser.post(f"{jo.url}/devices", data=PHONE)
    await knocks(house)
    clock.now = START - HOUR
    await house.reminders.run_due()
    card = await house.db.read(lambda db: store.booking_for_visit(db, jo.made.card.id))
    assert card
    assert await desk.move(house, linden.clinic, card, Wish(START + timedelta(days=1)), By("patient")) is None
    assert await knocks(house) == 0
    clock.now = START + timedelta(days=1) - HOUR
    assert await knocks(house) == 1, "the new time has a reminder of its own"


async def test_a_cancelled_time_forgets_its_devices(
    jo: Jo, house: House, linden: Linden, clock: Clock, turned_on: None
) -> None:
    await jo.browser.post(f"{jo.url}/devices", data=PHONE)
    card = await house.db.read(lambda db: store.booking_for_visit(db, jo.made.card.id))
    assert card
    assert await desk.cancel(house, linden.clinic, card, By("patient"))
    assert await knocks(house) == 0
    assert await devices(house) == []


async def test_turned_off_nobody_is_knocked_at_any_more(
    jo: Jo, house: House, linden: Linden, clock: Clock, turned_on: None
) -> None:
    await jo.browser.post(f"{jo.url}/devices", data=PHONE)
    await house.db.unit(lambda db: reminders.set_rules(db, linden.clinic.id, ReminderRules((HOUR,), Quiet(0, 0))))
    clock.now = START - HOUR
    assert await knocks(house) == 0
