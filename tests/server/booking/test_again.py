"""Booking again: the link of an earlier booking is the proof of who books, and nothing else is."""

import re
from dataclasses import replace
from datetime import timedelta

import httpx2
import pytest
from sqlalchemy import select

from server.booking.hours import floor
from server.booking.tables import Booking
from server.booking.week import value_of
from server.clinic import store as clinics
from server.house import House
from tests.server.booking.linden import THURSDAY, Linden, booked, form
from tests.server.statements import asked_of

pytestmark = pytest.mark.asyncio
POST = "/c/linden/book"


async def patients_of_all_bookings(house: House) -> set[object]:
    return set(await house.db.read(lambda db: db.scalars(select(Booking.patient_id))))


async def opened(client: httpx2.AsyncClient, house: House, linden: Linden) -> str:
    """A booking of Jo's whose link this browser opened: its public id."""
    made = await booked(house, linden)
    await client.get(f"/l/{made.token}")
    return made.card.public_id


async def test_who_holds_the_link_is_known_and_books_for_the_same_patient(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    again = await opened(client, house, linden)
    page = (await client.get(f"/c/linden?again={again}")).text
    assert "<b>Jo Almeida</b>" in page
    assert re.search(r'name="therapist" value="mara-lind" checked', page), "with whom they were"
    assert page.count(f'name="again" value="{again}"') == 2, "the choice of times and the booking both carry it on"
    wish = form(linden, start="2026-03-13T09:00Z", again=again, name="", contact="")
    assert (await client.post(POST, data=wish)).status_code == 303
    assert len(await patients_of_all_bookings(house)) == 1


async def test_what_is_typed_beside_the_link_changes_nobody(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    again = await opened(client, house, linden)
    wish = form(linden, start="2026-03-13T09:00Z", again=again, name="Somebody", contact="else@example.org")
    page = await client.post(POST, data=wish, follow_redirects=True)
    assert "Somebody" not in page.text
    assert len(await patients_of_all_bookings(house)) == 1


async def test_without_the_link_the_number_of_a_booking_proves_nothing(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    made = await booked(house, linden)
    again = made.card.public_id
    assert "Almeida" not in (await client.get(f"/c/linden?again={again}")).text
    empty = await client.post(POST, data=form(linden, start="2026-03-13T09:00Z", again=again, name="", contact=""))
    assert empty.status_code == 422
    assert "Write the name we should call you by." in empty.text
    assert (await client.post(POST, data=form(linden, start="2026-03-13T09:00Z", again=again))).status_code == 303
    assert len(await patients_of_all_bookings(house)) == 2, "the same mail is a hint, not a proof"


async def test_nothing_is_lost_when_a_field_wants_another_look_or_the_time_was_taken(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    again = await opened(client, house, linden)
    late = await client.post(POST, data=form(linden, start="", again=again, name="", contact=""))
    assert late.status_code == 422
    assert "<b>Jo Almeida</b>" in late.text
    taken = await client.post(POST, data=form(linden, again=again, name="", contact="", once="another"))
    assert taken.status_code == 409
    assert f'name="again" value="{again}"' in taken.text
    assert f"again={again}" in taken.text


async def in_groups(house: House, linden: Linden) -> Linden:
    service = replace(linden.session, seats=3)
    await house.db.unit(lambda db: clinics.change_service(db, linden.clinic.id, service, house.clock()))
    return replace(linden, session=service)


async def test_a_group_in_which_they_sit_already_is_said_and_not_offered(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    linden = await in_groups(house, linden)
    again = await opened(client, house, linden)
    other = await booked(house, linden, THURSDAY + timedelta(days=1), name="Kim", mail="kim@example.org")
    asked = f"/c/linden?service={linden.session.id}&therapist=mara-lind&again={again}&tz=Europe/Berlin"
    with asked_of(house.db) as statements:
        page = (await client.get(asked)).text
    assert 0 < len([text for text in statements if not text.startswith("BEGIN")]) <= 12
    assert value_of(floor(THURSDAY)) not in re.findall(r'name="start" value="([^"]+)"', page)
    assert "9:30: you are in this group." in page
    assert value_of(floor(other.card.starts_at)) in page, "the group in which somebody else sits"
    late = await client.post(POST, data=form(linden, start="", again=again, name="", contact=""))
    assert (late.status_code, "you are in this group." in late.text) == (422, True)


async def test_who_is_not_known_is_offered_the_group_like_anybody(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    linden = await in_groups(house, linden)
    again = (await booked(house, linden)).card.public_id
    for path in ("/c/linden?", f"/c/linden?again={again}&"):
        page = (await client.get(f"{path}service={linden.session.id}&therapist=mara-lind")).text
        assert value_of(floor(THURSDAY)) in page
        assert "you are in this group" not in page
