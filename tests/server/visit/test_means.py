"""Visits by phone and in person: nobody waits in a browser, and the therapist notes how it went."""

from dataclasses import replace
from datetime import timedelta

import pytest

from server.booking.meeting import Meeting
from server.clinic import store as clinics
from server.clinic.rules import DEFAULT_POLICY, Means
from server.house import House
from server.visit.rules import Event, Part, Reason, Refused, decide
from server.visit.scenes import Step, view_of
from tests.server.booking.furnished import furnish
from tests.server.booking.linden import Linden, booked
from tests.server.conftest import Clock
from tests.server.visit.conftest import START, Browsers, Jo, signed_in, with_link

pytestmark = pytest.mark.asyncio
HOUR = timedelta(hours=1)


async def by_phone(house: House, linden: Linden, browsers: Browsers) -> Jo:
    made = await booked(house, linden, START, means=Means.PHONE, meeting=Meeting("+49305550177"))
    return await with_link(made, await browsers())


async def test_by_phone_the_page_shows_the_number_and_no_waiting_room(
    house: House, linden: Linden, browsers: Browsers, clock: Clock
) -> None:
    jo = await by_phone(house, linden, browsers)
    for now in (clock.now, START - timedelta(minutes=40), START - timedelta(minutes=5)):
        clock.now = now
        page = await jo.page()
        assert "+49305550177" in page
        assert "Mara calls you" in page
        assert "aiting room" not in page
        assert "/check" not in page
    assert (await jo.arrive()).headers["location"] == jo.url
    assert "Mara calls you" in await jo.page(), "there is no room to come into"


async def test_who_calls_sees_the_number_notes_tries_and_how_it_went(
    house: House, linden: Linden, browsers: Browsers, clock: Clock
) -> None:
    jo = await by_phone(house, linden, browsers)
    clock.now = START + timedelta(minutes=1)
    mara = await signed_in(house, await browsers(), linden.mara.staff_id)
    assert ", by phone" in (await mara.get("/staff")).text
    page = (await mara.get(jo.staff_url)).text
    assert "You call Jo at" in page
    assert 'href="tel:+49305550177"' in page
    assert "Open camera and microphone" not in page
    noted = await mara.post(f"{jo.staff_url}/phone-tries", data={"once": "0", "number": "file", "outcome": "reached"})
    assert noted.status_code == 303
    assert (await mara.post(f"{jo.staff_url}/outcome", data={"outcome": "attended"})).status_code == 303
    assert "The visit with Jo is done" in (await mara.get(jo.staff_url)).text
    over = await jo.page()
    assert "Thank you for coming" in over
    assert "Camera and microphone" not in over


async def test_lines_left_open_hold_a_visit_by_phone_that_took_place(
    house: House, linden: Linden, browsers: Browsers, clock: Clock
) -> None:
    jo = await by_phone(house, linden, browsers)
    clock.now = START + HOUR
    mara = await signed_in(house, await browsers(), linden.mara.staff_id)
    await mara.post(f"{jo.staff_url}/outcome", data={"outcome": "attended"})
    assert (await mara.post(f"{jo.staff_url}/sign")).status_code == 409, "both met, so what was asked is to be kept"
    await mara.post(f"{jo.staff_url}/outcome", data={"outcome": "no_show"})
    assert (await mara.post(f"{jo.staff_url}/sign")).status_code == 303, "whom nobody met, nobody could ask"


async def test_in_person_the_page_shows_address_and_room(
    house: House, linden: Linden, browsers: Browsers, clock: Clock
) -> None:
    here, _ = await furnish(house, linden, Room=["Room 2"])
    await house.db.unit(lambda db: clinics.change_clinic(db, replace(linden.clinic, address="Lindenweg 3")))
    jo = await with_link(await booked(house, here, START, means=Means.PERSON), await browsers())
    page = await jo.page()
    assert "Lindenweg 3" in page
    assert "Room 2" in page
    assert "by video" not in page
    clock.now = START + timedelta(minutes=1)
    mara = await signed_in(house, await browsers(), linden.mara.staff_id)
    assert "Room 2" in (await mara.get(jo.staff_url)).text
    assert ", in person" in (await mara.get("/staff")).text


@pytest.mark.parametrize("means", [Means.PHONE, Means.PERSON])
async def test_nobody_arrives_in_a_browser_for_it(house: House, linden: Linden, means: Means) -> None:
    card = (await booked(house, linden, START, means=means)).card
    for now in (START - 30 * HOUR, START, START + 3 * HOUR):
        refused = decide(card, None, DEFAULT_POLICY, Event.ARRIVE, Part.PATIENT, now)
        assert refused == Refused(Reason.NOT_NOW)
        view = view_of(card, None, DEFAULT_POLICY, now)
        assert not {Step.ARRIVE, Step.CHECK} & set(view.ways[Part.PATIENT])
        assert view.next(Part.PATIENT), "there is always a next step"
