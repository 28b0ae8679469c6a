"""People as staff find them: who may look, what is shown, and two records that become one."""

import re
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from server.access import Role
from server.booking.desk import Made
from server.house import House
from server.patients import store as patients
from tests.server.booking.linden import THURSDAY, Linden, booked, seed
from tests.server.booking.test_by_staff import actions, form, sign_in_as

pytestmark = pytest.mark.asyncio
PEOPLE = "/staff/patients"


def page_of(made: Made) -> str:
    return f"{PEOPLE}/{made.card.patient_id}"


async def jo_twice(house: House, linden: Linden, **more: Any) -> tuple[Made, Made]:
    first = await booked(house, linden)
    later = THURSDAY.replace(hour=13)
    second = await booked(house, linden, later, name="Jo Almeyda", mail="jo@work.example", phone="555 0177", **more)
    return first, second


async def test_nobody_is_listed_before_somebody_is_asked_for(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    await booked(house, linden)
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    for asked in ("", "?q=", "?q=j"):
        page = await client.get(PEOPLE + asked)
        assert page.status_code == 200
        assert "Jo Almeida" not in page.text
    assert await actions(house) == []


async def test_somebody_is_found_and_the_search_is_noted(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    made = await booked(house, linden)
    await booked(house, linden, THURSDAY.replace(hour=13), name="Kim Berg")
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    page = await client.get(f"{PEOPLE}?q=alm")
    assert "1 person found" in page.text
    assert page_of(made) in page.text
    assert "Kim Berg" not in page.text
    assert await actions(house) == ["patients.searched"]


async def test_a_person_is_shown_with_contacts_and_bookings_and_no_reason(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    made = await booked(house, linden, reason="I sleep badly")
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    page = await client.get(page_of(made))
    for words in ("Jo Almeida", "jo.almeida@example.org", "Thursday 12 March 2026", "What comes"):
        assert words in page.text
    assert "sleep" not in page.text
    assert await actions(house) == ["patient.seen"]


async def test_c01_a_therapist_finds_their_own_patients_alone_and_merges_nobody(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    mine = await booked(house, linden)
    other = await booked(house, linden, therapist=linden.samir.staff_id, name="Jo Almond")
    await sign_in_as(client, house, linden)
    found = (await client.get(f"{PEOPLE}?q=jo")).text
    assert page_of(mine) in found
    assert page_of(other) not in found
    page = await client.get(page_of(mine))
    assert page.status_code == 200
    assert "Twice in the records?" not in page.text
    assert (await client.get(page_of(other))).status_code == 404
    assert "patient.refused" in await actions(house)
    for method in (client.get, client.post):
        assert (await method(f"{page_of(mine)}/merge?with={other.card.patient_id}")).status_code == 403


async def test_another_clinics_patient_is_nobody(client: httpx2.AsyncClient, house: House, linden: Linden) -> None:
    here = await booked(house, linden)
    there = await booked(house, await seed(house, slug="birch"), name="Jo Birch")
    await sign_in_as(client, house, linden, Role.ADMIN)
    assert page_of(there) not in (await client.get(f"{PEOPLE}?q=jo")).text
    assert (await client.get(page_of(there))).status_code == 404
    assert (await client.get(f"{page_of(here)}/merge?with={there.card.patient_id}")).status_code == 404
    answer = await client.post(f"{page_of(here)}/merge", data={"with": str(there.card.patient_id)})
    assert answer.status_code == 404


async def test_an_id_of_nobody_is_not_found(client: httpx2.AsyncClient, house: House, linden: Linden) -> None:
    await sign_in_as(client, house, linden, Role.ADMIN)
    for odd in ("x", str(uuid4())):
        assert (await client.get(f"{PEOPLE}/{odd}")).status_code == 404
        assert (await client.get(f"{PEOPLE}/{odd}/merge")).status_code == 404


async def test_strangers_are_asked_to_sign_in(client: httpx2.AsyncClient, linden: Linden) -> None:
    for path in (PEOPLE, f"{PEOPLE}/x", f"{PEOPLE}/x/merge"):
        assert (await client.get(path)).status_code in (303, 401)


async def test_who_may_be_the_same_person_is_offered(client: httpx2.AsyncClient, house: House, linden: Linden) -> None:
    first = await booked(house, linden)
    again = await booked(house, linden, THURSDAY.replace(hour=13), name="J. Almeida")  # the same address
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    page = (await client.get(page_of(first))).text
    assert f"{page_of(first)}/merge?with={again.card.patient_id}" in page


async def test_records_of_one_name_are_told_apart_by_their_first_booking(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    made = [await booked(house, linden, THURSDAY.replace(hour=hour), mail=f"{hour}@work.example") for hour in (12, 13)]
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    page = (await client.get(f"{PEOPLE}?q=almeida")).text
    firsts = dict(re.findall(PEOPLE + r'/([^"]+)".*?First booking: ([^<]*)<', page))
    assert len(set(firsts.values())) == 2
    assert all("12 March 2026" in one for one in firsts.values())
    for where in (page_of(made[0]), f"{page_of(made[0])}/merge?q=almeida"):
        assert firsts[str(made[1].card.patient_id)] in (await client.get(where)).text


async def test_no_booking_that_lies_ahead_is_called_the_last(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    first, second = await jo_twice(house, linden)
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    page = (await client.get(f"{page_of(first)}/merge?with={second.card.patient_id}")).text
    assert page.count("1 booking, on 12 March 2026") == 2
    assert "the last on" not in page


async def test_both_are_seen_side_by_side_and_only_what_differs_is_asked(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    first, second = await jo_twice(house, linden)
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    page = (await client.get(f"{page_of(first)}/merge?with={second.card.patient_id}")).text
    for words in ("Jo Almeida", "Jo Almeyda", "jo.almeida@example.org", "jo@work.example", "Which name stays"):
        assert words in page
    assert "Which address stays" in page
    assert "Which number stays" not in page  # one of both has none
    assert f"{page_of(second)}/merge?with={first.card.patient_id}" in page  # the other way round
    assert len(await house.db.read(lambda db: patients.all_ids(db, linden.clinic.id))) == 2
    assert "space of their own" not in page


async def test_a_yes_makes_them_one_and_the_old_address_leads_there(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    first, second = await jo_twice(house, linden, reason="I sleep badly")
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    sent = {"with": str(second.card.patient_id), "mail": "gone"}
    for _ in range(2):  # sent twice, it is done once
        answer = await client.post(f"{page_of(first)}/merge", data=sent)
        assert (answer.status_code, answer.headers["location"]) == (303, f"{page_of(first)}?notice=merged")
    page = (await client.get(answer.headers["location"])).text
    for words in ("Both records are one now", "jo@work.example", "555 0177", second.card.public_id):
        assert words in page
    assert "jo.almeida@example.org" not in page
    old = await client.get(page_of(second))
    assert (old.status_code, old.headers["location"]) == (303, page_of(first))
    assert (await actions(house)).count("patient.merged") == 1


async def test_the_therapist_still_reads_why_somebody_comes(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    first, second = await jo_twice(house, linden, reason="I sleep badly")
    await sign_in_as(client, house, linden, Role.ADMIN)
    await client.post(f"{page_of(first)}/merge", data={"with": str(second.card.patient_id)})
    await sign_in_as(client, house, linden)
    page = (await client.get(f"/staff/bookings/{second.card.public_id}")).text
    assert "I sleep badly" in page
    assert "Jo Almeida" in page


async def test_a_form_that_was_open_books_for_the_record_that_stays(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    first, second = await jo_twice(house, linden)
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    await client.post(f"{page_of(first)}/merge", data={"with": str(second.card.patient_id)})
    sent = form(linden, patient=str(second.card.patient_id), start="2026-03-12T10:00Z")
    answer = await client.post("/staff/bookings/new", data=sent)
    assert answer.status_code == 303
    page = (await client.get(page_of(first))).text
    assert answer.headers["location"].split("?")[0] in page


async def test_a_record_that_went_already_says_so(client: httpx2.AsyncClient, house: House, linden: Linden) -> None:
    first, second = await jo_twice(house, linden)
    third = await booked(house, linden, THURSDAY.replace(hour=14), name="Jo Third")
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    await client.post(f"{page_of(first)}/merge", data={"with": str(second.card.patient_id)})
    answer = await client.post(f"{page_of(third)}/merge", data={"with": str(second.card.patient_id)})
    assert answer.status_code == 409
    assert "became part of another record" in answer.text
