"""'Tell me on this device' in one's own space: off until clinic and person say so, listed, taken back."""

from datetime import timedelta
from uuid import uuid4

import pytest
import pytest_asyncio
from sqlalchemy import select

from server.audit.tables import AuditEntry
from server.booking.reminders import store as reminders
from server.booking.reminders.rules import Quiet, ReminderRules
from server.house import House
from tests.engines.told_browser import Browser as Told
from tests.server.booking.linden import Linden
from tests.server.home.space.ways import come_in, handed_over
from tests.server.letters.conftest import MAIL, take_letters
from tests.server.visit.conftest import START, Browser, Jo
from tests.server.visit.push.knocks import devices, knocks

pytestmark = pytest.mark.asyncio
PHONE = Told().fields("https://fcm.googleapis.com/fcm/send/jo")
HOUR = timedelta(hours=2)
TOLD, EVENING = "/me/devices/told", {"on": "yes", "at": "20:00", "random": "0", "quiet_from": "22:00"}


@pytest_asyncio.fixture
async def turned_on(house: House, linden: Linden) -> None:
    await _push(house, linden, on=True)


async def _push(house: House, linden: Linden, *, on: bool) -> None:
    rules = ReminderRules((HOUR,), Quiet(0, 0), by_push=on)
    await house.db.unit(lambda db: reminders.set_rules(db, linden.clinic.id, rules))


@pytest_asyncio.fixture
async def own(house: House, linden: Linden, jo: Jo, mara: Browser, browsers) -> Browser:
    browser = await browsers()
    await come_in(house, browser, await handed_over(mara, jo.made.card.patient_id), MAIL, own="yes")
    await knocks(house)
    return browser


async def writes(mara: Browser, jo: Jo) -> None:
    """A letter from the clinic."""
    fields = {"text": "See you soon.", "once": str(uuid4())}
    answer = await mara.post(f"/staff/letters/to/{jo.made.card.patient_id}", data=fields)
    assert answer.status_code == 303, answer.text


async def test_until_the_clinic_turns_it_on_nothing_is_offered_or_kept(house: House, own: Browser) -> None:
    assert "data-agree" not in (await own.get("/me/devices")).text
    assert (await own.post(TOLD, data=PHONE)).status_code == 409
    assert await devices(house) == []


async def test_it_is_agreed_to_once_listed_and_taken_back_here_and_from_another_device(
    house: House, jo: Jo, mara: Browser, own: Browser, browsers, turned_on: None
) -> None:
    page = (await own.get("/me/devices")).text
    assert ("data-agree" in page, "Told when something is new." in page) == (True, False)
    for _ in range(2):
        assert (await own.post(TOLD, data=PHONE)).json() == {"kept": True}
    (device,) = await devices(house)
    assert device.login_id is not None
    assert b"fcm.googleapis" not in device.subscription_sealed
    assert "Told when something is new." in (await own.get("/me/devices")).text
    other = await browsers()
    await come_in(house, other, await handed_over(mara, jo.made.card.patient_id), MAIL, own="yes")
    assert (await other.post(f"{TOLD}/known", data=PHONE)).json() == {"kept": False}, "each device by itself"
    assert "Tell it nothing more" in (await other.get("/me/devices")).text
    taken = await other.post(f"{TOLD}/end", data={"login": str(device.login_id)})
    assert taken.headers["location"] == "/me/devices?notice=not-told"
    assert await devices(house) == []
    await own.post(TOLD, data=PHONE)
    for _ in range(2):
        assert (await own.post(f"{TOLD}/stop", data=PHONE)).json() == {"kept": False}
    said = list(await house.db.read(lambda db: db.scalars(select(AuditEntry.action))))
    assert (said.count("space.told_here"), said.count("space.not_told_here")) == (2, 2)


async def test_a_shared_device_and_who_is_not_in_are_told_nothing(
    house: House, jo: Jo, mara: Browser, own: Browser, browsers, turned_on: None
) -> None:
    shared, stranger = await browsers(), await browsers()
    await come_in(house, shared, await handed_over(mara, jo.made.card.patient_id), MAIL)
    assert "data-agree" not in (await shared.get("/me/devices")).text
    assert (await shared.post(TOLD, data=PHONE)).status_code == 409
    for who in (stranger, mara, jo.browser):
        assert (await who.post(TOLD, data=PHONE)).status_code in {303, 401, 403}
    await own.post(TOLD, data=PHONE)
    (device,) = await devices(house)
    for who in (stranger, mara, jo.browser):
        await who.post(f"{TOLD}/end", data={"login": str(device.login_id)})
    assert len(await devices(house)) == 1


async def test_a_letter_and_a_reminder_of_a_time_knock_once_and_nothing_after_signing_out_or_the_clinics_no(
    house: House, linden: Linden, jo: Jo, mara: Browser, own: Browser, clock, turned_on: None
) -> None:
    await take_letters(house, linden.clinic.id)
    await own.post(TOLD, data=PHONE)
    await writes(mara, jo)
    assert await knocks(house) == 1
    assert await knocks(house) == 0
    clock.now = START - HOUR
    assert await knocks(house) == 1, "of the time, without agreeing again for the booking"
    await _push(house, linden, on=False)
    await writes(mara, jo)
    assert await knocks(house) == 0
    await _push(house, linden, on=True)
    await own.post("/me/sign-out")
    assert await devices(house) == [], "where it is open no more nothing is told"


async def test_a_reminder_to_write_goes_to_the_device_alone_and_by_mail_once_none_is_left(
    house: House, own: Browser, clock, turned_on: None
) -> None:
    here = "/me/mood/reminders"
    chosen = EVENING | {"quiet_until": "08:00", "way": "push"}
    assert (await own.post(here, data=chosen)).status_code == 422, "not before a device agreed"
    assert "agree to it in My devices" in (await own.get(here)).text
    await own.post(TOLD, data=PHONE)
    assert (await own.post(here, data=chosen)).headers["location"] == f"{here}?notice=on"
    house.mailer.sent.clear()
    clock.now = clock.now.replace(hour=19, minute=10)  # 20:10 in Berlin
    assert await knocks(house) == 1
    assert [one for one in house.mailer.sent if one.subject == "A small reminder"] == []
    await own.post(f"{TOLD}/stop", data=PHONE)
    clock.now += timedelta(days=1)
    assert await knocks(house) == 0
    assert len([one for one in house.mailer.sent if one.subject == "A small reminder"]) == 1
