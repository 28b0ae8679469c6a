"""The ladder as people meet it: a clinic sets it, a person answers, a patient asks for another way."""

import pytest
import pytest_asyncio
from sqlalchemy import select

from server.access import Role
from server.accounts.store import join
from server.audit.tables import AuditEntry
from server.house import House
from tests.server.booking.linden import Linden
from tests.server.conftest import Clock
from tests.server.visit.conftest import START, Browser, Browsers, Jo, add_staff, signed_in

pytestmark = pytest.mark.asyncio
SETTINGS = {
    "therapist_on": "yes",
    "therapist_after": "2",
    "colleague_on": "yes",
    "colleague_after": "4",
    "whom": "colleagues",
    "offer_on": "yes",
    "offer_after": "6",
    "offers": "call_back",
    "tells": "yes",
    "back_minutes": "5",
}


@pytest_asyncio.fixture
async def admin(house: House, linden: Linden, browsers: Browsers) -> Browser:
    return await signed_in(house, await browsers(), await add_staff(house, linden.clinic.id, Role.ADMIN))


async def after(house: House, clock: Clock, **span: float) -> None:
    """Time passes, and whoever is due is called."""
    clock.forward(**span)
    await house.alerts.run_due()


async def audited(house: House) -> list[str]:
    return list(await house.db.read(lambda db: db.scalars(select(AuditEntry.action))))


async def test_i_am_coming_silences_the_ladder_and_both_sides_read_it(
    house: House, jo: Jo, mara: Browser, clock: Clock
) -> None:
    clock.now = START
    await jo.arrive()
    await after(house, clock, seconds=61)
    assert "Mara Lind was called at 15:01" in (await mara.get("/staff")).text
    answer = await mara.post(f"/staff/waiting/{jo.made.card.public_id}/coming", data={"minutes": "5"})
    assert answer.status_code == 303
    day = (await mara.get("/staff")).text
    assert "Mara Lind said at 15:01: I am coming, by 15:06." in day
    assert "comes by 14:06" in await jo.page(), "in the patient's own zone"
    house.mailer.sent.clear()
    await after(house, clock, minutes=4)
    await house.outbox.run_due()
    assert not [letter for letter in house.mailer.sent if "answered" in letter.subject]
    assert "waiting.answered" in await audited(house)


async def test_a_colleague_who_is_called_sees_no_name_and_can_look_after_it(
    house: House, linden: Linden, jo: Jo, mara: Browser, samir: Browser, clock: Clock
) -> None:
    await house.db.unit(lambda db: join(db, linden.samir.staff_id, house.clock()))
    clock.now = START
    await jo.arrive()
    assert "waits for Mara Lind" not in (await samir.get("/staff")).text
    await after(house, clock, seconds=181)
    day = (await samir.get("/staff")).text
    assert "Somebody waits for Mara Lind since 15:00" in day
    assert "Jo" not in day
    await samir.post(f"/staff/waiting/{jo.made.card.public_id}/coming", data={"minutes": "5"})
    assert "Samir Haddad said at" in (await mara.get("/staff")).text
    assert "waits for Mara Lind" not in (await samir.get("/staff")).text


async def test_who_waits_ten_minutes_may_ask_for_another_way_once(
    house: House, jo: Jo, mara: Browser, desk: Browser, clock: Clock
) -> None:
    clock.now = START
    await jo.arrive()
    for signed in (mara, desk):
        await signed.get("/staff")  # a login is idle after a quarter of an hour
    wish = {"wish": "call_back"}
    await jo.browser.post(f"{jo.url}/wish", data=wish)
    assert "called back" not in await jo.page(), "nothing is offered before its time"
    await after(house, clock, minutes=10)
    assert "Call me back instead" in await jo.page()
    for _ in range(2):
        assert (await jo.browser.post(f"{jo.url}/wish", data=wish)).status_code == 303
    page = await jo.page()
    assert "We told the clinic that you would like to be called back" in page
    assert "Call me back instead" not in page
    assert (await desk.get("/staff")).text.count("Asks to be called back.") == 1
    await desk.post(f"/staff/waiting/{jo.made.card.public_id}/wishes")
    assert "Asks to be called back." not in (await mara.get("/staff")).text
    assert "waiting.wish_answered" in await audited(house)


async def test_a_wish_that_nobody_offers_is_refused(jo: Jo, clock: Clock) -> None:
    clock.now = START
    await jo.arrive()
    assert (await jo.browser.post(f"{jo.url}/wish", data={"wish": "cake"})).status_code == 422


async def test_a_clinic_sets_its_own_times_and_they_hold_for_who_waits_already(
    house: House, jo: Jo, mara: Browser, admin: Browser, clock: Clock
) -> None:
    clock.now = START
    await jo.arrive()
    assert (await admin.post("/staff/waiting", data=SETTINGS)).status_code == 303
    page = (await admin.get("/staff/waiting")).text
    assert 'value="2"' in page
    await after(house, clock, seconds=61)
    assert "was called" not in (await mara.get("/staff")).text
    await after(house, clock, seconds=60)
    assert "was called" in (await mara.get("/staff")).text
    await after(house, clock, minutes=4)
    shown = await jo.page()
    assert "Call me back instead" in shown
    assert "Somebody else today is fine" not in shown
    assert "waiting.rules_changed" in await audited(house)


async def test_what_cannot_stand_comes_back_with_a_sentence(admin: Browser) -> None:
    answer = await admin.post("/staff/waiting", data={**SETTINGS, "therapist_after": "0"})
    assert answer.status_code == 422
    assert "outside of what can be set" in answer.text


async def test_a_number_is_kept_sealed_and_shown_to_its_owner(house: House, mara: Browser) -> None:
    answer = await mara.post("/staff/account/reach", data={"sms": "yes", "phone": "+49 30 5550134"})
    assert answer.status_code == 303
    assert "+49305550134" in (await mara.get("/staff/account/reach")).text
    assert b"5550134" not in (house.settings.data / "parlour.db").read_bytes()
    assert (await mara.post("/staff/account/reach", data={"sms": "yes"})).status_code == 422


async def test_a_stranger_a_patient_and_another_clinic_answer_nothing(
    house: House, jo: Jo, browsers: Browsers, clock: Clock
) -> None:
    clock.now = START
    await jo.arrive()
    path = f"/staff/waiting/{jo.made.card.public_id}/coming"
    for browser in (await browsers(), jo.browser):
        assert (await browser.post(path)).status_code in {303, 401, 403, 404}
    assert "waiting.answered" not in await audited(house)
