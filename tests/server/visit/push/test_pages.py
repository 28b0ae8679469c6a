"""'Tell me on this device': off until the clinic turns it on, then one button, and a word that can be taken back."""

import json

import pytest
import pytest_asyncio
from sqlalchemy import select

from server.access import Role
from server.accounts.push.tables import PushDevice
from server.audit.tables import AuditEntry
from server.house import House
from server.visit.ladder.rules import USUAL, WaitingRules
from server.visit.ladder.store import set_waiting_rules, waiting_rules
from tests.engines.told_browser import Browser as Told
from tests.server.booking.linden import Linden, booked
from tests.server.conftest import Clock
from tests.server.visit.conftest import START, Browser, Browsers, Jo, add_staff, signed_in, with_link

pytestmark = pytest.mark.asyncio
PHONE = Told().fields("https://fcm.googleapis.com/fcm/send/jo")


@pytest_asyncio.fixture
async def turned_on(house: House, linden: Linden) -> None:
    await house.db.unit(lambda db: set_waiting_rules(db, linden.clinic.id, WaitingRules(push=True), USUAL))


@pytest_asyncio.fixture
async def waiting(jo: Jo, clock: Clock) -> Jo:
    clock.now = START
    await jo.arrive()
    return jo


async def kept(house: House) -> int:
    return len(list(await house.db.read(lambda db: db.scalars(select(PushDevice.id)))))


async def test_until_the_clinic_turns_it_on_nothing_is_offered_or_kept(
    house: House, waiting: Jo, mara: Browser
) -> None:
    assert "tell-here" not in (await waiting.page()).replace("tell-here.js", "")
    assert "data-agree" not in (await mara.get("/staff")).text
    assert (await waiting.browser.post(f"{waiting.url}/devices", data=PHONE)).status_code == 409
    assert (await mara.post("/staff/devices", data=PHONE)).status_code == 409
    assert await kept(house) == 0


async def test_the_page_says_what_it_means_and_hands_out_the_key_of_this_installation(
    house: House, waiting: Jo, turned_on: None
) -> None:
    page = await waiting.page()
    assert f'data-key="{house.pusher.public}"' in page
    assert f'data-scope="{waiting.url}"' in page
    assert "passes through the service of your browser’s maker and carries nothing" in page
    await waiting.browser.post(f"{waiting.url}/leave")
    assert "data-agree" in await waiting.page(), "also for who stepped away"


async def test_agreeing_twice_is_once_and_the_word_can_be_taken_back(
    house: House, waiting: Jo, turned_on: None
) -> None:
    for _ in range(2):
        assert (await waiting.browser.post(f"{waiting.url}/devices", data=PHONE)).json() == {"kept": True}
    assert await kept(house) == 1
    assert (await waiting.browser.post(f"{waiting.url}/devices/known", data=PHONE)).json() == {"kept": True}
    for _ in range(2):
        assert (await waiting.browser.post(f"{waiting.url}/devices/stop", data=PHONE)).json() == {"kept": False}
    assert (await waiting.browser.post(f"{waiting.url}/devices/known", data=PHONE)).json() == {"kept": False}
    assert await kept(house) == 0
    said = list(await house.db.read(lambda db: db.scalars(select(AuditEntry.action))))
    assert (said.count("visit.told_here"), said.count("visit.not_told_here")) == (1, 1)


async def test_nobody_agrees_before_they_wait(house: House, jo: Jo, turned_on: None) -> None:
    assert (await jo.browser.post(f"{jo.url}/devices", data=PHONE)).status_code == 409
    assert await kept(house) == 0


@pytest.mark.parametrize(
    "change",
    [
        {"endpoint": "http://fcm.googleapis.com/x"},
        {"endpoint": "https://169.254.169.254/latest/meta-data"},
        {"endpoint": "https://push.evil.example/x"},
        {"endpoint": "https://fcm.googleapis.com/" + "x" * 1000},
        {"endpoint": ""},
        {"p256dh": "B" + "A" * 86},
        {"p256dh": "<script>"},
        {"auth": ""},
    ],
    ids=str,
)
async def test_d14_what_no_browser_sends_is_not_kept(house: House, waiting: Jo, turned_on: None, change) -> None:
    answer = await waiting.browser.post(f"{waiting.url}/devices", data={**PHONE, **change})
    assert answer.status_code == 422
    assert await kept(house) == 0


async def test_a01_another_patient_and_a_stranger_agree_to_nothing_here(
    house: House, linden: Linden, waiting: Jo, turned_on: None, browsers: Browsers, clock: Clock
) -> None:
    clock.now = START.replace(hour=9)
    ola = await with_link(
        await booked(house, linden, START.replace(hour=15), name="Ola Berg", mail="ola@example.org"), await browsers()
    )
    for browser in (ola.browser, await browsers()):
        for path in ("devices", "devices/known", "devices/stop"):
            assert (await browser.post(f"{waiting.url}/{path}", data=PHONE)).status_code == 404
        assert (await browser.post("/staff/devices", data=PHONE)).status_code in {401, 403}
    assert await kept(house) == 0


async def test_a_therapist_agrees_on_the_day_page_and_another_cannot_stop_it(
    house: House, linden: Linden, mara: Browser, samir: Browser, turned_on: None
) -> None:
    assert 'data-scope="/staff"' in (await mara.get("/staff")).text
    assert (await mara.post("/staff/devices", data=PHONE)).json() == {"kept": True}
    assert (await samir.post("/staff/devices/stop", data=PHONE)).json() == {"kept": False}
    assert (await mara.post("/staff/devices/known", data=PHONE)).json() == {"kept": True}
    assert (await mara.post("/staff/devices/stop", data=PHONE)).json() == {"kept": False}
    assert await kept(house) == 0


async def test_the_clinic_turns_it_on_and_off(house: House, linden: Linden, waiting: Jo, browsers: Browsers) -> None:
    admin = await signed_in(house, await browsers(), await add_staff(house, linden.clinic.id, Role.ADMIN))
    form = {"whom": "desk", "back_minutes": "5", "tells": "yes"}
    assert (await admin.post("/staff/waiting", data={**form, "push": "yes"})).status_code == 303
    assert (await house.db.read(lambda db: waiting_rules(db, linden.clinic.id))).push
    await waiting.browser.post(f"{waiting.url}/devices", data=PHONE)
    assert (await admin.post("/staff/waiting", data=form)).status_code == 303
    assert await kept(house) == 0


@pytest.mark.parametrize(("lang", "title"), [("en", "Something is new"), ("ar", "هناك جديد")])
async def test_the_worker_knows_two_sentences_and_nothing_else(client: Browser, lang: str, title: str) -> None:
    answer = await client.get(f"/sw.js?lang={lang}", headers={"service-worker": "script"})
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-store"
    assert f'"title": {json.dumps(title)}' in answer.text
    assert "fetch" not in answer.text
    assert "import" not in answer.text
