"""The outbox: what was committed happens, what was not does not, and nothing happens for ever."""

import asyncio
import itertools
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from sqlalchemy import select

from server import outbox
from server.db import Base, Database
from server.measures.danger import RISK
from server.outbox import BY_MAIL, NEAR, NOT_BY_MAIL, TRIES, Outbox, OutboxRow
from server.support.ladder import rules as support
from server.support.ladder.telling import HANDED
from server.visit.ladder import kind as waiting
from server.visit.readings import kind as readings
from server.visit.risk import rules as risk


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 3, 12, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest_asyncio.fixture
async def database(any_database_url):
    database = Database(any_database_url)
    table = Base.metadata.tables["outbox"]
    await database.run_sync(lambda connection: table.drop(connection, checkfirst=True))
    await database.run_sync(table.create)
    yield database
    await database.run_sync(table.drop)
    await database.close()


async def put(database, clock, topic="mail", **payload) -> None:
    async def work(db):
        outbox.add(db, topic, payload, clock())

    await database.unit(work)


async def rows(database):
    async def work(db):
        return (await db.scalars(select(OutboxRow))).all()

    return await database.read(work)


@pytest.mark.asyncio
async def test_a_committed_row_runs_once(database, clock) -> None:
    seen = []

    async def handle(job):
        seen.append(dict(job.payload))

    loop = Outbox(database, clock, {"mail": handle})
    await put(database, clock, booking="b1")
    assert await loop.run_due() == 1
    assert await loop.run_due() == 0
    assert seen == [{"booking": "b1"}]


@pytest.mark.asyncio
async def test_a_rolled_back_row_never_runs(database, clock) -> None:
    async def fail(db):
        outbox.add(db, "mail", {}, clock())
        await db.flush()
        raise LookupError

    with pytest.raises(LookupError):
        await database.unit(fail)
    assert await Outbox(database, clock, {}).run_due() == 0


@pytest.mark.asyncio
async def test_a_stumble_is_tried_again_later_and_dies_after_eight(database, clock) -> None:
    tries = []

    async def stumble(job):
        tries.append(job.id)
        raise ConnectionError

    loop = Outbox(database, clock, {"mail": stumble})
    await put(database, clock)
    assert await loop.run_due() == 1
    assert await loop.run_due() == 0, "not before its time"
    for _ in range(TRIES * 2):
        clock.now += timedelta(hours=1)
        await loop.run_due()
    assert len(tries) == TRIES
    assert len(set(tries)) == 1, "the same id every time, so a mail repeats under one Message-ID"
    assert [row.outcome for row in await rows(database)] == ["dead"]


@pytest.mark.asyncio
async def test_one_bad_row_does_not_stop_the_next(database, clock) -> None:
    seen = []

    async def good(job):
        seen.append(job.topic)

    await put(database, clock, "nobody-handles-this")
    await put(database, clock, "mail")
    await Outbox(database, clock, {"mail": good}).run_due()
    assert seen == ["mail"]


@pytest.mark.asyncio
async def test_two_nodes_share_the_rows_and_repeat_none(database, clock) -> None:
    seen = []

    async def handle(job):
        seen.append(job.id)
        await asyncio.sleep(0)

    for number in range(30):
        await put(database, clock, number=number)
    nodes = [Outbox(database, clock, {"mail": handle}) for _ in range(2)]
    while any(await asyncio.gather(*(node.run_due() for node in nodes))):
        pass
    assert len(seen) == len(set(seen)) == 30


@pytest.mark.asyncio
async def test_a_row_whose_node_died_is_taken_over_after_its_lease(database, clock) -> None:
    started, seen = asyncio.Event(), []

    async def hang(job):
        started.set()
        await asyncio.Event().wait()

    async def handle(job):
        seen.append(job.tries)

    await put(database, clock)
    dying = asyncio.create_task(Outbox(database, clock, {"mail": hang}).run_due())
    await started.wait()
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    other = Outbox(database, clock, {"mail": handle})
    assert await other.run_due() == 0
    clock.now += timedelta(seconds=61)
    assert await other.run_due() == 1
    assert seen == [2]


@pytest.mark.asyncio
async def test_a_call_outlasts_a_mail_server_that_is_away_for_half_an_hour_and_goes_once(database, clock) -> None:
    back, sent, tries = clock.now + timedelta(minutes=30), [], []

    async def mail(job):
        tries.append(clock.now)
        if clock.now < back:
            raise ConnectionError
        sent.append(job.id)

    nodes = [Outbox(database, clock, {"risk.call": mail, "support.call": mail}) for _ in range(2)]
    for number in range(12):
        await put(database, clock, "risk.call" if number % 2 else "support.call", way="mail", number=number)
    for _ in range(31 * 6):
        await asyncio.gather(*(node.run_due() for node in nodes))
        clock.now += timedelta(seconds=10)
    assert len(sent) == len(set(sent)) == 12
    assert max(later - one for one, later in itertools.pairwise(tries)) <= timedelta(seconds=60)
    assert {row.outcome for row in await rows(database)} == {"done"}
    assert BY_MAIL.wait(100_000) == timedelta(seconds=60), "after months too"


@pytest.mark.asyncio
async def test_a_call_waits_for_no_ordinary_mail_and_a_text_message_for_no_mail_server_that_hangs(
    database, clock
) -> None:
    hangs, seen, all_there = asyncio.Event(), [], asyncio.Event()

    async def hang(job):
        await hangs.wait()

    async def call(job):
        if job.payload.get("way") == "mail" and job.payload["number"] % 2:
            await hangs.wait()
        seen.append((job.topic, job.payload.get("way")))
        if len(seen) == 4:
            all_there.set()

    await put(database, clock, "mail")
    for number in range(2):
        await put(database, clock, "risk.call", way="mail", number=number)
        await put(database, clock, "waiting.call", way="sms")
    await put(database, clock, "measure.risk")
    handlers = {"mail": hang, "risk.call": call, "waiting.call": call, "measure.risk": call}
    running = asyncio.create_task(Outbox(database, clock, handlers).run())
    async with asyncio.timeout(30):
        await all_there.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert sorted(seen, key=str) == [
        ("measure.risk", None), ("risk.call", "mail"), ("waiting.call", "sms"), ("waiting.call", "sms")
    ]  # fmt: skip


def test_whatever_calls_somebody_has_a_lane_of_its_own() -> None:
    topics = {RISK, HANDED, risk.TOPIC, readings.TOPIC, support.TOPIC, waiting.TOPIC}
    for lane in (BY_MAIL, NOT_BY_MAIL):
        assert topics == set(lane.only)
    assert topics < set(NEAR.but)
