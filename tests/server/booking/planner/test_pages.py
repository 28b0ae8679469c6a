"""The staff calendar as the browser gets it: whose bookings, on which days, with how many statements."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Role
from server.booking import desk
from server.booking.desk import Made, Order
from server.booking.rules import Wish
from server.booking.store import By
from server.clinic import store as clinics
from server.clinic.calendars.tables import OtherCalendar
from server.clinic.resources import store as resources
from server.clinic.resources.rules import Kind, Unit
from server.clinic.rules import Leave, WeeklyHours
from server.house import House
from server.patients.rules import Person
from tests.server.booking.linden import THURSDAY, Linden, booked, seed
from tests.server.booking.test_by_staff import actions, sign_in_as
from tests.server.statements import asked_of

pytestmark = pytest.mark.asyncio
CALENDAR = "/staff/calendar"
JO = Person(desk.NOBODY, "Jo Almeida", "jo.almeida@example.org")
GRID = f"{CALENDAR}/grid"


async def grid(client: httpx2.AsyncClient, **asked: str) -> dict[str, Any]:
    answer = await client.get(GRID, params=asked)
    assert answer.status_code == 200
    return answer.json()


async def test_the_week_lists_what_is_booked_and_each_look_leaves_one_trace(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    await booked(house, linden, reason="I sleep badly")
    await booked(house, linden, THURSDAY + timedelta(days=1), therapist=linden.samir.staff_id, name="Kim Berg")
    await booked(house, linden, THURSDAY + timedelta(days=7), name="Later Person")
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    page = (await client.get(CALENDAR)).text
    assert "9 to 15 March" in page
    assert "2 bookings" in page
    for words in ("Thursday 12 March", "Jo Almeida", "Friday 13 March", "Kim Berg", "9:30"):
        assert words in page
    assert "Later Person" not in page
    shown = (await grid(client))["bookings"]
    assert [(one["whom"], one["besides"]) for one in shown] == [("Mara Lind", ""), ("Samir Haddad", "")]
    assert "sleep" not in page
    assert await actions(house) == ["calendar.seen"] * 2


async def test_c01_a_therapist_sees_their_own_alone(client: httpx2.AsyncClient, house: House, linden: Linden) -> None:
    await booked(house, linden)
    await booked(house, linden, therapist=linden.samir.staff_id, name="Kim Berg")
    await sign_in_as(client, house, linden)
    for asked in ({}, {"only": linden.samir.slug}, {"show": "month"}):
        values = await grid(client, day="2026-03-12", **asked)
        assert [one["name"] for one in values["bookings"]] == ["Jo Almeida"]
        assert [one["title"] for one in values["columns"]] == ["Mara Lind"]
    assert "Kim Berg" not in (await client.get(CALENDAR)).text


async def test_another_clinic_is_not_seen(client: httpx2.AsyncClient, house: House, linden: Linden) -> None:
    await booked(house, await seed(house, slug="birch"), name="Birch Person")
    await sign_in_as(client, house, linden, Role.ADMIN)
    assert (await grid(client))["bookings"] == []


async def test_strangers_and_patients_are_turned_away(client: httpx2.AsyncClient, linden: Linden) -> None:
    for path in (CALENDAR, GRID, f"{CALENDAR}/book", f"{CALENDAR}/move/x"):
        assert (await client.get(path)).status_code in (303, 401)


@pytest.mark.parametrize("show", ["day", "week", "month"])
async def test_the_grid_takes_nine_statements_whatever_there_is(
    client: httpx2.AsyncClient, house: House, linden: Linden, show: str
) -> None:
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    counts = []
    for number in range(3):
        with asked_of(house.db) as asked:
            values = await grid(client, show=show, day="2026-03-12")
        assert len(values["bookings"]) == number * 2
        reading = [text for text in asked if text.startswith(("SELECT", "WITH"))]
        counts.append(len([text for text in reading if "logins" not in text]))
        start = THURSDAY + timedelta(hours=(0, 4, 5)[number])
        await booked(house, linden, start, name=f"One {number}")
        await booked(house, linden, start, therapist=linden.samir.staff_id, name=f"Two {number}")
    assert max(counts) <= 9, counts


async def test_a_day_has_a_column_for_each_therapist_and_their_planned_hours(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    made = await booked(house, linden)
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    values = await grid(client, show="day", day="2026-03-12")
    mara, samir = str(linden.mara.staff_id), str(linden.samir.staff_id)
    assert [(one["id"], one["title"], one["tone"]) for one in values["columns"]] == [
        (mara, "Mara Lind", 1),
        (samir, "Samir Haddad", 2),
    ]
    assert [one["start"] for one in values["open"] if one["column"] == mara] == ["2026-03-12T09:00", "2026-03-12T13:00"]
    one = values["bookings"][0]
    assert one | {"what": "", "name": ""} == {
        "id": made.card.public_id,
        "columns": [mara],
        "therapist": mara,
        "start": "2026-03-12T09:30",
        "end": "2026-03-12T10:20",
        "time": "9:30",
        "name": "",
        "what": "",
        "means": "",
        "whom": "",
        "besides": "Mara Lind",
        "tone": 1,
        "movable": True,
        "asked": False,
    }


async def test_a_day_by_resource_shows_what_holds_a_room(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    kind, room = Kind(uuid4(), "Room"), uuid4()

    async def work(db: AsyncSession) -> None:
        await resources.add_kind(db, linden.clinic.id, kind)
        await resources.add_unit(db, linden.clinic.id, Unit(room, kind.id, "Garden room"))

    await house.db.unit(work)
    in_room = replace(linden, session=replace(linden.session, needs=(kind.id,)))
    made = await booked(house, in_room)
    await booked(house, linden, therapist=linden.samir.staff_id, name="Kim Berg")
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    values = await grid(client, show="day", day="2026-03-12", by="resources")
    assert [one["title"] for one in values["columns"]] == ["Garden room"]
    assert [(one["id"], one["columns"]) for one in values["bookings"]] == [(made.card.public_id, [str(room)])]
    assert [(one["whom"], one["besides"]) for one in values["bookings"]] == [("Mara Lind", "Garden room")]
    page = (await client.get(CALENDAR, params={"show": "day", "day": "2026-03-12"})).text
    assert "By resource" in page


async def test_cancelled_time_is_free_again(client: httpx2.AsyncClient, house: House, linden: Linden) -> None:
    made = await booked(house, linden)
    await desk.cancel(house, linden.clinic, made.card, By())
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    assert (await grid(client))["bookings"] == []


async def test_what_has_begun_cannot_be_dragged(
    client: httpx2.AsyncClient, house: House, linden: Linden, clock: Any
) -> None:
    await booked(house, linden)
    clock.forward(days=2, hours=23, minutes=45)
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    assert [one["movable"] for one in (await grid(client))["bookings"]] == [False]


async def test_time_off_says_whose_it_is(client: httpx2.AsyncClient, house: House, linden: Linden) -> None:
    start = datetime(2026, 3, 11, 11, tzinfo=UTC)
    leave = Leave(linden.first.id, linden.mara.staff_id, start, start + timedelta(hours=3))
    closed = Leave(linden.session.id, None, start + timedelta(hours=12), start + timedelta(hours=36))

    async def work(db: AsyncSession) -> None:
        await clinics.add_leave(db, linden.clinic.id, leave)
        await clinics.add_leave(db, linden.clinic.id, closed)

    await house.db.unit(work)
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    away = [(one["name"], one["day"], one["time"]) for one in (await grid(client))["away"]]
    assert away == [
        ("Mara Lind", "2026-03-11", "12:00 - 15:00"),
        ("", "2026-03-12", ""),
    ]
    alone = (await grid(client, only=linden.mara.slug))["away"][0]
    assert (alone["start"], alone["end"]) == ("2026-03-11T12:00", "2026-03-11T15:00")
    page = (await client.get(CALENDAR)).text
    assert "Mara Lind is away, 12:00 - 15:00" in page
    assert "The clinic is closed" in page


async def test_what_stands_in_another_calendar_is_seen_at_its_hours_without_a_title(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    start = int(datetime(2026, 3, 12, 12, tzinfo=UTC).timestamp())
    row = OtherCalendar(
        id=uuid4(), clinic_id=linden.clinic.id, therapist_id=linden.mara.staff_id, name="Home", kind="ics",
        access_sealed=b"x", whole_days=False, busy=f"[[{start}, {start + 3600}]]", made_at=house.clock(),
        due_at=house.clock(),
    )  # fmt: skip

    async def work(db: AsyncSession) -> None:
        db.add(row)

    await house.db.unit(work)
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    day = {"show": "day", "day": "2026-03-12"}
    assert [(one["name"], one["elsewhere"], one["start"]) for one in (await grid(client, **day))["away"]] == [
        ("Mara Lind", True, "2026-03-12T13:00"),
    ]
    page = (await client.get(CALENDAR, params=day)).text
    assert "Mara Lind has something else, 13:00 - 14:00" in page
    assert (await grid(client))["away"] == []  # a week of several therapists has no room for it


async def test_a_night_that_comes_twice_shows_both_and_words_tell_them_apart(
    client: httpx2.AsyncClient, house: House, linden: Linden, clock: Any
) -> None:
    clock.now = datetime(2026, 10, 20, 9, tzinfo=UTC)
    nights = [WeeklyHours(day, 0, 24 * 60) for day in range(7)]
    for card in (linden.mara, linden.samir):
        await house.db.unit(lambda db, card=card: clinics.set_hours(db, linden.clinic.id, card.staff_id, nights))
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    for start, who in ((first, linden.mara), (first + timedelta(hours=1), linden.samir)):
        order = Order(linden.clinic, linden.session, {who.staff_id: nights}, Wish(start, who.staff_id), JO)
        assert isinstance(await desk.book(house, order, By()), Made)
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    found = (await grid(client, show="day", day="2026-10-25"))["bookings"]
    assert [(one["start"], one["time"]) for one in found] == [
        ("2026-10-25T02:30", "2:30 UTC+2"),
        ("2026-10-25T02:30", "2:30 UTC+1"),
    ]
    page = (await client.get(CALENDAR, params={"show": "day", "day": "2026-10-25"})).text
    assert page.index("2:30 UTC+2") < page.index("2:30 UTC+1")


async def test_a_free_place_begins_a_booking_with_therapist_and_time(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    asked = {"at": "2026-03-12T10:00", "with": str(linden.samir.staff_id)}
    answer = await client.get(f"{CALENDAR}/book", params=asked)
    assert answer.status_code == 303
    page = (await client.get(answer.headers["location"])).text
    assert re.search(r'value="samir-haddad" selected', page)
    assert re.search(r'name="start" value="2026-03-12T09:00Z" checked', page)
    assert "cannot be booked for this" not in page


async def test_a_place_that_is_not_free_says_so_and_another_time_is_chosen(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    await booked(house, linden)
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    asked = {"at": "2026-03-12T09:30", "with": str(linden.mara.staff_id)}
    answer = await client.get(f"{CALENDAR}/book", params=asked, follow_redirects=True)
    assert "That time cannot be booked for this." in answer.text


async def test_an_address_without_a_time_still_leads_to_booking(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    answer = await client.get(f"{CALENDAR}/book?at=x&with=y")
    assert answer.headers["location"].startswith("/staff/bookings/new")
