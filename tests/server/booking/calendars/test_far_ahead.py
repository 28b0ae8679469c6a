"""Calendars elsewhere are read as far as staff plan: a date of a series that lies in one is not free, and one that lies
further than it is known says so."""

import re
from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from server.access import Role
from server.booking import desk as single
from server.booking.desk import Order
from server.booking.freely import reaching
from server.booking.rules import Reason, Refused, Wish
from server.booking.series import desk
from server.booking.series.rules import Clash, Every, Step, Wanted
from server.booking.store import By
from server.clinic.calendars import store
from server.clinic.calendars.rules import FAR, Busy, Kind, Trouble
from server.config import Settings
from server.house import House
from server.patients.rules import Person
from tests.engines.elsewhere import Elsewhere
from tests.server.booking.calendars.test_closed import keep
from tests.server.booking.calendars.test_pages import HOME, rows, typed
from tests.server.booking.linden import THURSDAY, Linden, hours_of
from tests.server.booking.series.test_pages import PREVIEW, asked
from tests.server.booking.test_by_staff import NEW, form, sign_in_as
from tests.server.clinic.calendars.test_expansion import calendar
from tests.server.conftest import settings_for

pytestmark = pytest.mark.asyncio
BERLIN = ZoneInfo("Europe/Berlin")
HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
SAID = "their other calendars are not read"


@pytest.fixture
def settings(tmp_path, elsewhere: Elsewhere) -> Settings:
    """The clinic allowed the server on loopback."""
    return settings_for(tmp_path / "data", private_hosts=elsewhere.host)


def repeated(rule: str, uid: str = "a", day: str = "20260101") -> str:
    return f"UID:{uid}\nDTSTART;TZID=Europe/Berlin:{day}T090000\nDURATION:PT50M\nRRULE:{rule}"


async def looked(house: House, linden: Linden, *starts: datetime) -> list[Step]:
    wanted = [Wanted(number, at, linden.mara.staff_id) for number, at in enumerate(starts, 1)]
    return await desk.look(house, linden.clinic, desk.Ground(linden.session, hours_of(linden.mara.staff_id)), wanted)


async def test_what_lies_half_a_year_ahead_in_another_calendar_is_in_the_way_of_a_series(
    client, house: House, linden: Linden, elsewhere: Elsewhere
) -> None:
    elsewhere.body = calendar(repeated("FREQ=WEEKLY;INTERVAL=30"))
    await sign_in_as(client, house, linden)
    await client.post(HOME, data=typed(elsewhere))
    first = THURSDAY.astimezone(BERLIN)
    taken, free = steps = await looked(house, linden, first + 20 * WEEK, first + 21 * WEEK)
    assert [one.clash for one in steps] == [Clash.ELSEWHERE, None]
    assert not free.unread
    assert taken.start + HOUR in taken.others
    order = desk.Order(
        linden.clinic, desk.Ground(linden.session, hours_of(linden.mara.staff_id)), Every.WEEK,
        [Wanted(1, taken.start, linden.mara.staff_id)], Person(single.NOBODY, "Jo", "jo@example.org"),
    )  # fmt: skip
    assert isinstance(await desk.book(house, order, By("staff")), list), "the unit that writes looks as far"


async def test_it_is_in_the_way_of_a_free_time_by_staff_too(client, house: House, linden: Linden) -> None:
    far, who = THURSDAY + 60 * WEEK, linden.mara.staff_id
    await keep(house, linden, who, (far, far + HOUR))
    clinic = reaching(linden.clinic, far, house.clock())
    wish = Wish(far, who, freely=True)
    order = Order(clinic, linden.session, hours_of(who), wish, Person(single.NOBODY, "Jo", "jo@example.org"))
    refused = await single.book(house, order, By("staff"))
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.TAKEN


async def test_what_is_read_between_the_look_and_the_writing_counts_as_far(house: House, linden: Linden) -> None:
    far, who, now = THURSDAY + 60 * WEEK, linden.mara.staff_id, house.clock()
    await keep(house, linden, who, (far, far + HOUR))
    assert await house.db.read(lambda db: store.takes(db, who, far, far + HOUR))
    assert not await house.db.read(lambda db: store.takes(db, who, far + HOUR, far + 2 * HOUR))
    assert far > now + linden.clinic.policy.horizon


async def test_one_that_is_too_much_so_far_ahead_is_read_as_far_as_can_be_booked_and_the_plan_says_so(
    client, house: House, linden: Linden, elsewhere: Elsewhere
) -> None:
    """Two that fill every hour, from the end of what can be booked on."""
    crowd = [repeated("FREQ=HOURLY;BYHOUR=0,1,2,3,4,5,6,7,8,11,12,13,14,15", uid, "20260601") for uid in "ab"]
    elsewhere.body = calendar(*crowd)
    await sign_in_as(client, house, linden)
    await client.post(HOME, data=typed(elsewhere))
    (row,) = await rows(house)
    assert (row.trouble, row.busy) == ("", "[]")
    reach = row.read_until - house.clock()
    assert linden.clinic.policy.horizon < reach < linden.clinic.policy.horizon + 3 * timedelta(days=1)
    first = THURSDAY.astimezone(BERLIN)
    near, far = await looked(house, linden, first, first + 20 * WEEK)
    assert [(one.clash, one.unread) for one in (near, far)] == [(None, False), (None, True)]
    page = (await client.post(PREVIEW, data=asked(linden, count="12"))).text
    unread = next(day for number in range(12) if (day := first + number * WEEK) > row.read_until)
    assert re.findall(f"From ([^<]+) on, {SAID}", page) == [f"{unread:%A} {unread.day} {unread:%B}"]


async def test_of_one_that_was_never_read_nothing_is_known(client, house: House, linden: Linden) -> None:
    known = await keep(house, linden, linden.mara.staff_id)
    assert not (await looked(house, linden, THURSDAY))[0].unread
    later = house.clock() + FAR
    assert (await looked(house, linden, later + 9 * WEEK))[0].unread
    await house.db.unit(lambda db: store.remove(db, known.id))
    never = store.Known(known.id, linden.clinic.id, linden.mara.staff_id, "New", known.kind, whole_days=True)
    await house.db.unit(lambda db: store.add(db, never, house.clock()))
    await house.db.unit(lambda db: store.keep_trouble(db, known.id, Trouble.GONE, house.clock(), house.clock()))
    assert (await looked(house, linden, THURSDAY))[0].unread


async def test_who_books_at_the_desk_is_told_to_ask_the_therapist(client, house: House, linden: Linden) -> None:
    await sign_in_as(client, house, linden, Role.FRONT_DESK)

    async def told(**changes: str) -> bool:
        answer = await client.post(NEW, data=form(linden, **changes))
        assert answer.status_code == 303, answer.text
        page = (await client.get(answer.headers["location"])).text
        assert "It is booked." in page
        return "Ask the therapist whether they are free then." in page

    await keep(house, linden, linden.mara.staff_id)
    assert not await told(once="read")
    never = store.Known(uuid4(), linden.clinic.id, linden.mara.staff_id, "New", Kind.LINK, whole_days=True)
    await house.db.unit(lambda db: store.add(db, never, house.clock()))
    assert await told(once="grid", start="2026-03-13T08:30Z")
    assert await told(once="free", do="free", free_day="2027-03-11", free_time="10:10")


async def test_known_time_is_parted_where_few_look_further() -> None:
    cut = int(THURSDAY.timestamp())
    busy = Busy([(cut - 9, cut - 5), (cut - 3, cut + 4), (cut + 6, cut + 7)], THURSDAY, THURSDAY + WEEK)
    assert busy.soon == [(cut - 9, cut - 5), (cut - 3, cut)]
    assert busy.later == [(cut, cut + 4), (cut + 6, cut + 7)]
