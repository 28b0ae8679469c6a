"""Tasks on both engines: given once however often, done by the first entry, and of nobody else."""

import asyncio
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from server.journal.homework import store
from server.journal.homework.rules import Task
from tests.server.booking.linden import booked, seed
from tests.server.visit.conftest import START

pytestmark = pytest.mark.asyncio


@pytest.fixture
def settings(on_both_engines):
    return on_both_engines


@pytest_asyncio.fixture
async def people(app, house) -> tuple[UUID, UUID, UUID]:
    """(clinic, one patient, another)"""
    linden = await seed(house)
    one = await booked(house, linden, START, name="Jo")
    other = await booked(house, linden, START, therapist=linden.samir.staff_id, name="Kim")
    return linden.clinic.id, one.card.patient_id, other.card.patient_id


async def test_a_task_is_given_once_done_once_and_nobody_elses(house, people) -> None:
    clinic, jo, kim = people
    task, first, later = Task(uuid4(), "thought", "full", START.date(), uuid4(), START), uuid4(), uuid4()
    unit = house.db.unit
    given = await asyncio.gather(*(unit(lambda db: store.give(db, clinic, jo, task, None)) for _ in range(4)))
    assert sorted(given) == [False, False, False, True]
    await unit(lambda db: store.done(db, kim, "thought", task.id, later))
    await unit(lambda db: store.done(db, jo, "night", task.id, later))
    for entry in (first, later):
        await unit(lambda db, entry=entry: store.done(db, jo, "thought", task.id, entry))
    await unit(lambda db: store.put_away(db, kim, task.id, START))
    assert not await unit(lambda db: store.see(db, kim, task.id, START))
    assert not await unit(lambda db: store.take_back(db, kim, task.id))
    ((found, note),) = await house.db.read(lambda db: store.tasks_of(db, jo))
    assert (found.entry_id, found.away_at, found.seen_at, note) == (first, None, None, None)
    seen = await asyncio.gather(*(unit(lambda db: store.see(db, jo, task.id, START)) for _ in range(3)))
    assert sorted(seen) == [False, False, True]
    assert await house.db.read(lambda db: store.given(db, jo, "thought"))
    assert await unit(lambda db: store.take_back(db, jo, task.id))
    assert not await house.db.read(lambda db: store.given(db, jo, "thought"))
