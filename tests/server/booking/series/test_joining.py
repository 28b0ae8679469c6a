"""All dates of a group from one on, booked by who comes: on both engines, also in a rush, and never half."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from sqlalchemy import select

from server.booking import desk as single
from server.booking.desk import reason_place
from server.booking.grouping.tables import SeatHold
from server.booking.holding.keeping import Choice, form_id_of, keep
from server.booking.holding.rules import Kept
from server.booking.orders import Order
from server.booking.rules import Refused, Wish
from server.booking.series import desk, joining
from server.booking.series.courses import course_at
from server.booking.series.joining import Which
from server.booking.series.rules import Clash
from server.booking.series.tables import Series
from server.booking.store import By
from server.booking.tables import Appointment, Booking, Claim
from server.clinic import store as clinics
from server.clinic.rules import Leave
from server.crypto import unseal
from server.house import House
from server.patients.rules import Person
from server.patients.tables import Consent, Patient
from tests.server.booking.linden import Linden, booked, hours_of, seed
from tests.server.booking.series.test_desk import count, made, weekly
from tests.server.booking.series.test_groups import SEATS, grouped

pytestmark = pytest.mark.asyncio
DATES = 4


async def opened_up(house: House, linden: Linden) -> Linden:
    """A group of three that meets four times, of which people may book all."""
    linden = await grouped(house, linden)
    service = replace(linden.session, all_dates=True)
    await house.db.unit(lambda db: clinics.change_service(db, linden.clinic.id, service, house.clock()))
    linden = replace(linden, session=service)
    await made(house, linden, weekly(linden, DATES))
    return linden


@pytest_asyncio.fixture
async def practice(either_house: House) -> Linden:
    return await opened_up(either_house, await seed(either_house))


def asked(linden: Linden, name: str = "Kim", first: int = 0, **more: Any) -> Order:
    """What the form of somebody says who chose one of the dates."""
    person = Person(single.NOBODY, name, f"{name}@example.org", language="en", zone="Europe/Lisbon")
    who, start = linden.mara.staff_id, weekly(linden, DATES)[first].start
    plain = Order(linden.clinic, linden.session, hours_of(who), Wish(start, who), person, once=name)
    return replace(plain, **more)


async def joins(house: House, order: Order, which: Which = Which.ALL) -> desk.Made | list[Any]:
    meant = await joining.meant(house, order, which)
    assert meant
    return await desk.book(house, meant.order, By())


async def fill(house: House, linden: Linden, number: int, places: int = SEATS - 1) -> None:
    start = weekly(linden, DATES)[number].start
    for name in range(places):
        await booked(house, linden, start, name=f"n{name}")


async def test_all_from_the_chosen_one_on_are_booked_as_one_series(either_house: House, practice: Linden) -> None:
    outcome = await joins(either_house, asked(practice, first=1))
    assert isinstance(outcome, desk.Made)
    assert [card.starts_at for card in outcome.cards] == [one.start for one in weekly(practice, DATES)[1:]]
    assert {card.series_id for card in outcome.cards} == {outcome.id}
    assert await count(either_house, Series, Appointment, Claim, Booking) == [2, DATES, DATES, 2 * DATES - 1]


async def test_what_is_full_is_named_and_is_skipped_only_if_asked(either_house: House, practice: Linden) -> None:
    await fill(either_house, practice, 2)
    lost = await joins(either_house, asked(practice))
    assert [step.clash for step in lost] == [None, None, Clash.NO_PLACE, None]  # type: ignore[union-attr]
    assert await count(either_house, Series, Patient) == [1, 3]
    outcome = await joins(either_house, asked(practice), Which.SKIP)
    assert isinstance(outcome, desk.Made)
    kept = [one.start for number, one in enumerate(weekly(practice, DATES)) if number != 2]
    assert [(card.number, card.starts_at) for card in outcome.cards] == list(enumerate(kept, 1))


async def test_where_nothing_can_be_had_nothing_is_skipped_into_being(either_house: House, practice: Linden) -> None:
    first, last = weekly(practice, DATES)[0].start, weekly(practice, DATES)[-1].start
    leave = Leave(uuid4(), practice.mara.staff_id, first - timedelta(hours=1), last + timedelta(hours=9))
    await either_house.db.unit(lambda db: clinics.add_leave(db, practice.clinic.id, leave))
    lost = await joins(either_house, asked(practice), Which.SKIP)
    assert not isinstance(lost, desk.Made)
    assert len(lost) == DATES
    assert await count(either_house, Series, Booking) == [1, DATES]


async def test_in_a_rush_the_last_place_goes_to_one_and_the_others_skip_it(
    either_house: House, practice: Linden
) -> None:
    await fill(either_house, practice, 1, SEATS - 2)
    rush = [joins(either_house, asked(practice, f"p{number}"), Which.SKIP) for number in range(2)]
    outcomes = await asyncio.gather(*rush)
    assert sorted(len(one.cards) for one in outcomes if isinstance(one, desk.Made)) == [DATES - 1, DATES]
    seats = await either_house.db.read(lambda db: db.execute(select(Booking.appointment_id, Booking.seat)))
    taken = [tuple(one) for one in seats]
    assert len(set(taken)) == len(taken)


async def test_in_a_rush_all_or_nothing_leaves_nobody_with_a_part(either_house: House, practice: Linden) -> None:
    await fill(either_house, practice, 3, SEATS - 2)
    outcomes = await asyncio.gather(*(joins(either_house, asked(practice, f"p{number}")) for number in range(4)))
    assert sum(isinstance(one, desk.Made) for one in outcomes) == 1
    assert await count(either_house, Series, Booking) == [2, 2 * DATES + 1]


@pytest.mark.parametrize("which", [Which.ALL, Which.SKIP])
async def test_one_form_sent_again_and_at_once_is_one_series(
    either_house: House, practice: Linden, which: Which
) -> None:
    outcomes = await asyncio.gather(*(joins(either_house, asked(practice), which) for _ in range(4)))
    assert len({one.id for one in outcomes if isinstance(one, desk.Made)}) == 1
    assert all(isinstance(one, desk.Made) for one in outcomes)
    assert await count(either_house, Series, Booking, Patient) == [2, 2 * DATES, 2]


async def test_the_place_that_their_form_keeps_is_theirs_and_is_given_back(
    either_house: House, practice: Linden
) -> None:
    await fill(either_house, practice, 0, SEATS - 2)
    order = asked(practice)
    form_id = form_id_of(either_house, practice.clinic.id, "mine")
    choice = Choice(practice.clinic, practice.session, order.hours, order.wish, form_id, b"mine")
    assert isinstance(await keep(either_house, choice), Kept)
    assert not isinstance(await joins(either_house, asked(practice, "other")), desk.Made)
    assert isinstance(await joins(either_house, replace(order, held=form_id)), desk.Made)
    assert await count(either_house, SeatHold) == [0]


async def test_the_yes_is_kept_and_what_was_said_is_sealed_for_each(either_house: House, practice: Linden) -> None:
    outcome = await joins(either_house, asked(practice, reason="I sleep badly"))
    assert isinstance(outcome, desk.Made)
    (patient_id,) = {card.patient_id for card in outcome.cards}
    given = await either_house.db.read(lambda db: db.scalars(select(Consent.given_by)))
    assert list(given) == ["patient"]
    key = await either_house.keys.patient(practice.clinic.id, patient_id)
    asking = select(Booking.id, Booking.reason_sealed).where(Booking.series_id == outcome.id)
    for booking_id, sealed in await either_house.db.read(lambda db: db.execute(asking)):
        assert unseal(key, sealed, reason_place(practice.clinic.id, patient_id, booking_id)) == "I sleep badly"


async def test_a_known_patient_takes_no_second_place(either_house: House, practice: Linden) -> None:
    start = weekly(practice, DATES)[1].start
    theirs = await booked(either_house, practice, start, name="Kim")
    person = replace(asked(practice).person, id=theirs.card.patient_id)
    lost = await joins(either_house, asked(practice, person=person, known_patient=True))
    assert [step.clash for step in lost] == [None, Clash.ALREADY, None, None]  # type: ignore[union-attr]


async def test_a_group_that_meets_once_more_only_is_no_series(either_house: House, practice: Linden) -> None:
    assert await joining.meant(either_house, asked(practice, first=DATES - 1), None) is None
    assert await joining.meant(either_house, asked(practice), Which.ONE) is None
    far = replace(practice.clinic, policy=replace(practice.clinic.policy, horizon=timedelta(days=3)))
    assert await joining.meant(either_house, asked(practice, clinic=far), None) is None
    assert isinstance(await single.book(either_house, asked(practice, clinic=far), By()), Refused)
    now, who = either_house.clock(), [practice.samir.staff_id]
    start = weekly(practice, DATES)[0].start
    assert await either_house.db.read(lambda db: course_at(db, practice.session.id, who, start, now)) is None
