"""The form asks where somebody will be, and offers who may treat there on that day; so do programs and moves."""

import re
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import httpx2
import pytest
from sqlalchemy import event, select
from starlette.applications import Starlette

from server.access import Role
from server.booking import desk
from server.booking.meeting import Meeting, meeting_of
from server.booking.rules import Refused, Wish
from server.booking.store import By, booking_for_visit
from server.booking.tables import Booking
from server.clinic import store as clinics
from server.clinic.forms import policy_fields
from server.clinic.licences import store as licences
from server.clinic.licences.rules import Licence, Place
from server.clinic.rules import Clinic
from server.house import House
from tests.server.booking.api.programs import BOOKINGS, SLOTS, program_on, wish
from tests.server.booking.linden import THURSDAY, Linden, booked, form
from tests.server.booking.test_by_staff import sign_in_as
from tests.server.booking.test_pages import starts

pytestmark = pytest.mark.asyncio
POST = "/c/linden/book"
TEXAS = Place("US", "US-TX")


async def licence(house: House, linden: Linden, who: UUID, place: Place, expires: date | None = None) -> UUID:
    one = Licence(uuid4(), place, "Psychologist", "", expires)
    await house.db.unit(lambda db: licences.add_licence(db, linden.clinic.id, who, one, None, house.clock()))
    return one.id


async def licensed(house: House, linden: Linden) -> None:
    """Mara for Germany and until Wednesday for Texas, Samir for Portugal."""
    await licence(house, linden, linden.mara.staff_id, Place("DE"))
    await licence(house, linden, linden.mara.staff_id, TEXAS, date(2026, 3, 11))
    await licence(house, linden, linden.samir.staff_id, Place("PT"))


async def current(house: House, linden: Linden) -> Clinic:
    found = await house.db.read(lambda db: clinics.clinic_of(db, linden.clinic.id))
    assert found
    return found


def people(page: str) -> set[str]:
    return set(re.findall(r'name="therapist" value="([\w-]+)"', page))


async def test_a_clinic_that_keeps_no_licence_asks_for_no_place_and_nothing_more_of_the_database(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    asked: list[str] = []
    for engine in house.db.engines:
        event.listen(engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    page = (await client.get("/c/linden")).text
    assert 'name="where"' not in page
    assert not [text for text in asked if "licences" in text]
    assert (await client.post(POST, data=form(linden))).status_code == 303
    assert not [text for text in asked if "licences" in text]


async def test_the_form_lists_the_clinics_places_and_offers_who_may(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    await licensed(house, linden)
    page = (await client.get("/c/linden")).text
    assert re.findall(r'name="where" value="([\w-]+)"', page) == ["DE", "PT", "US-TX", "else"]
    assert "Texas, United States" in page
    assert "Nobody here may treat you there." not in page
    assert people((await client.get("/c/linden?where=PT")).text) == {"samir-haddad"}
    assert people((await client.get("/c/linden?where=DE")).text) == {"mara-lind"}
    nobody = (await client.get("/c/linden?where=else")).text
    assert "Nobody here may treat you there." in nobody
    assert "No time is free at the moment" in nobody
    assert starts(nobody) == []


async def test_a_licence_that_ends_offers_no_time_after_its_last_day(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    await licensed(house, linden)
    page = (await client.get(f"/c/linden?service={linden.session.id}&where=US-TX")).text
    assert max(starts(page))[:10] == "2026-03-11"
    refused = await client.post(POST, data=form(linden, where="US-TX"))
    assert refused.status_code == 409, "Thursday is too late for Texas"
    taken = await client.post(POST, data=form(linden, where="US-TX", start="2026-03-11T08:30Z"))
    assert taken.status_code == 303


async def test_the_place_is_asked_for_and_kept_sealed(client: httpx2.AsyncClient, linden: Linden, house: House) -> None:
    await licensed(house, linden)
    missing = await client.post(POST, data=form(linden))
    assert missing.status_code == 422
    assert "Say where you will be" in missing.text
    assert (await client.post(POST, data=form(linden, where="DE"))).status_code == 303
    row = await house.db.read(lambda db: db.scalar(select(Booking)))
    assert row
    card = await house.db.read(lambda db: booking_for_visit(db, row.id))
    assert card
    assert await meeting_of(house, card) == Meeting("", Place("DE"))
    assert b'"DE"' not in (row.meeting_sealed or b"")


async def test_somebody_who_may_not_is_not_booked_and_anyone_is_who_may(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    await licensed(house, linden)
    assert (await client.post(POST, data=form(linden, where="PT"))).status_code == 422, "Mara may not"
    answer = await client.post(POST, data=form(linden, where="PT", therapist=""))
    assert "Samir" in (await client.get(answer.headers["location"])).text


async def test_who_has_no_list_is_offered_everywhere(client: httpx2.AsyncClient, linden: Linden, house: House) -> None:
    await licence(house, linden, linden.mara.staff_id, Place("DE"))
    assert people((await client.get("/c/linden?where=else")).text) == {"samir-haddad"}


async def test_or_nowhere_where_the_clinic_wants_lists_of_everybody(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    await licence(house, linden, linden.mara.staff_id, Place("DE"))
    await sign_in_as(client, house, linden, Role.ADMIN)
    fields = policy_fields(await current(house, linden)) | {"only_listed": "yes"}
    assert (await client.post("/staff/clinic/policy", data=fields)).status_code == 303
    assert people((await client.get("/c/linden?where=DE")).text) == {"mara-lind"}
    assert people((await client.get("/c/linden?where=else")).text) == set()
    assert (await client.post(POST, data=form(linden, where="DE", therapist="samir-haddad"))).status_code == 422


async def test_the_question_goes_with_the_last_licence_and_where_the_clinic_does_not_want_it(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    one = await licence(house, linden, linden.mara.staff_id, Place("DE"))
    assert 'name="where"' in (await client.get("/c/linden")).text
    mara, clinic = linden.mara.staff_id, linden.clinic.id
    await house.db.unit(lambda db: licences.drop_licence(db, clinic, mara, one, None, house.clock()))
    assert 'name="where"' not in (await client.get("/c/linden")).text
    await licence(house, linden, mara, Place("DE"))
    await sign_in_as(client, house, linden, Role.ADMIN)
    fields = policy_fields(await current(house, linden))
    assert fields["asks_place"] == "yes"
    assert (await client.post("/staff/clinic/policy", data={**fields, "asks_place": ""})).status_code == 303
    assert 'name="where"' not in (await client.get("/c/linden")).text


async def test_a_move_goes_to_nobody_and_to_no_day_without_a_licence(house: House, linden: Linden) -> None:
    await licensed(house, linden)
    wednesday: datetime = THURSDAY - timedelta(days=1)
    made = await booked(house, linden, wednesday, meeting=Meeting("", TEXAS))
    clinic = await current(house, linden)
    later = Wish(THURSDAY, linden.mara.staff_id)
    assert isinstance(await desk.move(house, clinic, made.card, later, By()), Refused)
    colleague = Wish(wednesday + timedelta(hours=1), linden.samir.staff_id)
    assert isinstance(await desk.move(house, clinic, made.card, colleague, By()), Refused)
    same_day = Wish(wednesday + timedelta(hours=1), linden.mara.staff_id)
    assert await desk.move(house, clinic, made.card, same_day, By()) is None


async def test_the_page_of_a_move_offers_the_days_of_the_licence(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    await licensed(house, linden)
    made = await booked(house, linden, THURSDAY - timedelta(days=1), meeting=Meeting("", TEXAS))
    await client.get(f"/l/{made.token}")
    page = (await client.get(f"/visit/{made.card.public_id}/move")).text
    assert max(starts(page))[:10] <= "2026-03-11"


async def test_staff_see_the_place_and_that_nobodys_list_covers_it(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    await licensed(house, linden)
    made = await booked(house, linden, meeting=Meeting("", TEXAS))  # as if the licence was shortened since
    await sign_in_as(client, house, linden)
    page = (await client.get(f"/staff/bookings/{made.card.public_id}")).text
    assert "Texas, United States" in page
    assert "Mara Lind may not treat there on that day." in page


async def test_programs_say_where_too(app: Starlette, linden: Linden, house: House) -> None:
    await licensed(house, linden)
    span = f"service={linden.session.id}&from=2026-03-10&to=2026-03-13"
    async with program_on(app) as program:
        unsaid = (await program.get(f"{SLOTS}?{span}")).json()["slots"]
        lisbon = (await program.get(f"{SLOTS}?{span}&where=PT")).json()["slots"]
        austin = (await program.get(f"{SLOTS}?{span}&where=US-TX")).json()["slots"]
        odd = await program.get(f"{SLOTS}?{span}&where=Texas")
        refused = await program.post(BOOKINGS, json=wish(linden, where="PT"))
        made = await program.post(BOOKINGS, json=wish(linden, where="DE"))
    assert {slot["therapist"] for slot in unsaid} == {"mara-lind", "samir-haddad"}
    assert {slot["therapist"] for slot in lisbon} == {"samir-haddad"}
    assert {slot["therapist"] for slot in austin} == {"mara-lind"}
    assert max(slot["start"] for slot in austin) < "2026-03-12"
    assert odd.status_code == 422
    assert odd.json()["errors"] == [{"field": "where", "reason": "unknown_place"}]
    assert refused.status_code == 422
    assert made.status_code == 201
