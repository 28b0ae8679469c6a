"""A real server that is killed in the middle of an observation: every reading is there once, and the screen goes on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import httpx2
import pytest
from sqlalchemy import select

from server.accounts import store as accounts
from server.accounts.rules import Stage
from server.app import build_house, prepare
from server.config import Settings
from server.db import Database
from server.home.demo_clinic.observing import add_observed
from server.house import House
from server.middleware.login import COOKIE, cookie_name
from server.programmes.tables import CourseEntry
from tests.engines.parlour import Parlour, StartParlour
from tests.server.booking.linden import booked, seed
from tests.server.conftest import FROM_OUR_PAGE

pytestmark = [pytest.mark.asyncio, pytest.mark.timeout(240)]
RACES_MS = (0, 2, 4, 8, 12, 20, 35, 60, 120, 10_000)
"""When it is killed, counted from the moment in which a reading is sent; the last one arrives."""
FEW_MS = (12, 10_000)
TAKEN = {"q-systolic": "150", "q-diastolic": "88", "q-pulse": "80", "q-oxygen": "97", "q-sedation": "alert"}


async def _observed(house: House) -> tuple[str, str]:
    """Where the course is, and Mara's login."""
    linden, now = await seed(house), house.clock()
    day = now.date() + timedelta(days=7)
    monday = day + timedelta(days=-day.weekday() % 7)
    made = await booked(house, linden, datetime(monday.year, monday.month, monday.day, 10, tzinfo=UTC))
    patient_id, mara = made.card.patient_id, linden.mara.staff_id
    course = await add_observed(house, linden.clinic, patient_id, mara, now)
    token = await house.db.unit(lambda db: accounts.start_login(db, mara, Stage.FULL, now))
    return f"/staff/patients/{patient_id}/courses/{course}", token


@asynccontextmanager
async def killable(
    settings: Settings, parlour_server: StartParlour
) -> AsyncIterator[tuple[Parlour, str, str, Database]]:
    house = build_house(settings)
    await prepare(house)
    base, token = await _observed(house)
    await house.keys.database.close()
    try:
        where = {"DATABASE_URL": settings.database_url, "KEYS_URL": settings.keys_url}
        elsewhere = {name: url for name, url in where.items() if url}
        yield await parlour_server(data=settings.data, **elsewhere), base, token, house.db
    finally:
        await house.db.close()


async def send(nurse: httpx2.AsyncClient, base: str, once: UUID, ago: int) -> int:
    """0: nobody answered."""
    form = TAKEN | {"once": str(once), "ago": str(ago)}
    try:
        answer = await nurse.post(f"{base}/observing/vitals", data=form, headers={"accept": "application/json"})
    except httpx2.TransportError:
        return 0
    return answer.status_code


@pytest.mark.parametrize("races_ms", [FEW_MS, pytest.param(RACES_MS, marks=pytest.mark.long)], ids=["few", "all"])
async def test_killed_while_readings_are_on_their_way_each_is_there_once(
    on_both_engines: Settings, parlour_server: StartParlour, races_ms: tuple[int, ...]
) -> None:
    async with killable(on_both_engines, parlour_server) as (server, base, token, records):
        ids, said = [uuid4() for _ in races_ms], list[int]()
        cookies = {cookie_name(COOKIE, False): token}
        async with httpx2.AsyncClient(
            base_url=server.base, headers=FROM_OUR_PAGE, cookies=cookies, trust_env=False
        ) as nurse:
            for once, ms in zip(ids, races_ms, strict=True):
                sending = asyncio.create_task(send(nurse, base, once, 30))
                await asyncio.wait({sending}, timeout=ms / 1000)
                await server.kill9()
                said.append(await sending)
                await server.start(within=120)
            acknowledged = [once for once, status in zip(ids, said, strict=True) if status == 201]
            assert ids[-1] in acknowledged
            assert set(acknowledged) <= set(await kept(records)), "what the device was told is kept, is"
            for once in ids * 2:  # as the device does until it hears
                assert await send(nurse, base, once, 60) == 201
            page = (await nurse.get("/staff/observing")).text
        assert sorted(await kept(records)) == sorted(ids)
        assert "Jo Almeida" in page
        assert "150" in page


async def kept(records: Database) -> list[UUID]:
    asked = select(CourseEntry.id).where(CourseEntry.step == "vitals", CourseEntry.session == 3, CourseEntry.round > 0)
    return list(await records.read(lambda db: db.scalars(asked)))
