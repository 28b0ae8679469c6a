"""Who waits for a group and has a place in one by now is offered no second one in it; on both engines."""

from dataclasses import replace

import pytest

from server.booking import desk
from server.booking.desk import Made, Order
from server.booking.rules import Wish
from server.booking.store import By
from server.booking.waitlist.joining import take
from server.booking.waitlist.offering import backfill
from server.clinic import store as clinics
from server.house import House
from server.patients.rules import Person
from tests.server.booking.linden import THURSDAY, Linden, booked, hours_of
from tests.server.booking.waitlist.test_offering import offer_of, practice, waits

__all__ = ["practice"]
pytestmark = pytest.mark.asyncio
SEATS = 3


async def test_of_two_groups_with_a_place_they_are_offered_the_one_they_are_not_in(
    either_house: House, practice: Linden
) -> None:
    group, now, who = replace(practice.session, seats=SEATS), either_house.clock(), practice.mara.staff_id
    await either_house.db.unit(lambda db: clinics.change_service(db, practice.clinic.id, group, now))
    linden = replace(practice, session=group)
    starts = [THURSDAY.replace(hour=hour, minute=0) for hour in (8, 9, 10, 12, 13, 14, 15)]
    made = {at: [await booked(either_house, linden, at, name=f"{at.hour} {n}") for n in range(SEATS)] for at in starts}
    one = await waits(either_house, linden, "first")
    for gone in (*made[starts[1]][:2], made[starts[3]][0]):
        assert await desk.cancel(either_house, linden.clinic, gone.card, By())
    person, wish = Person(one.patient_id, "first", "first@example.org"), Wish(starts[1], who)
    theirs = Order(linden.clinic, group, hours_of(who), wish, person, known_patient=True)
    assert isinstance(await desk.book(either_house, theirs, By("staff", who)), Made)
    assert await backfill(either_house, linden.clinic.id) == 1
    offer = await offer_of(either_house, one)
    assert offer
    assert offer.starts_at == starts[3]
    assert isinstance(await take(either_house, one, offer), Made)
