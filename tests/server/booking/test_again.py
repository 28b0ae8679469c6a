"""Booking again: the link of an earlier booking is the proof of who books, and nothing else is."""

import re

import httpx2
import pytest
from sqlalchemy import select

from server.booking.tables import Booking
from server.house import House
from tests.server.booking.linden import Linden, booked, form

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
