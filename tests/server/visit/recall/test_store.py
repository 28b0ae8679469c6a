"""How somebody may be called back, and the calls, as rows: on both engines, also when two write in one moment."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import select

from server.accounts.push import store as push
from server.accounts.push.forms import Subscription
from server.accounts.push.rules import Owner
from server.db import Database
from server.house import House
from server.outbox import OutboxRow
from server.visit import store as visits
from server.visit.recall import store
from server.visit.recall.rules import Reach, Way
from tests.engines.told_browser import Browser as Told
from tests.server.booking.linden import Linden
from tests.server.visit.conftest import START, Jo

pytestmark = pytest.mark.asyncio
KEPT = timedelta(minutes=5)


@pytest.fixture
def settings(on_both_engines):
    return on_both_engines


@pytest_asyncio.fixture
async def visit_id(house: House, jo: Jo) -> UUID:
    return (await house.db.unit(lambda db: visits.ensure(db, jo.made.card))).id


async def call(house: House, linden: Linden, visit_id: UUID, minutes: int = 0) -> None:
    at = START + timedelta(minutes=minutes)

    async def work(db):
        await store.call(db, visit_id, await store.reach_of(db, visit_id), linden.mara.staff_id, at, at + KEPT)

    await house.db.unit(work)


async def test_the_newest_word_counts_and_the_number_is_sealed(house: House, jo: Jo, visit_id: UUID) -> None:
    card = jo.made.card
    key = await house.keys.patient(card.clinic_id, card.patient_id)
    sealed = store.seal_phone(key, card.clinic_id, visit_id, "+351912345678")
    for reach in (Reach(mail=True), Reach(sms=True, phone_sealed=sealed)):
        await house.db.unit(lambda db, reach=reach: store.set_reach(db, visit_id, reach, START))
    found = await house.db.read(lambda db: store.reach_of(db, visit_id))
    assert found.ways == (Way.SMS,)
    assert b"912345678" not in (found.phone_sealed or b"")
    assert store.phone_of(key, card.clinic_id, visit_id, found) == "+351912345678"


async def test_a_call_writes_one_message_for_each_way_and_each_device(
    house: House, linden: Linden, jo: Jo, visit_id: UUID
) -> None:
    card = jo.made.card
    key = await house.keys.patient(card.clinic_id, card.patient_id)
    for number in range(2):
        said = Subscription(**Told().fields(f"https://fcm.googleapis.com/{number}"))
        device = push.seal_device(key, card.clinic_id, Owner(visit_id=visit_id), said)
        await house.db.unit(lambda db, device=device: push.keep(db, device, START))
    await house.db.unit(lambda db: store.set_reach(db, visit_id, Reach(mail=True), START))
    await call(house, linden, visit_id)
    rows = list(await house.db.read(lambda db: db.scalars(select(OutboxRow).where(OutboxRow.topic.like("waiting.%")))))
    assert sorted(row.topic for row in rows) == ["waiting.knock", "waiting.knock", "waiting.recall"]
    assert len({row.payload.get("device") for row in rows}) == 3
    assert len({row.payload["recall"] for row in rows}) == 1
    calling = (await house.db.read(lambda db: store.callings(db, [visit_id], START)))[visit_id]
    assert calling.ways == (Way.MAIL, Way.PUSH)


async def test_who_came_too_late_moved_down_once_for_each_call(house: House, linden: Linden, visit_id: UUID) -> None:
    await house.db.unit(lambda db: store.set_reach(db, visit_id, Reach(mail=True), START))
    for minutes, back in ((0, 6), (10, 12), (20, 27)):
        await call(house, linden, visit_id, minutes)
        at = START + timedelta(minutes=back)
        await house.db.unit(lambda db, at=at: store.came(db, visit_id, at))
    calling = (await house.db.read(lambda db: store.callings(db, [visit_id], START)))[visit_id]
    assert calling.behind == 2
    assert calling.last is not None
    assert (calling.last.by_name, calling.last.came_at) == ("Mara Lind", START + timedelta(minutes=27))


async def test_coming_back_answers_an_open_call_once_whoever_writes_it_first(
    house: House, linden: Linden, visit_id: UUID
) -> None:
    await house.db.unit(lambda db: store.set_reach(db, visit_id, Reach(mail=True), START))
    await call(house, linden, visit_id)
    other = Database(house.settings.data_url)
    moments = [START + timedelta(seconds=second) for second in range(6)]
    await asyncio.gather(
        *(
            node.unit(lambda db, at=at: store.came(db, visit_id, at))
            for node, at in zip((house.db, other) * 3, moments, strict=True)
        )
    )
    before = (await house.db.read(lambda db: store.callings(db, [visit_id], START)))[visit_id].last
    await other.unit(lambda db: store.came(db, visit_id, START + timedelta(hours=1)))
    await other.close()
    after = (await house.db.read(lambda db: store.callings(db, [visit_id], START)))[visit_id].last
    assert before is not None
    assert before.came_at in moments
    assert after == before
