"""Staff and keys book off the grid, beyond the horizon and outside of the hours; nobody else, and nothing twice."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx2
import pytest
import pytest_asyncio
from sqlalchemy import func, select
from starlette.applications import Starlette

from server.access import KeyScope, Role
from server.booking import desk
from server.booking.desk import Made, Order
from server.booking.freely import decide_for, reaching, read_own_time
from server.booking.rules import Booked, Calendar, Reason, Refused, Wish
from server.booking.store import By
from server.booking.tables import Booking
from server.clinic import store as clinics
from server.clinic.rules import DEFAULT_POLICY, Leave
from server.house import House
from server.patients.rules import Person
from tests.server.booking.api.programs import BOOKINGS, a_key, program_on, wish
from tests.server.booking.linden import THURSDAY, Linden, a_service, booked, hours_of, seed, usual_week
from tests.server.booking.test_by_staff import form, sign_in_as
from tests.server.conftest import MONDAY

NEW = "/staff/bookings/new"
BERLIN = ZoneInfo("Europe/Berlin")
TEN = timedelta(minutes=10)
FAR = timedelta(weeks=20)
WHO, ROOM = uuid4(), uuid4()


@pytest_asyncio.fixture
async def program(app: Starlette) -> AsyncIterator[httpx2.AsyncClient]:
    async with program_on(app) as client:
        yield client


def plan(**changes: object) -> Calendar:
    policy = replace(DEFAULT_POLICY, horizon=timedelta(days=365))
    return replace(Calendar(BERLIN, policy, a_service("A session", 50), {WHO: usual_week()}), **changes)


def taken(start: object, minutes: int = 50) -> tuple[int, int]:
    at = int(start.timestamp())  # type: ignore[attr-defined]
    return at, at + minutes * 60


@pytest.mark.parametrize(
    ("changes", "start", "outside", "found"),
    [
        ({}, THURSDAY + TEN, False, None),
        ({}, THURSDAY + FAR, False, None),
        ({}, THURSDAY + timedelta(hours=14), False, Reason.OUTSIDE),
        ({}, THURSDAY + timedelta(hours=14), True, None),
        ({"busy": {WHO: [taken(THURSDAY)]}}, THURSDAY + TEN, True, Reason.TAKEN),
        ({"away": {WHO: [taken(THURSDAY)]}}, THURSDAY + TEN, True, Reason.TAKEN),
        ({"pools": ((ROOM,),), "busy": {ROOM: [taken(THURSDAY)]}}, THURSDAY + TEN, True, Reason.TAKEN),
        ({}, THURSDAY + timedelta(seconds=17), True, Reason.NOT_OFFERED),
        ({}, THURSDAY + timedelta(milliseconds=500), True, Reason.NOT_OFFERED),
        ({}, MONDAY - TEN, True, Reason.TOO_SOON),
        ({}, MONDAY + timedelta(days=900), True, Reason.TOO_FAR),
    ],
)
def test_only_what_protects_from_booking_twice_holds(
    changes: dict, start: object, outside: bool, found: Reason | None
) -> None:
    outcome = decide_for(plan(**changes), Wish(start, WHO, freely=True, outside=outside), MONDAY)  # type: ignore[arg-type]
    assert isinstance(outcome, Booked) if found is None else outcome.reason is found  # type: ignore[union-attr]


def test_others_are_bound_as_ever() -> None:
    assert isinstance(decide_for(plan(), Wish(THURSDAY + TEN, WHO, outside=True), MONDAY), Refused)


def test_a_wall_time_that_the_clock_skips_moves_forward_and_of_two_the_first_counts() -> None:
    assert str(read_own_time(date(2026, 3, 29), "02:30", BERLIN)) == "2026-03-29 01:30:00+00:00"
    assert str(read_own_time(date(2026, 10, 25), "02:30", BERLIN)) == "2026-10-25 00:30:00+00:00"
    assert read_own_time(date(2026, 3, 29), "half past", BERLIN) is None


def order(linden: Linden, start: object, name: str) -> Order:
    who = linden.mara.staff_id
    asked = Wish(start, who, freely=True)  # type: ignore[arg-type]
    person = Person(desk.NOBODY, name, f"{name}@example.org")
    return Order(reaching(linden.clinic, start, MONDAY), linden.session, hours_of(who), asked, person)  # type: ignore[arg-type]


@pytest.mark.asyncio
async def test_of_times_that_overlap_one_is_booked(either_house: House) -> None:
    linden = await seed(either_house)
    starts = [THURSDAY + FAR + number * TEN for number in range(4)]
    asked = [desk.book(either_house, order(linden, start, f"p{number}"), By()) for number, start in enumerate(starts)]
    outcomes = await asyncio.gather(*asked)
    assert sum(isinstance(one, Made) for one in outcomes) == 1


@pytest.mark.asyncio
async def test_the_desk_books_to_the_minute_in_many_weeks(
    client: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    day = (THURSDAY + FAR).date().isoformat()
    free = form(linden, do="free", free_day=day, free_time="10:10")
    answer = await client.post(NEW, data=free)
    assert answer.status_code == 303, answer.text
    page = (await client.get(answer.headers["location"])).text
    assert "10:10" in page
    assert "outside of the hours" not in page
    late = free | {"free_time": "22:10", "once": "x"}
    refused = await client.post(NEW, data=late)
    assert refused.status_code == 422
    assert "That time is outside of the hours." in refused.text
    answer = await client.post(NEW, data=late | {"outside": "yes"})
    assert "outside of the hours" in (await client.get(answer.headers["location"])).text
    empty = await client.post(NEW, data=free | {"free_day": "", "once": "y"})
    assert empty.status_code == 422
    assert 'aria-invalid="true"' in empty.text


@pytest.mark.asyncio
async def test_time_off_holds_for_the_desk_too(client: httpx2.AsyncClient, house: House, linden: Linden) -> None:
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    leave = Leave(uuid4(), linden.mara.staff_id, THURSDAY + FAR - TEN, THURSDAY + FAR + TEN)
    await house.db.unit(lambda db: clinics.add_leave(db, linden.clinic.id, leave))
    local = (THURSDAY + FAR).astimezone(BERLIN)
    free = form(linden, do="free", free_day=f"{local:%Y-%m-%d}", free_time=f"{local:%H:%M}", outside="yes")
    answer = await client.post(NEW, data=free)
    assert answer.status_code == 409
    assert "has time off" in answer.text


@pytest.mark.asyncio
async def test_a_key_to_write_books_freely_and_nobody_else(
    program: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    await booked(house, linden)
    start = f"{THURSDAY + FAR + TEN:%Y-%m-%dT%H:%M:00Z}"
    sent = wish(linden, start=start) | {"freely": True}
    for headers in ({}, await a_key(house, linden, KeyScope.READ)):
        assert (await program.post(BOOKINGS, json=sent, headers=headers)).status_code in {401, 403, 422}
    key = await a_key(house, linden, KeyScope.WRITE)
    answer = await program.post(BOOKINGS, json=sent, headers=key)
    assert answer.status_code == 201, answer.text
    night = wish(linden, start=f"{THURSDAY + FAR:%Y-%m-%d}T01:10:00Z") | {"freely": True}
    answer = await program.post(BOOKINGS, json=night, headers=key)
    assert answer.json()["reason"] == "outside"
    answer = await program.post(BOOKINGS, json=night | {"outside_hours": True}, headers=key)
    assert answer.status_code == 201
    assert await house.db.read(lambda db: db.scalar(select(func.count()).select_from(Booking))) == 3


@pytest.mark.asyncio
async def test_of_bookings_that_move_to_times_that_overlap_one_moves(either_house: House) -> None:
    linden = await seed(either_house)
    made = [
        await booked(either_house, linden, THURSDAY + timedelta(days=7 * number), name=f"p{number}")
        for number in range(3)
    ]
    starts = [THURSDAY + FAR + number * TEN for number in range(3)]

    async def move(number: int) -> Refused | None:
        wish = Wish(starts[number], linden.mara.staff_id, freely=True)
        able = reaching(linden.clinic, starts[number], either_house.clock())
        return await desk.move(either_house, able, made[number].card, wish, By("staff"))

    outcomes = await asyncio.gather(*(move(number) for number in range(3)))
    assert outcomes.count(None) == 1
    assert {one.reason for one in outcomes if one} == {Reason.TAKEN}


@pytest.mark.asyncio
async def test_a_key_to_write_moves_freely_and_a_token_as_ever(
    program: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    made = await program.post(BOOKINGS, json=wish(linden))
    where, own = made.headers["location"], {"authorization": f"Bearer {made.json()['token']}"}
    far = {"start": f"{THURSDAY + FAR + TEN:%Y-%m-%dT%H:%M:00Z}", "freely": True}
    night = {"start": f"{THURSDAY + FAR:%Y-%m-%d}T01:10:00Z", "freely": True}
    key = await a_key(house, linden, KeyScope.WRITE)
    for headers, sent in ((own, far), (key, {**far, "freely": False}), (key, night)):
        assert (await program.post(f"{where}/move", json=sent, headers=headers)).status_code == 422
    assert (
        await program.post(f"{where}/move", json=far, headers=await a_key(house, linden, KeyScope.READ))
    ).status_code in {403, 404}
    moved = await program.post(f"{where}/move", json=far, headers=key)
    assert (moved.status_code, moved.json()["start"], moved.json()["sequence"]) == (200, far["start"], 1)
    again = await program.post(f"{where}/move", json=night | {"outside_hours": True}, headers=key)
    assert (again.status_code, again.json()["sequence"]) == (200, 2)


@pytest.mark.asyncio
async def test_a_key_to_write_sees_times_beyond_the_horizon_and_what_it_sees_it_books(
    program: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    day = f"{THURSDAY + FAR:%Y-%m-%d}"
    asked = {"service": str(linden.session.id), "therapist": "mara-lind", "from": day, "to": day}
    slots, write = BOOKINGS.replace("bookings", "slots"), await a_key(house, linden, KeyScope.WRITE)

    async def seen(headers: dict[str, str], freely: str) -> list[dict[str, str]]:
        answer = await program.get(slots, params=asked | {"freely": freely}, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()["slots"]

    assert await seen({}, "true") == []
    assert await seen(await a_key(house, linden, KeyScope.READ), "true") == []
    assert await seen(write, "") == []
    free = await seen(write, "true")
    assert free
    for expected in (201, 409):
        sent = wish(linden, start=free[0]["start"]) | {"freely": True}
        assert (await program.post(BOOKINGS, json=sent, headers=write)).status_code == expected
    assert free[0] not in await seen(write, "true")
