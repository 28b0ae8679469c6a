"""Services by phone and in person: what the form asks, what is kept and sent, and what programs see."""

import re
from dataclasses import replace

import httpx2
import icalendar
import pytest
from sqlalchemy import select
from starlette.applications import Starlette

from server.access import Role
from server.booking.meeting import meeting_of
from server.booking.store import booking_for_visit
from server.booking.tables import Booking
from server.clinic import store as clinics
from server.clinic.forms import policy_fields
from server.clinic.rules import Anyone, Means, Service
from server.house import House
from tests.server.booking.api.programs import BOOKINGS, CLINIC, program_on, wish
from tests.server.booking.linden import Linden, form
from tests.server.booking.test_by_staff import sign_in_as
from tests.server.booking.test_mails import sent

pytestmark = pytest.mark.asyncio
POST = "/c/linden/book"
ADDRESS = "Lindenweg 3, 10969 Berlin"


async def given_by(house: House, linden: Linden, *means: Means) -> Service:
    service = replace(linden.session, means=means)
    await house.db.unit(lambda db: clinics.change_service(db, linden.clinic.id, service, house.clock()))
    return service


async def moved_in(house: House, linden: Linden, address: str = ADDRESS) -> None:
    clinic = replace(linden.clinic, address=address)
    await house.db.unit(lambda db: clinics.change_clinic(db, clinic))


async def kept(house: House) -> tuple[str, str]:
    """How the one booking meets, and the number that is called."""
    booking_id = await house.db.read(lambda db: db.scalar(select(Booking.id)))
    assert booking_id
    card = await house.db.read(lambda db: booking_for_visit(db, booking_id))
    assert card
    return card.means, (await meeting_of(house, card)).number


async def test_a_service_by_video_asks_nothing(client: httpx2.AsyncClient, linden: Linden) -> None:
    page = (await client.get("/c/linden")).text
    assert "You talk by video, in your browser." in page
    assert 'name="means"' not in page
    assert 'name="number"' not in page


async def test_the_form_asks_how_where_a_service_is_given_in_several_ways(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    service = await given_by(house, linden, *Means)
    await moved_in(house, linden)
    page = (await client.get(f"/c/linden?service={service.id}")).text
    assert re.findall(r'type="radio" name="means" value="(\w+)"', page) == ["video", "phone", "person"]
    assert 'name="number"' not in page
    page = (await client.get(f"/c/linden?service={service.id}&means=phone")).text
    assert "We call you at your number." in page
    assert 'name="number"' in page
    assert f"You come to us: {ADDRESS}." in (await client.get(f"/c/linden?service={service.id}&means=person")).text
    assert (await client.post(POST, data=form(linden))).status_code == 422, "nobody guesses how they meet"


@pytest.mark.parametrize(
    ("fields", "number"),
    [({"number": "030 555 0177"}, "+49305550177"), ({"contact": "030 555 0142"}, "+49305550142")],
)
async def test_a_booking_by_phone_keeps_the_number_that_is_called(
    client: httpx2.AsyncClient, linden: Linden, house: House, fields: dict[str, str], number: str
) -> None:
    await given_by(house, linden, Means.VIDEO, Means.PHONE)
    answer = await client.post(POST, data=form(linden, means="phone", **fields))
    assert answer.status_code == 303, answer.text
    assert await kept(house) == ("phone", number)
    page = (await client.get(answer.headers["location"].removesuffix("/keep"))).text
    assert number in page
    assert "50 minutes with Mara Lind, by phone." in page
    assert "waiting room" not in page
    assert "camera" not in page


async def test_by_phone_a_number_is_asked_for(client: httpx2.AsyncClient, linden: Linden, house: House) -> None:
    await given_by(house, linden, Means.PHONE)
    answer = await client.post(POST, data=form(linden))
    assert answer.status_code == 422
    assert "Write the number where we call you." in answer.text
    short = await client.post(POST, data=form(linden, number="12"))
    assert short.status_code == 422
    assert 'value="12"' in short.text


async def test_in_person_page_mail_and_calendar_name_the_address(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    await given_by(house, linden, Means.PERSON)
    await moved_in(house, linden)
    answer = await client.post(POST, data=form(linden))
    page = (await client.get(answer.headers["location"])).text
    assert "Where you come to" in page
    assert ADDRESS in page
    letter, staff = await sent(house)
    assert f"In person: {ADDRESS}" in letter.text
    assert ADDRESS in staff.text
    assert letter.calendar
    (event,) = icalendar.Calendar.from_ical(letter.calendar).walk("VEVENT")
    assert str(event["location"]) == ADDRESS


async def test_mails_by_phone_say_so_and_never_the_number(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    await given_by(house, linden, Means.PHONE)
    await client.post(POST, data=form(linden, number="030 555 0177"))
    letter, staff = await sent(house)
    assert "By phone: we call the number that ends in 77." in letter.text
    assert "By phone. You call; the number stands in the booking." in staff.text
    assert b"LOCATION:By phone" in (letter.calendar or b"")
    for one in (letter, staff):
        assert "5550177" not in one.text + one.html + (one.calendar or b"").decode()


async def test_an_address_that_says_why_stands_in_no_discreet_mail(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    await given_by(house, linden, Means.PERSON)
    await moved_in(house, linden, "Centre for Psychotherapy, Lindenweg 3")
    await client.post(POST, data=form(linden))
    letter, _ = await sent(house)
    assert "In person." in letter.text
    assert "Lindenweg" not in letter.text + (letter.calendar or b"").decode()


async def test_staff_book_by_phone_and_see_whom_to_call(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    service = await given_by(house, linden, Means.VIDEO, Means.PHONE)
    await sign_in_as(client, house, linden)
    page = (await client.get(f"/staff/bookings/new?service={service.id}&means=phone")).text
    assert "The number that is called" in page
    fields = {"service": str(service.id), "therapist": "mara-lind", "start": "2026-03-12T08:30Z", "name": "Jo"}
    answer = await client.post("/staff/bookings/new", data={**fields, "means": "phone", "phone": "030 555 0142"})
    assert answer.status_code == 303, answer.text
    one = (await client.get(answer.headers["location"])).text
    assert "by phone" in one
    assert "To be called at" in one


async def test_programs_read_and_say_how(app: Starlette, linden: Linden, house: House) -> None:
    await given_by(house, linden, Means.VIDEO, Means.PHONE)
    async with program_on(app) as program:
        listed = (await program.get(f"{CLINIC}/services")).json()["services"]
        unsaid = await program.post(BOOKINGS, json=wish(linden))
        made = await program.post(BOOKINGS, json=wish(linden, means="phone", number="030 555 0177"))
    assert {one["name"]: one["means"] for one in listed}["A session"] == ["video", "phone"]
    assert unsaid.status_code == 422
    assert unsaid.json()["errors"] == [{"field": "means", "reason": "means_missing"}]
    assert made.status_code == 201
    assert made.json()["means"] == "phone"
    assert await kept(house) == ("phone", "+49305550177")


async def test_the_clinic_chooses_who_takes_a_time_of_whoever_asks_for_nobody(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    await sign_in_as(client, house, linden, Role.ADMIN)
    clinic = await house.db.read(lambda db: clinics.clinic_of(db, linden.clinic.id))
    assert clinic
    fields = {**policy_fields(clinic), "anyone": "fair"}
    assert (await client.post("/staff/clinic/policy", data=fields)).status_code == 303
    clinic = await house.db.read(lambda db: clinics.clinic_of(db, linden.clinic.id))
    assert clinic
    assert clinic.policy.anyone is Anyone.FAIR
    assert re.search(r'value="fair" checked', (await client.get("/staff/clinic/policy")).text)
