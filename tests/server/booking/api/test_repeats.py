"""Idempotency-Key: the same request again hears the same answer; another one under the same key is told apart."""

import asyncio

import httpx2
import pytest
from sqlalchemy import func, select
from starlette.applications import Starlette

from server.access import KeyScope
from server.booking.api import answers
from server.booking.api.answers import Attempt, State
from server.booking.api.repeats import read_key
from server.booking.api.tables import ApiAnswer
from server.booking.tables import Booking
from server.config import Settings
from server.house import House
from tests.server.booking.api.programs import BOOKINGS, a_key, program_on, wish
from tests.server.booking.linden import Linden
from tests.server.conftest import Clock

pytestmark = pytest.mark.asyncio
KEY = {"idempotency-key": '"8e03978e-40d5-43e8-bc93-6894a57f9324"'}


@pytest.fixture
def settings(on_both_engines: Settings) -> Settings:
    return on_both_engines


async def bookings(house: House) -> int:
    return await house.db.read(lambda db: db.scalar(select(func.count()).select_from(Booking))) or 0


async def test_a08_a_repeat_is_the_same_booking_and_one_mail(
    program: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    first = await program.post(BOOKINGS, json=wish(linden), headers=KEY)
    again = await program.post(BOOKINGS, json=dict(reversed(wish(linden).items())), headers=KEY)
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["location"] == first.headers["location"]
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert await bookings(house) == 1
    await house.outbox.run_due()
    assert sum(not letter.for_staff for letter in house.mailer.sent) == 1  # type: ignore[attr-defined]


async def test_another_request_under_the_same_key_is_422_and_does_nothing(
    program: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    mine = await a_key(house, linden, KeyScope.WRITE) | KEY
    await program.post(BOOKINGS, json=wish(linden), headers=mine)
    other = await program.post(BOOKINGS, json=wish(linden, start="2026-03-12T12:00:00Z"), headers=mine)
    assert (other.status_code, other.json()["reason"]) == (422, "idempotency_key_used")
    assert await bookings(house) == 1


async def test_a_key_counts_for_one_address_and_one_caller(
    program: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    mine, theirs = [await a_key(house, linden, KeyScope.WRITE) | KEY for _ in range(2)]
    made = await program.post(BOOKINGS, json=wish(linden), headers=mine)
    clash = await program.post(BOOKINGS, json=wish(linden), headers=theirs)
    assert (made.status_code, clash.status_code) == (201, 409), "another caller's is no repeat"
    assert clash.json()["reason"] == "taken"
    other = (await program.post(BOOKINGS, json=wish(linden, start="2026-03-12T12:00:00Z"))).json()
    for one in (made.json(), other):
        ended = await program.post(f"{BOOKINGS}/{one['id']}/cancel", headers=mine)
        assert (ended.json()["id"], ended.json()["status"]) == (one["id"], "cancelled"), "nor is another path's"


async def test_two_sites_without_a_key_that_number_their_requests_do_not_meet(
    program: httpx2.AsyncClient, app: Starlette, linden: Linden, house: House
) -> None:
    numbered, noon = {"idempotency-key": "1"}, "2026-03-12T12:00:00Z"
    made = await program.post(BOOKINGS, json=wish(linden), headers=numbered)
    same_host = await program.post(BOOKINGS, json=wish(linden, start=noon), headers=numbered)
    assert (made.status_code, same_host.status_code) == (201, 201)
    async with program_on(app, "127.0.0.9") as elsewhere:
        told = await elsewhere.post(BOOKINGS, json=wish(linden), headers=numbered)
    assert (told.status_code, told.json()["reason"]) == (409, "taken")
    assert not {"token", "link", "id"} & set(told.json())
    assert "idempotent-replayed" not in told.headers
    again = await program.post(BOOKINGS, json=wish(linden), headers=numbered)
    assert again.json() == made.json()
    assert await bookings(house) == 2


async def test_a_refusal_is_kept_and_what_was_not_understood_is_not(
    program: httpx2.AsyncClient, linden: Linden
) -> None:
    odd = await program.post(BOOKINGS, json=wish(linden, name=None), headers=KEY)
    assert odd.status_code == 422
    assert (await program.post(BOOKINGS, json=wish(linden), headers=KEY)).status_code == 201
    other = {"idempotency-key": "another"}
    taken = [await program.post(BOOKINGS, json=wish(linden), headers=other) for _ in range(2)]
    assert [answer.status_code for answer in taken] == [409, 409]
    assert taken[0].json() == taken[1].json()
    assert taken[1].headers["content-type"] == "application/problem+json"


async def test_many_at_once_under_one_key_book_once(app: Starlette, linden: Linden, house: House) -> None:
    mine = await a_key(house, linden, KeyScope.WRITE) | KEY

    async def attempt(number: int) -> httpx2.Response:
        async with program_on(app, f"127.0.1.{number + 1}") as program:
            return await program.post(BOOKINGS, json=wish(linden), headers=mine)

    found = await asyncio.gather(*(attempt(number) for number in range(30)))
    made = [answer for answer in found if answer.status_code == 201]
    waiting = [answer for answer in found if answer.status_code == 409]
    assert len(made) >= 1
    assert len(made) + len(waiting) == 30
    assert len({answer.json()["id"] for answer in made}) == 1
    assert {answer.json()["reason"] for answer in waiting} <= {"in_progress"}
    assert await bookings(house) == 1


async def test_after_a_day_the_key_is_free_and_its_answer_gone(
    program: httpx2.AsyncClient, linden: Linden, house: House, clock: Clock
) -> None:
    mine = await a_key(house, linden, KeyScope.WRITE) | KEY
    await program.post(BOOKINGS, json=wish(linden), headers=mine)
    clock.forward(hours=24)
    other = await program.post(BOOKINGS, json=wish(linden, start="2026-03-12T12:00:00Z"), headers=mine)
    assert other.status_code == 201
    assert await house.db.read(lambda db: db.scalar(select(func.count()).select_from(ApiAnswer))) == 1


async def test_who_died_in_between_is_taken_over_after_a_minute_and_what_they_booked_is_met(
    program: httpx2.AsyncClient, linden: Linden, house: House, clock: Clock
) -> None:
    first = await program.post(BOOKINGS, json=wish(linden), headers=KEY)

    async def lose(db) -> None:  # type: ignore[no-untyped-def]
        row = (await db.scalars(select(ApiAnswer))).one()
        row.answer_sealed = None

    await house.db.unit(lose)
    assert (await program.post(BOOKINGS, json=wish(linden), headers=KEY)).json()["reason"] == "in_progress"
    clock.forward(seconds=60)
    again = await program.post(BOOKINGS, json=wish(linden), headers=KEY)
    assert (again.status_code, again.json()) == (201, first.json())
    assert await bookings(house) == 1


async def test_of_two_nodes_one_is_first(house: House, linden: Linden, clock: Clock) -> None:
    attempt = Attempt(linden.first.id, linden.clinic.id, b"x" * 32)
    states = await asyncio.gather(*(house.db.unit(lambda db: answers.begin(db, attempt, clock.now)) for _ in range(5)))
    assert sorted(str(state) for state in states) == ["mine", *["running"] * 4]
    assert State.MINE in states


async def test_what_is_kept_is_sealed(program: httpx2.AsyncClient, linden: Linden, house: House) -> None:
    made = (await program.post(BOOKINGS, json=wish(linden), headers=KEY)).json()
    row = (await house.db.read(lambda db: db.scalars(select(ApiAnswer)))).one()
    assert made["token"].encode() not in row.answer_sealed
    assert made["id"].encode() not in row.answer_sealed


@pytest.mark.parametrize(
    ("header", "key"),
    [("", ""), ("abc", "abc"), ('"abc"', "abc"), ('""', None), ("x" * 256, None), ("a\tb", None), ("é", None)],
)
async def test_a_key_is_a_word_with_or_without_quotes(header: str, key: str | None) -> None:
    assert read_key(header) == key


async def test_what_is_no_key_is_400(program: httpx2.AsyncClient, linden: Linden, house: House) -> None:
    answer = await program.post(BOOKINGS, json=wish(linden), headers={"idempotency-key": "x" * 256})
    assert (answer.status_code, answer.json()["reason"]) == (400, "idempotency_key_odd")
    assert await bookings(house) == 0
