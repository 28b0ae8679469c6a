"""A03: many hands at one time. Exactly one holds it, everybody else is told what is free next, within seconds."""

import asyncio
import sys
from dataclasses import replace
from pathlib import Path
from time import monotonic, process_time

import httpx2
import pytest
from sqlalchemy import func, select
from starlette.applications import Starlette

from server.app import build_house
from server.booking import desk
from server.booking.desk import Made, Order
from server.booking.rules import Reason, Refused, Wish
from server.booking.store import By
from server.booking.tables import Booking, Claim
from server.house import House
from server.patients.rules import Person
from tests.engines.postgres import NewDatabase
from tests.server.booking.api.programs import BOOKINGS, program_on, wish
from tests.server.booking.furnished import furnish, hire
from tests.server.booking.linden import THURSDAY, Linden, form, hours_of, seed
from tests.server.conftest import Clock, browser_on, settings_for

pytestmark = pytest.mark.asyncio
# Our own work is held to the five seconds that the bench holds a quiet machine to; the clock on the wall, which a busy
# machine stretches, to what tells a rush from a storm of deadlocks (those took minutes).
WORK_SECONDS = 5.0
STORM_SECONDS = 60.0


async def test_a03_of_200_posts_at_once_one_books_and_199_hear_what_is_free_next(
    app: Starlette, house: House, linden: Linden
) -> None:
    async def attempt(number: int) -> httpx2.Response:
        async with browser_on(app, f"127.0.{number // 250}.{number % 250 + 1}") as browser:
            sent = form(linden, name=f"Person {number}", once=f"form {number}")
            return await browser.post("/c/linden/book", data=sent)

    begun, worked = monotonic(), process_time()
    answers = await asyncio.gather(*(attempt(number) for number in range(200)))
    took, worked = monotonic() - begun, process_time() - worked
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [303] + [409] * 199
    assert all('value="2026-03-12T09:30Z"' in answer.text for answer in answers if answer.status_code == 409)
    assert worked < WORK_SECONDS
    assert took < STORM_SECONDS
    held = await house.db.read(lambda db: db.scalar(select(func.count()).select_from(Claim)))
    assert held == 1


async def test_a03_of_200_programs_at_once_one_books_and_199_hear_what_is_free_next(
    app: Starlette, house: House, linden: Linden
) -> None:
    async def attempt(number: int) -> httpx2.Response:
        async with program_on(app, f"127.0.{number // 250}.{number % 250 + 1}") as program:
            return await program.post(BOOKINGS, json=wish(linden, name=f"Person {number}"))

    worked = process_time()
    answers = await asyncio.gather(*(attempt(number) for number in range(200)))
    worked = process_time() - worked
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 199
    refused = [answer.json()["next_free"] for answer in answers if answer.status_code == 409]
    assert all(slots[0]["start"] == "2026-03-12T09:30:00Z" for slots in refused)
    assert worked < WORK_SECONDS
    assert await house.db.read(lambda db: db.scalar(select(func.count()).select_from(Claim))) == 1


async def test_a03_two_nodes_on_postgresql_book_once(new_postgres: NewDatabase, tmp_path: Path, clock: Clock) -> None:
    """Two houses with engines of their own, as two programs would have them."""
    urls = {"database_url": await new_postgres(), "keys_url": await new_postgres()}
    one, two = (build_house(settings_for(tmp_path / "data", **urls), clock) for _ in range(2))
    linden = await seed(one)
    who = linden.mara.staff_id

    async def attempt(number: int) -> Made | Refused:
        person = Person(desk.NOBODY, f"Person {number}", f"p{number}@example.org")
        order = Order(linden.clinic, linden.session, hours_of(who), Wish(THURSDAY, who), person)
        return await desk.book(one if number % 2 else two, order, By())

    begun, worked = monotonic(), process_time()
    outcomes = await asyncio.gather(*(attempt(number) for number in range(200)))
    took, worked = monotonic() - begun, process_time() - worked
    refused = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    assert len(refused) == 199
    assert all(outcome.reason is Reason.TAKEN and outcome.next_free for outcome in refused)
    assert worked < WORK_SECONDS
    assert took < STORM_SECONDS
    assert await one.db.read(lambda db: db.scalar(select(func.count()).select_from(Booking))) == 1
    for house in (one, two):
        await house.db.close()
        await house.keys.database.close()


async def test_a03_two_programs_on_one_sqlite_file_book_once(app: Starlette, house: House, linden: Linden) -> None:
    """Two processes beside this one call the desk; SQLite's own lock is all that stands between them."""
    data = str(house.settings.data)
    args = (sys.executable, "-m", "tests.server.booking.attempts", data, str(linden.clinic.id), "40")
    running = [
        await asyncio.create_subprocess_exec(*args, stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[3])
        for _ in range(2)
    ]
    outputs = [(await process.communicate())[0].decode() for process in running]
    assert [process.returncode for process in running] == [0, 0]
    words = " ".join(outputs).split()
    assert sorted(set(words)) == ["made", "taken"]
    assert (words.count("made"), words.count("taken")) == (1, 79)
    assert await house.db.read(lambda db: db.scalar(select(func.count()).select_from(Booking))) == 1


async def test_anyone_spreads_a_rush_over_everybody_who_is_free(house: House, app: Starlette, linden: Linden) -> None:
    both = [linden.mara.staff_id, linden.samir.staff_id]

    async def attempt(number: int) -> Made | Refused:
        person = Person(desk.NOBODY, f"Person {number}", f"p{number}@example.org")
        return await desk.book(
            house, Order(linden.clinic, linden.session, hours_of(*both), Wish(THURSDAY), person), By()
        )

    outcomes = await asyncio.gather(*(attempt(number) for number in range(20)))
    made = [outcome.card.therapist_id for outcome in outcomes if isinstance(outcome, Made)]
    assert sorted(made) == sorted(both)


async def test_who_lost_one_therapist_to_another_node_gets_the_other(
    new_postgres: NewDatabase, tmp_path: Path, clock: Clock
) -> None:
    """Both nodes see everybody free and choose the same one; nobody's turn on one node is known to the other."""
    urls = {"database_url": await new_postgres(), "keys_url": await new_postgres()}
    nodes = [build_house(settings_for(tmp_path / "data", **urls), clock) for _ in range(2)]
    linden = await seed(nodes[0])
    both = [linden.mara.staff_id, linden.samir.staff_id]

    async def attempt(node: House) -> Made | Refused:
        person = Person(desk.NOBODY, "Jo Almeida", "jo@example.org")
        order = Order(linden.clinic, linden.session, hours_of(*both), Wish(THURSDAY), person)
        return await desk.book(node, order, By())

    outcomes = await asyncio.gather(*(attempt(node) for node in nodes))
    made = [outcome.card.therapist_id for outcome in outcomes if isinstance(outcome, Made)]
    assert sorted(made) == sorted(both)
    for node in nodes:
        await node.db.close()
        await node.keys.database.close()


async def test_the_same_form_sent_many_times_at_once_is_one_booking(
    house: House, app: Starlette, linden: Linden
) -> None:
    who = linden.mara.staff_id
    person = Person(desk.NOBODY, "Jo Almeida", "jo@example.org")
    order = Order(linden.clinic, linden.session, hours_of(who), Wish(THURSDAY, who), person, once="one form")
    outcomes = await asyncio.gather(*(desk.book(house, replace(order), By()) for _ in range(12)))
    assert len({outcome.card.id for outcome in outcomes if isinstance(outcome, Made)}) == 1
    assert all(isinstance(outcome, Made) for outcome in outcomes)


async def test_two_nodes_and_one_chair_for_many_therapists_is_one_booking(
    new_postgres: NewDatabase, tmp_path: Path, clock: Clock
) -> None:
    """Everybody wants a therapist of their own, so that nobody waits for a therapist: the chair alone decides."""
    urls = {"database_url": await new_postgres(), "keys_url": await new_postgres()}
    nodes = [build_house(settings_for(tmp_path / "data", **urls), clock) for _ in range(2)]
    linden, _units = await furnish(nodes[0], await seed(nodes[0]), Chair=["Chair"])
    everybody = await hire(nodes[0], linden, 18, linden.session)

    async def attempt(number: int) -> Made | Refused:
        who = everybody[number % len(everybody)]
        person = Person(desk.NOBODY, f"Person {number}", f"p{number}@example.org")
        order = Order(linden.clinic, linden.session, hours_of(who), Wish(THURSDAY, who), person)
        return await desk.book(nodes[number % 2], order, By())

    outcomes = await asyncio.gather(*(attempt(number) for number in range(100)))
    assert sum(isinstance(outcome, Made) for outcome in outcomes) == 1
    assert all(outcome.reason is Reason.TAKEN for outcome in outcomes if isinstance(outcome, Refused))
    assert await nodes[0].db.read(lambda db: db.scalar(select(func.count()).select_from(Claim))) == 2
    for node in nodes:
        await node.db.close()
        await node.keys.database.close()
