"""Hours of one date or one service, and public holidays, in what is offered and may be booked, on both engines."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from server.booking import desk
from server.booking.desk import Made, Order
from server.booking.offered import offered
from server.booking.rules import Reason, Refused, Wish
from server.booking.store import By
from server.clinic import store as clinics
from server.clinic.changing import changes_between, plans_of
from server.clinic.days import store as days
from server.clinic.practice import practice_of
from server.clinic.rules import WeeklyHours
from server.house import House
from server.patients.rules import Person
from tests.server.booking.linden import THURSDAY, Linden, hours_of, seed

pytestmark = pytest.mark.asyncio
BERLIN = ZoneInfo("Europe/Berlin")
WEEK = timedelta(days=7)
THE_DAY, SATURDAY = date(2026, 3, 12), date(2026, 3, 14)


@pytest_asyncio.fixture
async def practice(either_house: House) -> Linden:
    return await seed(either_house)


async def give(house: House, linden: Linden, day: date, *hours: tuple[int, int]) -> None:
    spans = [WeeklyHours(day.weekday(), start * 60, end * 60) for start, end in hours]
    await house.db.unit(lambda db: days.set_day(db, linden.clinic.id, linden.mara.staff_id, day, spans))


async def starts_on(house: House, linden: Linden, day: date, clinic=None, service=None) -> list[str]:
    """The free times of Mara on this day, as Berlin's clocks show them."""
    now, who, kind = house.clock(), linden.mara.staff_id, service or linden.session

    async def work(db):
        return await offered(db, clinic or linden.clinic, kind, await clinics.hours(db, [who], kind.id), now)

    found = await house.db.read(work)
    local = [one.start.astimezone(BERLIN) for one in found.offers if one.therapists]
    return [f"{at:%H:%M}" for at in local if at.date() == day]


async def wish(house: House, linden: Linden, start: datetime, clinic=None) -> Made | Refused:
    who = linden.mara.staff_id
    person = Person(desk.NOBODY, "Jo Almeida", "jo@example.org")
    return await desk.book(
        house, Order(clinic or linden.clinic, linden.session, hours_of(who), Wish(start, who), person), By()
    )


async def test_a_dates_own_hours_hold_instead_of_the_weeks(either_house: House, practice: Linden) -> None:
    assert "09:30" in await starts_on(either_house, practice, THE_DAY)
    await give(either_house, practice, THE_DAY, (15, 17))
    assert await starts_on(either_house, practice, THE_DAY) == ["15:00", "15:30", "16:00"]
    assert "09:30" in await starts_on(either_house, practice, THE_DAY + timedelta(days=1))
    refused = await wish(either_house, practice, THURSDAY)
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.NOT_OFFERED
    assert isinstance(await wish(either_house, practice, datetime(2026, 3, 12, 15, 30, tzinfo=BERLIN)), Made)


async def test_a_date_without_hours_is_free_and_a_saturday_can_be_worked(either_house: House, practice: Linden) -> None:
    assert await starts_on(either_house, practice, SATURDAY) == []
    await give(either_house, practice, THE_DAY)
    await give(either_house, practice, SATURDAY, (9, 10))
    assert await starts_on(either_house, practice, THE_DAY) == []
    assert await starts_on(either_house, practice, SATURDAY) == ["09:00"]


async def test_a_colleagues_dates_change_nothing(either_house: House, practice: Linden) -> None:
    other = practice.samir.staff_id
    await either_house.db.unit(lambda db: days.set_day(db, practice.clinic.id, other, THE_DAY, []))
    assert "09:30" in await starts_on(either_house, practice, THE_DAY)


async def test_nobody_is_booked_on_a_public_holiday_that_closes(either_house: House, clock) -> None:
    linden = await seed(either_house, closes_on_holidays=True, works_on=frozenset({date(2026, 4, 3)}))
    clock.now = datetime(2026, 3, 30, 9, tzinfo=BERLIN)
    assert "09:30" in await starts_on(either_house, linden, date(2026, 4, 3))  # Good Friday, on which they work
    assert await starts_on(either_house, linden, date(2026, 4, 6)) == []
    refused = await wish(either_house, linden, datetime(2026, 4, 6, 9, 30, tzinfo=BERLIN))
    assert isinstance(refused, Refused)
    assert refused.next_free[0].astimezone(BERLIN).date() == date(2026, 4, 7)


async def test_a_service_with_hours_of_its_own_has_no_others(either_house: House, practice: Linden) -> None:
    clinic, who, first = practice.clinic, practice.mara.staff_id, practice.first
    thursdays = [WeeklyHours(3, 15 * 60, 17 * 60)]
    await either_house.db.unit(lambda db: clinics.set_hours(db, clinic.id, who, thursdays, first.id))
    known = await either_house.db.read(lambda db: practice_of(db, clinic.id))
    assert known is not None
    assert known.week(who, first.id) == tuple(thursdays)
    assert known.week(who, practice.session.id) == hours_of(who)[who]
    found = await either_house.db.read(lambda db: clinics.hours(db, [who], first.id))
    assert found == {who: tuple(thursdays)}
    assert await either_house.db.read(lambda db: clinics.hours(db, [who], practice.session.id)) == hours_of(who)
    await either_house.db.unit(lambda db: clinics.set_hours(db, clinic.id, who, [], first.id))
    assert await either_house.db.read(lambda db: clinics.hours(db, [who], first.id)) == hours_of(who)


async def test_a_date_opens_no_service_with_hours_of_its_own_unless_it_is_about_that_service(
    either_house: House, practice: Linden
) -> None:
    house, who, first = either_house, practice.mara.staff_id, practice.first
    thursdays = [WeeklyHours(3, 15 * 60, 17 * 60)]
    await house.db.unit(lambda db: clinics.set_hours(db, practice.clinic.id, who, thursdays, first.id))
    assert await starts_on(house, practice, THE_DAY, service=first) == ["15:00", "15:30", "16:00", "16:30"]
    await give(house, practice, SATURDAY, (9, 11))
    await give(house, practice, THE_DAY, (9, 16))
    assert await starts_on(house, practice, SATURDAY) == ["09:00", "09:30", "10:00"]
    assert await starts_on(house, practice, SATURDAY, service=first) == []
    assert await starts_on(house, practice, THE_DAY, service=first) == ["15:00", "15:30"], "they go home at four"
    noon = [WeeklyHours(5, 12 * 60, 13 * 60)]
    await house.db.unit(lambda db: days.set_day(db, practice.clinic.id, who, SATURDAY, noon, first.id))
    assert await starts_on(house, practice, SATURDAY, service=first) == ["12:00", "12:30"]
    assert await starts_on(house, practice, SATURDAY) == ["09:00", "09:30", "10:00"]
    practice_now = await house.db.read(lambda db: practice_of(db, practice.clinic.id))
    assert practice_now is not None
    known = await house.db.read(lambda db: changes_between(db, practice.clinic, house.clock(), house.clock() + WEEK))
    plans = plans_of(practice_now, known, who)
    assert [len(week) for week, _ in plans] == [len(hours_of(who)[who]), 1]
    assert [{day: len(hours) for day, hours in dated.items()} for _, dated in plans] == [{THE_DAY: 1, SATURDAY: 1}] * 2


async def test_a_service_in_the_weeks_hours_has_a_date_of_its_own_too(either_house: House, practice: Linden) -> None:
    who, hours = practice.mara.staff_id, [WeeklyHours(5, 9 * 60, 10 * 60)]
    session = practice.session.id
    await either_house.db.unit(lambda db: days.set_day(db, practice.clinic.id, who, SATURDAY, hours, session))
    assert await starts_on(either_house, practice, SATURDAY) == ["09:00"]
    assert await starts_on(either_house, practice, SATURDAY, service=practice.first) == []
    await either_house.db.unit(lambda db: days.set_day(db, practice.clinic.id, who, THE_DAY, [], session))
    assert await starts_on(either_house, practice, THE_DAY) == []
    assert await starts_on(either_house, practice, THE_DAY, service=practice.first) != []
