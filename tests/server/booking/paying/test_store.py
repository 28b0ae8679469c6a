"""Numbers of invoices and what happens to them, on both engines and from two nodes."""

import asyncio
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.app import build_house
from server.booking.paying import store
from server.booking.paying.rules import Kind, Standing, Step, Why
from server.booking.paying.store import Invoice
from server.booking.paying.tables import Invoice as Row
from server.booking.store import By
from server.house import House
from tests.engines.postgres import NewDatabase
from tests.server.booking.linden import THURSDAY, booked, seed
from tests.server.booking.paying.priced import priced
from tests.server.conftest import Clock, settings_for

pytestmark = pytest.mark.asyncio
STAFF = By("staff", uuid4())


class Slipped(Exception):
    """Somebody's unit that came to nothing."""


async def charged(house: House, count: int) -> list[UUID]:
    """Bookings for a price."""
    linden = await priced(house, await seed(house))
    people = [linden.mara.staff_id, linden.samir.staff_id]
    made = []
    for number in range(count):
        start = THURSDAY.replace(hour=8 + number // 2 if number < 6 else 10 + number // 2, minute=0)
        made.append(await booked(house, linden, start, therapist=people[number % 2], name=f"Person {number}"))
    return [one.card.id for one in made]


async def issue(house: House, booking_id: UUID, *, slips: bool = False) -> Invoice:
    async def work(db: AsyncSession) -> Invoice:
        charge = await store.charge_of(db, booking_id, locked=True)
        assert charge
        found = await store.issue(db, charge, charge.amount, Why.VISIT, house.clock(), STAFF)
        if slips:
            raise Slipped()
        return found

    return await house.db.unit(work)


async def numbers(house: House) -> list[int]:
    return sorted(await house.db.read(lambda db: db.scalars(select(Row.number))))


async def test_numbers_run_without_gaps_also_after_a_unit_that_came_to_nothing(either_house: House) -> None:
    first, second, third = await charged(either_house, 3)
    assert (await issue(either_house, first)).number == 1
    with pytest.raises(Slipped):
        await issue(either_house, second, slips=True)
    assert (await issue(either_house, third)).number == 2
    assert (await issue(either_house, third)).number == 2, "the same booking has the same invoice"
    assert await numbers(either_house) == [1, 2]


async def test_every_clinic_counts_for_itself(either_house: House) -> None:
    (booking_id,) = await charged(either_house, 1)
    await issue(either_house, booking_id)
    other = await priced(either_house, await seed(either_house, slug="birke"))
    made = await booked(either_house, other, THURSDAY)
    assert (await issue(either_house, made.card.id)).number == 1


async def test_two_nodes_give_every_number_once(new_postgres: NewDatabase, tmp_path: Path, clock: Clock) -> None:
    urls = {"database_url": await new_postgres(), "keys_url": await new_postgres()}
    one = build_house(settings_for(tmp_path / "data", **urls), clock)

    two = replace(build_house(settings_for(tmp_path / "data", **urls), clock))
    try:
        bookings = await charged(one, 8)
        nodes = [one, two]
        asked = [issue(nodes[(at + turn) % 2], which) for at, which in enumerate(bookings) for turn in (0, 1)]
        found = await asyncio.gather(*asked)
    finally:
        for node in (one, two):
            await node.db.close()
            await node.keys.database.close()
    assert sorted({one.number for one in found}) == list(range(1, 9))
    assert len({(one.booking_id, one.number) for one in found}) == 8


async def test_a_step_that_is_told_twice_is_written_once(either_house: House) -> None:
    (booking_id,) = await charged(either_house, 1)
    invoice = await issue(either_house, booking_id)

    async def pay(db: AsyncSession) -> bool:
        return await store.step(db, invoice.id, Step(uuid4(), Kind.PAID, 9000, either_house.clock()), "paid", STAFF)

    assert sorted([await either_house.db.unit(pay), await either_house.db.unit(pay)]) == [False, True]
    found = await either_house.db.read(lambda db: store.invoice_for(db, booking_id))
    assert found
    assert (found.standing, found.total(Kind.PAID)) == (Standing.PAID, 9000)


async def test_what_was_agreed_stays_as_it_was(either_house: House) -> None:
    linden = await priced(either_house, await seed(either_house))
    made = await booked(either_house, linden, THURSDAY)
    await priced(either_house, linden, price=12000, currency="EUR")
    charge = await either_house.db.read(lambda db: store.charge_of(db, made.card.id))
    assert charge
    assert (charge.amount, charge.currency, charge.refunds.late) == (9000, "EUR", 50)
    count = await either_house.db.read(lambda db: db.scalar(select(func.count()).select_from(Row)))
    assert count == 0
