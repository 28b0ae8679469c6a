"""The whole program in one process for tests of pages: its own data folder, a clock that stands still, mail in memory.

Nothing runs beside the test: `await house.outbox.run_due()` sends what is due, so a test says when.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copyfile
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from starlette.applications import Starlette

from server import migrating
from server.app import alert_kinds, build_app, build_house, job_table
from server.booking.calendars.reading import Reader
from server.booking.reminders.loop import Reminders
from server.booking.waitlist.watching import Watch
from server.config import Settings
from server.db import Database
from server.house import House
from server.keys import KeyBase
from server.notify.mail import MemoryMailer
from server.notify.push import MemoryPusher
from server.notify.sms import MemoryTexter
from server.outbox import OUTSIDE, Handler, Outbox
from server.safety.alerts.loop import Climber, Kind
from tests.engines.postgres import NewDatabase

MONDAY = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
BASE = "http://testserver"
FROM_OUR_PAGE = {"sec-fetch-site": "same-origin"}


class Clock:
    """Stands still until it is told to move: `clock.forward(minutes=15)`."""

    def __init__(self, now: datetime = MONDAY) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> datetime:
        self.now += timedelta(**span)
        return self.now


class StillOutbox(Outbox):
    """Runs nothing by itself; a test calls `run_due()`."""

    async def run(self) -> None:
        await asyncio.Event().wait()


class StillReminders(Reminders):
    """Reminds nobody by itself; a test calls `run_due()`."""

    async def run(self) -> None:
        await asyncio.Event().wait()


class StillWatch(Watch):
    """Wakes no list by itself; a test calls `run_due()`."""

    async def run(self) -> None:
        await asyncio.Event().wait()


class StillClimber(Climber):
    """Calls nobody by itself; a test calls `run_due()`."""

    async def run(self) -> None:
        await asyncio.Event().wait()


class StillReader(Reader):
    """Reads no calendar by itself; a test calls `run_due()`."""

    async def run(self) -> None:
        await asyncio.Event().wait()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Nothing of the machine's own environment; a test module overrides this fixture for other settings."""
    return settings_for(tmp_path / "data")


def settings_for(data: Path, **more: Any) -> Settings:
    """Settings of a server in `data` that believes to be at http://testserver."""
    plain: Mapping[str, Any] = {
        "PARLOUR_DATA": data,
        "PARLOUR_DEMO": False,
        "public_url": BASE,
        "trusted_proxies": "",
        "database_url": "",
        "keys_url": "",
        "redis_url": "",
        "smtp_url": "",
        "mail_from": "clinic@testserver",
        "sms_url": "",
        "private_hosts": "",
        "turn_urls": "",
        "turn_secret": "",
        "metrics_token": "",
    }
    return Settings(**{**plain, **more})


@pytest.fixture(params=["sqlite", "postgresql"])
def each_engine(request: pytest.FixtureRequest) -> NewDatabase | None:
    """None for SQLite, else who makes databases on a real PostgreSQL."""
    return request.getfixturevalue("new_postgres") if request.param == "postgresql" else None


@pytest_asyncio.fixture
async def on_both_engines(tmp_path: Path, each_engine: NewDatabase | None) -> Settings:
    """For a module whose tests run on SQLite and on PostgreSQL: its `settings` fixture returns this one."""
    if each_engine is None:
        return settings_for(tmp_path / "data")
    return settings_for(tmp_path / "data", database_url=await each_engine(), keys_url=await each_engine())


@pytest.fixture(scope="session")
def empty_records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated and empty SQLite file: copied for each test, because migrating takes a moment."""
    path = tmp_path_factory.mktemp("records") / "parlour.db"

    async def make() -> None:
        database = Database(f"sqlite+aiosqlite:///{path}")
        await migrating.upgrade(database)
        await database.close()

    asyncio.run(make())
    return path


async def with_tables(house: House, empty_records: Path) -> None:
    """Give a house that is not served every table; a database of PostgreSQL comes with them."""
    if not house.settings.database_url:
        copyfile(empty_records, house.settings.data / "parlour.db")
        await migrating.make(house.keys.database, KeyBase.metadata)


@pytest.fixture
def mailer() -> Iterator[MemoryMailer]:
    """A module overrides it for a clinic that sends no mail. No mail of any test would have given something away."""
    made = MemoryMailer()
    yield made
    assert not [letter.subject for letter in made.sent if letter.subject == "Something new for you"]


@pytest.fixture
def house(settings: Settings, clock: Clock, empty_records: Path, mailer: MemoryMailer) -> House:
    """Every part of the program; `house.mailer.sent` holds what was mailed."""
    if not settings.database_url and not (settings.data / "parlour.db").exists():
        settings.data.mkdir(mode=0o700, exist_ok=True)
        copyfile(empty_records, settings.data / "parlour.db")
    jobs: dict[str, Handler] = {}
    kinds: dict[str, Kind] = {}
    twins = {"mailer": mailer, "texter": MemoryTexter(), "pusher": MemoryPusher()}
    built = replace(build_house(settings, clock), **twins)
    outbox = StillOutbox(built.db, clock, jobs)
    loops = {"alerts": StillClimber(built.db, clock, kinds), "reminders": StillReminders(built.db, clock, outbox)}
    loops |= {"waits": StillWatch(built.db, clock, outbox)}
    built = replace(built, outbox=outbox, **loops)
    built = replace(built, couriers=StillOutbox(built.db, clock, jobs, OUTSIDE))
    built = replace(built, calendars=StillReader(built.db, built.keys, built.outside, clock))
    jobs.update(job_table(built))
    kinds.update(alert_kinds(built))
    return built


@pytest_asyncio.fixture
async def app(house: House) -> AsyncIterator[Starlette]:
    """The program with its lifespan running."""
    built = build_app(house)
    async with built.router.lifespan_context(built):
        yield built


@pytest_asyncio.fixture
async def client(app: Starlette) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser of its own: one jar of cookies, no redirects followed, writes that come from our own pages."""
    async with browser_on(app) as browser:
        yield browser


def browser_on(app: Starlette, address: str = "127.0.0.1") -> httpx2.AsyncClient:
    """Another browser, at this network address: `async with browser_on(app) as other:`."""
    transport = httpx2.ASGITransport(app=app, client=(address, 50000))
    return httpx2.AsyncClient(transport=transport, base_url=BASE, headers=FROM_OUR_PAGE)
