"""Two people write one safety plan, on either engine: no word is lost, versions stay, and what is private stays so."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar
from uuid import uuid4

import pytest
import pytest_asyncio
import sqlalchemy
from sqlalchemy.ext.asyncio import AsyncSession

from server.crypto import seal
from server.db import Database
from server.house import House
from server.safety.plan import store
from server.safety.plan.forms import Typed
from server.safety.plan.keeping import Hand, choose, forget, place, plan_of, restore, write
from tests.server.booking.linden import booked, seed

pytestmark = pytest.mark.asyncio
T = TypeVar("T")
on_postgres = pytest.mark.parametrize("new_database", ["postgresql"], indirect=True)  # SQLite has one writer at a time
WAITS = sqlalchemy.text(
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


async def hands(house: House) -> tuple[Hand, Hand]:
    """The patient, and the therapist who treats them."""
    linden = await seed(house)
    ids = (linden.clinic.id, (await booked(house, linden)).card.patient_id)
    return Hand(house, *ids, None, house.clock()), Hand(house, *ids, linden.mara.staff_id, house.clock())


async def of(hand: Hand):
    return await plan_of(hand.house, hand.clinic_id, hand.patient_id)


def later(hand: Hand, **span: float) -> Hand:
    return Hand(hand.house, hand.clinic_id, hand.patient_id, hand.staff_id, hand.now + timedelta(**span))


async def test_at_the_same_moment_one_is_kept_and_the_other_gets_both_to_keep_over_it(either_house: House) -> None:
    jo, mara = await hands(either_house)
    assert (await write(mara, "alone", Typed("Tea", 0))).number == 1
    saved = await asyncio.gather(
        write(jo, "alone", Typed("Tea\nMusic", 1, "Tea")), write(mara, "alone", Typed("Tea\nA walk", 1, "Tea"))
    )
    (kept,) = [one for one in saved if not one.both]
    (other,) = [one for one in saved if one.both]
    assert (await of(jo)).text("alone") == kept.text == other.was
    assert set(other.text.split("\n")) == {"Tea", "Music", "A walk"}
    done = await write(later(jo, hours=1), "alone", Typed(other.text, other.number, other.was))
    assert (done.both, (await of(jo)).text("alone")) == (False, other.text)
    again = await write(later(jo, hours=2), "alone", Typed(other.text, 1))
    assert (again.both, again.number) == (False, done.number), "the same words once more are no second writing"


async def test_versions_stay_a_sitting_is_one_and_bringing_back_loses_nothing(either_house: House) -> None:
    jo, _ = await hands(either_house)
    for number, text in enumerate(("I st", "I stop answ", "I stop answering")):
        await write(later(jo, minutes=number), "signs", Typed(text, number))
    await write(later(jo, days=2), "signs", Typed("I do not sleep", 3))
    plan = await of(jo)
    assert [one.text for one in plan.writings] == ["I stop answering", "I do not sleep"], "no half a word is a version"
    assert await restore(later(jo, days=2, minutes=1), plan.writings[0].id)
    plan = await of(jo)
    assert plan.text("signs") == "I stop answering"
    assert [one.text for one in plan.writings] == ["I stop answering", "I do not sleep", "I stop answering"]


async def test_what_is_kept_alone_is_closed_to_the_clinic_until_it_is_shared(either_house: House) -> None:
    jo, mara = await hands(either_house)
    await write(jo, "reasons", Typed("My garden", 0))
    secret = (await of(jo)).writings[0].id
    assert await write(mara, "reasons", Typed("Her garden", 1)) is None
    assert await restore(mara, secret) is None
    await choose(jo, store.SHARED, "yes")
    await choose(jo, store.SHARED, "yes")
    assert (await write(later(mara, hours=1), "ask", Typed("Ana 555 0199", 0))).number == 1
    await choose(later(jo, hours=2), store.SHARED, "no")
    assert (await of(jo)).open, "together it belongs to the record"
    assert not await forget(jo)
    assert not (await of(jo)).empty


async def test_a_plan_made_alone_is_really_deleted(either_house: House) -> None:
    jo, mara = await hands(either_house)
    await write(jo, "reasons", Typed("My garden", 0))
    await choose(jo, store.REVIEW, "")
    assert await forget(jo)
    assert await forget(jo)
    assert (await of(jo)).writings == []
    assert (await write(mara, "signs", Typed("Not sleeping", 0))).number == 1


@pytest_asyncio.fixture
async def two_nodes(either_house: House) -> AsyncIterator[tuple[Hand, Hand]]:
    """The patient and the therapist, each with connections of their own."""
    jo, mara = await hands(either_house)
    other = replace(either_house, db=Database(either_house.settings.data_url))
    yield jo, replace(mara, house=other)
    await other.db.close()


async def beside(house: House, held: Callable[[AsyncSession], Awaitable[object]], other: Coroutine[Any, Any, T]) -> T:
    """What `other` gives, which begins while `held` is written on connections of this house and not yet committed."""
    written, goes = asyncio.Event(), asyncio.Event()

    async def work(db: AsyncSession) -> None:
        await held(db)
        written.set()
        await goes.wait()

    async def meanwhile() -> T:
        await written.wait()
        done = asyncio.create_task(other)
        while not done.done() and not await house.db.read(lambda db: db.scalar(WAITS)):
            pass
        goes.set()
        return await done

    return (await asyncio.gather(house.db.unit(work), meanwhile()))[1]


async def a_row(hand: Hand, step: str, number: int) -> store.Row:
    key, row_id = await hand.house.keys.patient(hand.clinic_id, hand.patient_id), uuid4()
    blob = seal(key, "Ana 555 0199", place(hand.clinic_id, hand.patient_id, row_id))
    return store.Row(row_id, (await of(hand)).book, step, number, hand.door, hand.staff_id, hand.now, blob)


@on_postgres
async def test_a_plan_in_which_the_clinic_writes_at_this_moment_is_not_deleted(two_nodes) -> None:
    jo, mara = two_nodes
    await write(jo, "reasons", Typed("My garden", 0))
    await choose(jo, store.SHARED, "yes")
    theirs = await a_row(mara, "ask", 1)
    held = partial(store.write, clinic_id=mara.clinic_id, patient_id=mara.patient_id, new=theirs, replaces=None)
    assert not await beside(mara.house, held, forget(jo))
    plan = await of(jo)
    assert (plan.text("reasons"), plan.text("ask"), plan.open) == ("My garden", "Ana 555 0199", True)


@on_postgres
async def test_nobody_of_the_clinic_writes_in_or_reads_a_plan_that_is_closed_at_this_moment(two_nodes) -> None:
    jo, mara = two_nodes
    await write(jo, "reasons", Typed("My garden", 0))
    await choose(jo, store.SHARED, "yes")
    held = partial(
        store.choose, clinic_id=jo.clinic_id, patient_id=jo.patient_id, chosen=(store.SHARED, "no"), door="patient",
        by=None, now=jo.now + timedelta(minutes=1),
    )  # fmt: skip
    assert await beside(jo.house, held, write(mara, "reasons", Typed("Her garden", 1))) is None
    assert [one.text for one in (await of(jo)).writings] == ["My garden"]
