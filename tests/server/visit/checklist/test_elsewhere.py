"""A place without the therapist's licence: said at once, decided with a reason, never silently."""

from datetime import date

import pytest
from sqlalchemy import select

from server.access import Role
from server.audit.tables import AuditEntry
from server.house import House
from server.visit.tables import Visit
from tests.server.booking.linden import Linden
from tests.server.conftest import Clock
from tests.server.visit.checklist.conftest import TEXAS, Give, answer
from tests.server.visit.conftest import START, Browser, Browsers, Jo, add_staff, signed_in

pytestmark = pytest.mark.asyncio
WARNS = "Your licences do not cover the place they named."
ASKS = "In Texas, United States, you may not treat without more."


async def decide(mara: Browser, jo: Jo, how: str, text: str = "", over: str = "0"):
    return await mara.post(f"{jo.staff_url}/elsewhere", data={"how": how, "text": text, "over": over})


async def test_the_card_and_the_visit_warn_as_soon_as_somebody_came(
    jo: Jo, mara: Browser, samir: Browser, desk: Browser, licensed: Give
) -> None:
    await licensed("PT")
    await jo.arrive(**TEXAS)
    assert WARNS in (await mara.get("/staff/day/waiting")).text
    assert ASKS in (await mara.get(jo.staff_url)).text
    for colleague in (samir, desk):
        assert WARNS not in (await colleague.get("/staff/day/waiting")).text


async def test_a_place_that_is_covered_warns_of_nothing(jo: Jo, mara: Browser, licensed: Give) -> None:
    await licensed("US", "US-TX")
    await jo.arrive(**TEXAS)
    assert WARNS not in (await mara.get("/staff")).text
    assert "may not treat" not in (await mara.get(jo.staff_url)).text


async def test_the_last_day_counts_and_the_day_after_does_not(
    jo: Jo, mara: Browser, licensed: Give, clock: Clock, house: House, linden: Linden, browsers: Browsers
) -> None:
    await licensed("US", "US-TX", date(2026, 3, 9))
    await jo.arrive(**TEXAS)
    assert "Your licence for Texas, United States ends on 9 March 2026." in (await mara.get(jo.staff_url)).text
    clock.now = START.replace(hour=23, minute=30)  # already the tenth on the clinic's calendar
    late = await signed_in(house, await browsers(), linden.mara.staff_id)
    assert "there ended on 9 March 2026." in (await late.get(jo.staff_url)).text


async def test_what_cannot_be_known_is_said_quietly(jo: Jo, mara: Browser, licensed: Give) -> None:
    await jo.arrive(**TEXAS)
    assert "No licences of yours are kept" in (await mara.get(jo.staff_url)).text
    await licensed("US", "US-NY")
    await answer(mara, jo, "place", text="On a train", country="US", region="", over="0")
    assert "Ask which state or province of United States they are in." in (await mara.get(jo.staff_url)).text
    assert WARNS not in (await mara.get("/staff/day/waiting")).text


async def test_going_on_needs_a_reason_and_leaves_a_row_and_an_entry(
    jo: Jo, mara: Browser, licensed: Give, house: House
) -> None:
    await licensed("PT")
    await jo.arrive(**TEXAS)
    assert (await decide(mara, jo, "emergency")).status_code == 422
    assert (await decide(mara, jo, "emergency", "Cannot be left alone tonight")).status_code == 303
    page = (await mara.get(jo.staff_url)).text
    assert "without a licence: an emergency." in page
    assert "Cannot be left alone tonight" in page
    assert WARNS not in (await mara.get("/staff/day/waiting")).text
    entry = await house.db.read(lambda db: db.scalar(select(AuditEntry).where(AuditEntry.action == "visit.check")))
    assert entry.detail == {"line": "licence", "how": "emergency", "number": 1}


async def test_a_decision_about_one_place_is_none_about_another(jo: Jo, mara: Browser, licensed: Give) -> None:
    await licensed("PT")
    await jo.arrive(**TEXAS)
    await decide(mara, jo, "permitted", "Ten days a year")
    await answer(mara, jo, "place", text="Columbus", country="US", region="US-OH", over="0")
    assert "In Ohio, United States, you may not treat without more." in (await mara.get(jo.staff_url)).text


async def test_a_kind_end_ends_the_visit_and_tells_the_patient_why(
    jo: Jo, mara: Browser, licensed: Give, house: House
) -> None:
    await licensed("PT")
    await jo.arrive(**TEXAS)
    await mara.post(f"{jo.staff_url}/admit")
    assert (await decide(mara, jo, "end_kindly")).status_code == 303
    assert await house.db.read(lambda db: db.scalar(select(Visit.state))) == "ended"
    page = await jo.page()
    assert "Mara may not treat people in the place where you are today" in page
    assert "Book the next time" in page
    assert "Ended kindly" in (await mara.get(jo.staff_url)).text


async def test_an_ordinary_end_says_nothing_of_places(jo: Jo, mara: Browser) -> None:
    await jo.arrive()
    await mara.post(f"{jo.staff_url}/admit")
    await mara.post(f"{jo.staff_url}/end")
    page = await jo.page()
    assert "may not treat" not in page
    assert "Be kind to yourself today." in page


async def test_only_what_the_clinic_allows_is_offered(
    jo: Jo, mara: Browser, licensed: Give, house: House, linden: Linden, browsers: Browsers
) -> None:
    await licensed("PT")
    admin = await signed_in(house, await browsers(), await add_staff(house, linden.clinic.id, Role.ADMIN))
    form = {"seen": "0", "on_alone": "yes", "allow_permitted": "yes", "kindly": "We will find a way together."}
    assert (await admin.post("/staff/clinic/visits/start", data=form)).status_code == 303
    await jo.arrive(**TEXAS)
    page = (await mara.get(jo.staff_url)).text
    assert "Go on: permitted for a time" in page
    assert "Go on: emergency" not in page
    assert (await decide(mara, jo, "emergency", "It is one")).status_code == 422
    await decide(mara, jo, "end_kindly")
    assert "We will find a way together." in await jo.page()


async def test_the_clinics_words_of_a_kind_end_are_in_the_patients_language(
    jo: Jo, mara: Browser, licensed: Give, house: House, linden: Linden, browsers: Browsers
) -> None:
    admin = await signed_in(house, await browsers(), await add_staff(house, linden.clinic.id, Role.ADMIN))
    said = {"seen": "0", "kindly": "Please call us.", "kindly_ar": "اتصل بنا من فضلك."}
    assert (await admin.post("/staff/clinic/visits/start", data=said)).status_code == 303
    assert "اتصل بنا من فضلك." in (await admin.get("/staff/clinic/visits/start")).text
    await licensed("PT")
    await jo.arrive(**TEXAS)
    await mara.post(f"{jo.staff_url}/admit")
    assert (await decide(mara, jo, "end_kindly")).status_code == 303
    assert "Please call us." in (await jo.browser.get(f"{jo.url}?lang=en")).text
    assert "اتصل بنا من فضلك." in (await jo.browser.get(f"{jo.url}?lang=ar")).text
    too_long = {**said, "seen": "1", "kindly_ar": "x" * 1501}
    assert (await admin.post("/staff/clinic/visits/start", data=too_long)).status_code == 422
