"""Who goes away, or closes the clinic, between somebody's look and their booking: nothing is booked into that time."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from types import ModuleType
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from sqlalchemy import func, select

from server.booking import desk
from server.booking.desk import Made, Order
from server.booking.grouping import whole
from server.booking.rules import Refused, Wish
from server.booking.store import By
from server.booking.tables import Appointment
from server.booking.waitlist import offering
from server.booking.waitlist.rules import Part
from server.clinic import store as clinics
from server.clinic.rules import Leave
from server.house import House
from server.patients.rules import Person
from tests.server.booking.linden import THURSDAY, Linden, hours_of, seed
from tests.server.booking.waitlist.test_offering import offer_of, waits

pytestmark = pytest.mark.asyncio
HOUR = timedelta(hours=1)


@pytest_asyncio.fixture
async def practice(either_house: House) -> Linden:
    return await seed(either_house)


@pytest.fixture
def goes(either_house: House, practice: Linden, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Somebody goes away, or the clinic closes, right after this look and before what follows it."""

    def after(look: str, who: UUID | None, where: ModuleType = desk) -> None:
        looked = getattr(where, look)

        async def slow(*asked):
            found = await looked(*asked)
            off = Leave(uuid4(), who, THURSDAY - HOUR, THURSDAY + 3 * HOUR)
            await either_house.db.unit(lambda db: clinics.add_leave(db, practice.clinic.id, off))
            return found

        monkeypatch.setattr(where, look, slow)

    return after


def order(linden: Linden, start: datetime = THURSDAY) -> Order:
    wish = Wish(start, linden.mara.staff_id)
    person = Person(desk.NOBODY, "Jo", "jo@example.org")
    return Order(linden.clinic, linden.session, hours_of(linden.mara.staff_id), wish, person)


async def appointments(house: House) -> int:
    return await house.db.read(lambda db: db.scalar(select(func.count()).select_from(Appointment))) or 0


@pytest.mark.parametrize("whole_clinic", [False, True])
async def test_nothing_is_booked_into_time_that_was_closed_since_the_look(
    either_house: House, practice: Linden, goes, whole_clinic: bool
) -> None:
    goes("_look", None if whole_clinic else practice.mara.staff_id)
    assert isinstance(await desk.book(either_house, order(practice), By()), Refused)
    assert await appointments(either_house) == 0


async def test_somebody_elses_leave_is_no_reason(either_house: House, practice: Linden, goes) -> None:
    goes("_look", practice.samir.staff_id)
    assert isinstance(await desk.book(either_house, order(practice), By()), Made)


async def test_nobody_is_moved_into_time_that_was_closed_since_the_look(
    either_house: House, practice: Linden, goes
) -> None:
    made = await desk.book(either_house, order(practice), By())
    assert isinstance(made, Made)
    goes("_look_aside", practice.mara.staff_id)
    wish = Wish(THURSDAY + 2 * HOUR, practice.mara.staff_id)
    assert isinstance(await desk.move(either_house, practice.clinic, made.card, wish, By("staff")), Refused)


async def test_no_whole_group_is_moved_there_either(either_house: House, practice: Linden, goes) -> None:
    group = replace(practice.session, seats=3)
    await either_house.db.unit(lambda db: clinics.change_service(db, practice.clinic.id, group, either_house.clock()))
    tomorrow = THURSDAY + timedelta(days=1)
    made = await desk.book(either_house, order(replace(practice, session=group), tomorrow), By())
    assert isinstance(made, Made)
    goes("_look", practice.mara.staff_id, whole)
    assert await whole.move_all(either_house, practice.clinic, made.card, THURSDAY, By("staff")) is not None


@pytest.mark.parametrize("seats", [1, 3])
async def test_who_waits_is_not_offered_it(either_house: House, practice: Linden, goes, seats: int) -> None:
    """The morning of that day is all they could come: nothing else is offered instead."""
    service = replace(practice.session, seats=seats)
    await either_house.db.unit(lambda db: clinics.change_service(db, practice.clinic.id, service, either_house.clock()))
    one = await waits(
        either_house, practice, "first", days=frozenset({3}), parts=frozenset({Part.MORNING}), last=THURSDAY.date()
    )
    goes("_free", practice.mara.staff_id, offering)
    await offering.backfill(either_house, practice.clinic.id)
    offer = await offer_of(either_house, one)
    assert offer is None or offer.starts_at >= THURSDAY + 3 * HOUR
