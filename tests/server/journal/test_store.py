"""An id is used once on both engines: sent twice at once, deleted meanwhile, or somebody else's."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from server.journal import store
from server.journal.keeping import Journal
from server.journal.rules import Entry, Setting, Share, Written
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
    one, other = (
        await booked(house, linden, START, name="Jo"),
        await booked(house, linden, START, therapist=linden.samir.staff_id, name="Kim"),
    )
    return linden.clinic.id, one.card.patient_id, other.card.patient_id


def entry(own: UUID, kind: str = "mood", share: Share = Share.ALL, number: int = 1, **value: object) -> Entry:
    return Entry(
        own, kind, Written(START.date(), START, "Europe/Berlin", False), share, number, value, {"note": "words"}
    )


async def test_of_many_at_once_one_is_kept_and_a_deleted_one_never_comes_back(house, people) -> None:
    clinic, jo, _ = people
    journal, own = Journal(house, clinic, jo, "mood"), uuid4()
    kept = await asyncio.gather(*(journal.keep(entry(own, mood=n)) for n in range(4)))
    assert sorted(kept) == [False, False, False, True]
    (found,) = await journal.own()
    again = [journal.keep(entry(own, mood=9)) for _ in range(3)]
    await asyncio.gather(house.db.unit(lambda db: store.forget(db, jo, "mood", own, START)), *again)
    assert (await journal.own(), await journal.one(own)) == ([], None)
    assert not await journal.keep(found)
    assert await journal.has(found), "it was deleted since it was written"
    late = START + timedelta(minutes=1)
    assert not await journal.has(replace(found, written=replace(found.written, at=late))), "this one was written later"


async def test_an_id_of_somebody_else_or_of_another_tool_is_left_alone(house, people) -> None:
    clinic, jo, kim = people
    own, diary = Journal(house, clinic, jo, "mood"), Journal(house, clinic, jo, "sleep")
    await own.keep(entry(uuid4(), mood=4))
    (mine,) = await own.own()
    theirs = Journal(house, clinic, kim, "mood")
    assert not await theirs.keep(entry(mine.id, mood=1))
    assert [await one.has(mine) for one in (own, theirs, diary)] == [True, False, False]
    assert not await own.has(entry(mine.id, mood=1))
    assert not await theirs.change(entry(mine.id, number=2, mood=1))
    for patient, kind in ((kim, "mood"), (jo, "sleep")):
        assert not await house.db.unit(lambda db, p=patient, k=kind: store.share(db, p, k, mine.id, Share.ME))
    assert await house.db.unit(lambda db: store.forget(db, kim, "mood", mine.id, START)) is None
    assert await house.db.unit(lambda db: store.forget(db, jo, "sleep", mine.id, START)) is False
    assert await own.own() == [mine]
    assert await diary.own() == []


async def test_of_two_changes_at_once_one_stands(house, people) -> None:
    clinic, jo, _ = people
    journal, own = Journal(house, clinic, jo, "mood"), uuid4()
    await journal.keep(entry(own, mood=4))
    done = await asyncio.gather(*(journal.change(entry(own, number=2, mood=n)) for n in (1, 2)))
    assert sorted(done) == [False, True]
    assert (await journal.one(own)).value["mood"] == 1 + done.index(True)


async def test_a_reader_gets_what_is_shared_and_words_where_they_are(house, people) -> None:
    clinic, jo, _ = people
    journal = Journal(house, clinic, jo, "thoughts")
    for share in Share:
        await journal.keep(entry(uuid4(), "thoughts", share, belief=80))
    assert [(one.share, dict(one.words)) for one in await journal.own()] == [(one, {"note": "words"}) for one in Share]
    assert [(one.share, dict(one.words)) for one in await journal.shared()] == [
        (Share.PART, {}),
        (Share.ALL, {"note": "words"}),
    ]
    assert await journal.setting() == Setting()
    for share in (Share.ALL, Share.PART):
        await journal.set(Setting(share, {"tags": ["garden"]}))
    assert await journal.setting() == Setting(Share.PART, {"tags": ["garden"]})
    await house.keys.destroy(jo)
    assert (await journal.own(), await journal.setting()) == ([], Setting())
