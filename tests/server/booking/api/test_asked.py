"""A service that the clinic confirms first, and one that is given to a group, booked by a program."""

from dataclasses import replace

import httpx2
import pytest

from server.clinic import store as clinics
from server.house import House
from tests.server.booking.api.programs import BOOKINGS, wish
from tests.server.booking.linden import Linden

pytestmark = pytest.mark.asyncio


async def test_what_the_clinic_confirms_first_is_asked_for(
    program: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    service = replace(linden.session, asks=True)
    await house.db.unit(lambda db: clinics.change_service(db, linden.clinic.id, service, house.clock()))
    told = (await program.post(BOOKINGS, json=wish(linden))).json()
    assert told["status"] == "asked"
    assert (await program.post(BOOKINGS, json=wish(linden, name="Kim"))).status_code == 409


async def test_as_many_are_booked_as_a_group_has_places(
    program: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    service = replace(linden.session, seats=2)
    await house.db.unit(lambda db: clinics.change_service(db, linden.clinic.id, service, house.clock()))
    answers = [await program.post(BOOKINGS, json=wish(linden, name=name)) for name in ("Jo", "Kim", "Ana")]
    assert [answer.status_code for answer in answers] == [201, 201, 409]
