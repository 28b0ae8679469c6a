"""The first day of a clinic: 2,000 lines with patients and coming appointments, looked at and brought in, while others
ask for the booking page."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter

import httpx2

from bench.full_clinic import BERLIN, Plan, fill, window
from bench.reports import owner
from bench.timing import Line, Series
from server.app import build_app, build_house
from tests.server.conftest import settings_for

BARS = (
    "2,000 lines shown within 5 s and brought in within 60 s; meanwhile the program never stands still for more than "
    "200 ms, and the booking page of others takes at most 500 ms (95 of 100)"
)
LINES, THERAPISTS = 2000, 20
LOOK_MS, IN_MS, STILL_MS, PAGE_MS = 5_000, 60_000, 200, 500
HERE, PAGE = "/staff/clinic/bookings/import", "/c/linden"
TICK = 0.005
HEAD = "Name,Email,Phone,Date,Time,Therapist,Service"


@dataclass
class Meanwhile:
    """Milliseconds: what the booking page took, and how late a clock of the program's own loop was."""

    pages: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=lambda: [0.0])


async def run() -> list[Line]:
    """Milliseconds of the look and of the import, and of everybody else meanwhile."""
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_for(Path(folder) / "data")
        settings.data.mkdir(parents=True)
        today = datetime.now(tz=BERLIN).date()
        await fill(settings, Plan(today - timedelta(days=30), THERAPISTS, 1, 1, 0))
        app = build_app(build_house(settings))
        async with app.router.lifespan_context(app):
            transport = httpx2.ASGITransport(app=app, client=("127.0.0.1", 50000))
            async with (
                httpx2.AsyncClient(transport=transport, base_url=settings.base_url, timeout=300) as client,
                httpx2.AsyncClient(transport=transport, base_url=settings.base_url, timeout=300) as visitor,
            ):
                client.cookies.set("parlour", await owner(app.state.house))
                client.headers["origin"] = settings.base_url
                await visitor.get(PAGE)  # the first makes what all others find
                async with _others(visitor) as looking:
                    address, shown = await _look(client, table(today + timedelta(days=7)))
                async with _others(visitor) as importing:
                    came = await _bring_in(client, address)
    return [
        Line(Series("2,000 lines, from the file to what would happen", "ms", [shown]), bar=LOOK_MS, bar_is="value"),
        Line(Series("the same brought in", "ms", [came]), bar=IN_MS, bar_is="value"),
        *_lines("while they are looked at", looking),
        *_lines("while they come in", importing),
    ]


def _lines(when: str, meanwhile: Meanwhile) -> list[Line]:
    pages = Series("", "ms", meanwhile.pages)
    return [
        Line(Series(f"the program stood still, {when}", "ms", [max(meanwhile.late)]), bar=STILL_MS, bar_is="value"),
        Line(Series(f"a booking page, {when}, p95", "ms", [pages.quantile(0.95)]), bar=PAGE_MS, bar_is="value"),
    ]


def table(begin: object) -> str:
    """Everybody comes once, each therapist's half hours one after the other."""
    walls = window(begin)  # type: ignore[arg-type]
    lines = [
        f"Person {number},p{number}@example.org,,{at:%Y-%m-%d},{at:%H:%M},Therapist {who},A first conversation"
        for number, (who, at) in enumerate((who, at) for who in range(THERAPISTS) for at in walls)
    ]
    return "\n".join([HEAD, *lines[:LINES]])


async def _look(client: httpx2.AsyncClient, text: str) -> tuple[str, float]:
    begun = perf_counter()
    sent = await client.post(HERE, files={"file": ("list.csv", text.encode(), "text/csv")})
    address = sent.headers["location"]
    page = await client.get(address)
    assert f"{LINES} lines of list.csv would come in" in page.text, page.text
    return address, (perf_counter() - begun) * 1000


async def _bring_in(client: httpx2.AsyncClient, address: str) -> float:
    begun = perf_counter()
    assert (await client.post(f"{address}/bring-in")).status_code == 303
    took = (perf_counter() - begun) * 1000
    assert f"{LINES} lines of list.csv are in" in (await client.get(address)).text
    return took


@asynccontextmanager
async def _others(client: httpx2.AsyncClient) -> AsyncIterator[Meanwhile]:
    """Somebody opens the booking page again and again, and a clock ticks."""
    found = Meanwhile()
    tasks = [asyncio.create_task(_visits(client, found)), asyncio.create_task(_ticks(found))]
    try:
        yield found
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _visits(client: httpx2.AsyncClient, found: Meanwhile) -> None:
    while True:
        begun = perf_counter()
        assert (await client.get(PAGE)).status_code == 200
        found.pages.append((perf_counter() - begun) * 1000)
        await asyncio.sleep(0.25)


async def _ticks(found: Meanwhile) -> None:
    while True:
        begun = perf_counter()
        await asyncio.sleep(TICK)
        found.late.append((perf_counter() - begun - TICK) * 1000)
