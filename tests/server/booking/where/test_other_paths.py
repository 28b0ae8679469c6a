"""Means and place by every other way to a booking: programs, the desk, series, and a colleague who takes over."""

import re
from dataclasses import replace
from datetime import timedelta

import httpx2
import pytest
from sqlalchemy import select
from starlette.applications import Starlette

from server.access import KeyScope, Role
from server.booking.meeting import Meeting, meeting_of
from server.booking.rules import BookingCard
from server.booking.series import desk as series
from server.booking.store import By, booking_for_visit
from server.booking.tables import Appointment, Booking
from server.clinic.licences.rules import Place
from server.clinic.rules import Means
from server.house import House
from server.visit.away.listing import listed as listed_away
from tests.server.booking.api.programs import BOOKINGS, CLINIC, SLOTS, a_key, bearer, program_on, reasons, wish
from tests.server.booking.linden import THURSDAY, Linden, booked
from tests.server.booking.series.test_desk import made, practice, weekly
from tests.server.booking.series.test_pages import BOOK, PREVIEW, asked, sent_back
from tests.server.booking.test_by_staff import NEW, form, sign_in_as
from tests.server.booking.test_mails import sent
from tests.server.booking.test_means import given_by
from tests.server.booking.test_pages import starts
from tests.server.booking.where.test_pages import TEXAS, current, licensed

__all__ = ["practice"]
pytestmark = pytest.mark.asyncio


async def cards(house: House) -> list[BookingCard]:
    """Every booking, earliest first."""
    ids = select(Booking.id).join(Appointment, Appointment.id == Booking.appointment_id).order_by(Appointment.starts_at)
    found = [
        await house.db.read(lambda db, one=one: booking_for_visit(db, one))  # type: ignore[misc]
        for one in list(await house.db.read(lambda db: db.scalars(ids)))
    ]
    return [card for card in found if card]


async def test_a_program_hears_which_places_there_are_and_that_one_is_needed(
    app: Starlette, linden: Linden, house: House
) -> None:
    async with program_on(app) as program:
        plain = (await program.get(CLINIC)).json()
        await licensed(house, linden)
        asking = (await program.get(CLINIC)).json()
        missing = await program.post(BOOKINGS, json=wish(linden))
        made = await program.post(BOOKINGS, json=wish(linden, where="DE"))
        path = made.headers["location"]
        own = await program.get(path, headers=bearer(made.json()["token"]))
        key = await program.get(path, headers=await a_key(house, linden, KeyScope.READ))
    assert (plain["asks_where"], plain["places"]) == (False, [])
    assert (asking["asks_where"], asking["places"]) == (True, ["DE", "PT", "US-TX", "else"])
    assert reasons(missing) == {"where": "where_missing"}
    assert (made.status_code, made.json()["where"], own.json()["where"]) == (201, "DE", "DE")
    assert key.json()["where"] is None, "of who comes a key learns nothing"


async def test_slots_are_asked_for_by_means_and_others_than_the_service_has_are_refused(
    app: Starlette, linden: Linden, house: House
) -> None:
    await given_by(house, linden, Means.VIDEO, Means.PHONE)
    span = f"service={linden.session.id}&from=2026-03-10&to=2026-03-13"
    async with program_on(app) as program:
        by_phone = await program.get(f"{SLOTS}?{span}&means=phone")
        in_person = await program.get(f"{SLOTS}?{span}&means=person")
    assert by_phone.json()["slots"]
    assert (in_person.status_code, reasons(in_person)) == (422, {"means": "not_offered"})


async def test_the_desk_chooses_a_place_and_is_offered_who_may(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    assert 'name="where"' not in (await client.get(NEW)).text
    await licensed(house, linden)
    page = (await client.get(f"{NEW}?service={linden.session.id}&where=US-TX")).text
    assert "Texas, United States" in page
    assert "Samir" not in page, "he may not treat there"
    assert max(starts(page))[:10] == "2026-03-11"
    assert "Nobody here may treat them there." in (await client.get(f"{NEW}?where=else")).text
    late = await client.post(NEW, data=form(linden, where="US-TX"))
    assert late.status_code == 409, "Thursday is too late for Texas"
    other = await client.post(NEW, data=form(linden, where="PT"))
    assert other.status_code == 422, "Mara may not, and nobody stands in for her unasked"
    assert not await cards(house)
    assert (await client.post(NEW, data=form(linden, where="DE"))).status_code == 303
    (card,) = await cards(house)
    assert (await meeting_of(house, card)).where == Place("DE")


async def test_a_place_that_nobody_has_said_yet_may_stay_open_at_the_desk(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    await licensed(house, linden)
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    assert (await client.post(NEW, data=form(linden))).status_code == 303


async def test_a_series_by_phone_keeps_number_and_place_with_each_of_its_dates(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    await licensed(house, linden)
    await given_by(house, linden, Means.VIDEO, Means.PHONE)
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    fields = asked(linden, means="phone", number="030 555 0177", where="DE")
    answer = await client.post(BOOK, data=sent_back((await client.post(PREVIEW, data=fields)).text))
    assert answer.status_code == 303
    found = await cards(house)
    assert [card.means for card in found] == ["phone"] * 3
    assert {await meeting_of(house, card) for card in found} == {Meeting("+49305550177", Place("DE"))}
    letter, staff = await sent(house)
    assert "By phone: we call the number that ends in 77." in letter.text
    assert "By phone: we call the number that ends in 77." in letter.html
    assert "You call; the number stands in the booking." in staff.text
    assert b"LOCATION:By phone" in (letter.calendar or b"")


async def test_dates_of_a_series_after_the_end_of_a_licence_are_shown_as_such(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    await licensed(house, linden)
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    preview = (await client.post(PREVIEW, data=asked(linden, where="US-TX", start="2026-03-11T08:30Z"))).text
    assert "1 of 3 dates are free" in preview
    assert preview.count("may not treat there") == 2
    anyone = (await client.post(PREVIEW, data=asked(linden, where="PT", therapist=""))).text
    assert "Samir Haddad" in anyone


async def test_a_series_moves_to_no_day_without_a_licence(either_house: House, practice: Linden) -> None:
    house = either_house
    await licensed(house, practice)
    clinic = await current(house, practice)
    texan = Meeting("", TEXAS)
    soon = [replace(one, start=THURSDAY - timedelta(days=2 - place)) for place, one in enumerate(weekly(practice, 2))]
    outcome = await made(house, practice, soon, clinic=clinic, meeting=texan)
    assert [(await meeting_of(house, card)).where for card in outcome.cards] == [TEXAS, TEXAS]
    later = [replace(one, start=one.start + timedelta(days=7)) for one in soon]
    assert await series.move(house, clinic, outcome.cards, later, By()), "each says what stands in its way"
    an_hour = [replace(one, start=one.start + timedelta(hours=1)) for one in soon]
    assert await series.move(house, clinic, outcome.cards, an_hour, By()) is None


async def test_the_calendar_says_of_a_booking_by_phone_that_it_is_so(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    await booked(house, linden, means=Means.PHONE)
    await booked(house, linden, THURSDAY + timedelta(hours=1), name="Kim Berg")
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    page = (await client.get("/staff/calendar?show=day&day=2026-03-12")).text
    listed = re.sub(r"\s+", " ", page)
    assert listed.count("by phone, 50 minutes") == 1
    grid = (await client.get("/staff/calendar/grid?show=day&day=2026-03-12")).json()
    assert [one["means"] for one in grid["bookings"]] == ["phone", ""]


async def test_nobody_takes_over_for_the_day_who_may_not_treat_there(linden: Linden, house: House) -> None:
    await licensed(house, linden)
    await booked(house, linden, house.clock() + timedelta(hours=4), meeting=Meeting("", Place("DE")))
    _, (berlin,) = await listed_away(house, linden.clinic.id, linden.mara.staff_id)
    assert not berlin.others, "Samir is licensed for Portugal alone"


async def test_the_printed_link_asks_for_no_camera_where_nobody_needs_one(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    made = await booked(house, linden, means=Means.PHONE)
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    page = (await client.get(f"/staff/bookings/{made.card.public_id}/print")).text
    assert "We call you at your number." in page
    assert "camera" not in page
