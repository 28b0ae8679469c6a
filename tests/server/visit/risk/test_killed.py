"""A real server that is killed without a word: what was answered is there, and every step of the ladder came once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import select

from server.accounts.store import join
from server.app import build_house, prepare
from server.booking.desk import Made
from server.db import Database
from server.house import House
from server.measures.danger import RISK as RISEN
from server.measures.risk.rules import RISK, USUAL
from server.measures.tables import MeasureAnswer, MeasureFlag
from server.outbox import OutboxRow
from server.safety.alerts.store import set_ladder
from server.safety.alerts.tables import Alert, AlertRung
from tests.engines.parlour import Parlour, StartParlour
from tests.server.booking.linden import booked, seed
from tests.server.conftest import FROM_OUR_PAGE, settings_for
from tests.server.measures.asked import use

pytestmark = [pytest.mark.asyncio, pytest.mark.long, pytest.mark.timeout(240)]
STEP_SECONDS = 10
RACES_MS = (0, 4, 8, 12, 20, 30, 45, 65, 90, 130, 200, 10_000)
"""When it is killed, counted from the moment in which an answer is sent; the last one arrives."""


async def _clinic(house: House) -> Made:
    """Jo is asked the PHQ-9; a step comes every ten seconds, and there is a colleague whom the later ones call."""
    linden = await seed(house)
    await house.db.unit(lambda db: join(db, linden.samir.staff_id, house.clock()))
    await use(house, linden.clinic.id, phq9="intake")
    ladder = [replace(step, after=timedelta(seconds=STEP_SECONDS * at)) for at, step in enumerate(USUAL[RISK])]
    await house.db.unit(lambda db: set_ladder(db, linden.clinic.id, RISK, USUAL[RISK], ladder))
    day = datetime.now(UTC).date() + timedelta(days=7)
    monday = day + timedelta(days=-day.weekday() % 7)
    return await booked(house, linden, datetime(monday.year, monday.month, monday.day, 10, tzinfo=UTC))


@asynccontextmanager
async def killable(folder: Path, parlour_server: StartParlour) -> AsyncIterator[tuple[Parlour, Made, Database]]:
    """A server with a clinic in it, and its records to look at from outside."""
    settings = settings_for(folder / "data")
    house = build_house(settings)
    await prepare(house)
    made = await _clinic(house)
    await house.keys.database.close()
    try:
        yield await parlour_server(data=folder / "data"), made, house.db
    finally:
        await house.db.close()


@asynccontextmanager
async def opened(server: Parlour, made: Made) -> AsyncIterator[httpx2.AsyncClient]:
    """Jo's browser, after it opened the link."""
    async with httpx2.AsyncClient(base_url=server.base, headers=FROM_OUR_PAGE, trust_env=False) as jo:
        assert (await jo.get(f"/l/{made.token}")).status_code == 303
        yield jo


async def answer(jo: httpx2.AsyncClient, made: Made, number: int) -> int:
    """Jo answers question 9; the form is never sent, and never opened again. 0: no receipt came."""
    fields = {"item": "phq9_9", "value": "1", "number": str(number)}
    path = f"/visit/{made.card.public_id}/measures/phq9/answer"
    try:
        return (await jo.post(path, data=fields, headers={"accept": "application/json"})).status_code
    except httpx2.TransportError:
        return 0


async def rungs(records: Database) -> Counter[str]:
    return Counter(await records.read(lambda db: db.scalars(select(AlertRung.rung))))


async def test_killed_at_every_step_each_comes_once(tmp_path: Path, parlour_server: StartParlour) -> None:
    async with killable(tmp_path, parlour_server) as (server, made, records):
        async with opened(server, made) as jo:
            assert await answer(jo, made, 1) == 200
        await server.kill9()
        lives = 0
        while len(known := await rungs(records)) < len(USUAL[RISK]):
            await server.start()
            while await rungs(records) == known:  # noqa: ASYNC110 - another process writes them
                await asyncio.sleep(0.02)
            await server.kill9()
            lives += 1
        assert lives >= 2
        assert set((await rungs(records)).values()) == {1}
        asked = select(OutboxRow.payload).where(OutboxRow.topic == "risk.call")
        sent = [(one["rung"], one["staff"], one["way"]) for one in await records.read(lambda db: db.scalars(asked))]
        assert len(sent) == len(set(sent)) >= 1


async def test_killed_while_an_answer_is_on_its_way_it_is_there_whole_or_not_at_all(
    tmp_path: Path, parlour_server: StartParlour
) -> None:
    async with killable(tmp_path, parlour_server) as (server, made, records):
        told: dict[int, int] = {}
        async with opened(server, made) as jo:
            for number, ms in enumerate(RACES_MS, 1):
                sending = asyncio.create_task(answer(jo, made, number))
                await asyncio.wait({sending}, timeout=ms / 1000)
                await server.kill9()
                told[number] = await sending
                await server.start()
        await server.kill9()

        async def look(db):
            flags = {flag.number: flag for flag in await db.scalars(select(MeasureFlag))}
            jobs = list(await db.scalars(select(OutboxRow.payload).where(OutboxRow.topic == RISEN)))
            return (
                flags,
                jobs,
                set(await db.scalars(select(MeasureAnswer.number))),
                list(await db.scalars(select(Alert))),
            )

        flags, jobs, answers, alerts = await records.read(look)
        assert {number for number, status in told.items() if status == 200} <= set(flags), "what was confirmed is there"
        assert answers == set(flags), "never one without the other"
        assert {job["flag"] for job in jobs} == {str(flag.id) for flag in flags.values()}
        assert len(alerts) == bool(flags), "one alert, to which the later answers were added"
        assert told[len(RACES_MS)] == 200
