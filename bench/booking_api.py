"""Server CPU of a list of free times and of a booking through the API, beside django-appointment in the same run.

Both have one therapist whose half hours from 9 to 18 are taken 200 times in two weeks (52 are free), keep what they
write as durably (SQLite, WAL, synchronous FULL), and cache nothing. Ours seals names and contacts with a key made for
that patient, writes the audit and what has to be mailed, on a node that leaves the mailing to another (JOBS=off); a
second one does all of it, and is counted apart with both mails and the chain of the audit. What each of the two spends
until it has answered is counted in turn, one booking after the other, once the mails of the one before are out. Theirs
has a client who is signed in and mails nothing. The large clinic has 200 therapists and 100,000 bookings; 'anyone' asks
50 of them at once.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path

import httpx2

from bench.django_peer import django_appointment
from bench.full_clinic import BERLIN, DAYS, Full, Plan, fill, taken, window
from bench.servers import Running, cpu_per_request, parlour
from bench.timing import Line, Measure, Series, cpu_seconds, side_by_side
from tests.server.conftest import settings_for

BARS = (
    "a 14-day list with 200 bookings at most 5 ms CPU and 1/20 of django-appointment's, 'anyone' over 50 therapists at "
    "most 25 ms; a booking at most 8 ms and half of theirs; 200 therapists and 100,000 bookings change little"
)
ROUNDS, WARM_UPS, FEW = 9, 2, 5
LIST_MS, ANYONE_MS, BOOKING_MS = 5, 25, 8
A_TWENTIETH, HALF, FLAT = 0.05, 0.5, 1.5
AHEAD, THEIR_LISTS, BOOKINGS = 200, 2, 20
ONE_BY_ONE = 3
SETTLED = 2.5  # seconds after which the mails are written and the audit is chained
ADDRESSES = count(1)


@dataclass(frozen=True)
class Clinic:
    """Ours, with what stands in it."""

    server: Running
    full: Full
    begin: date

    def listing(self, service: object, therapist: str = "") -> Measure:
        """Milliseconds of CPU for the two weeks."""
        until = self.begin + timedelta(days=DAYS - 1)
        asked = f"service={service}&therapist={therapist}&from={self.begin}&to={until}"
        return cpu_per_request(f"{self.server.base}/api/v1/clinics/linden/slots?{asked}", self.server.pid)

    def booking(self, starts: list[datetime], settles: float = 0) -> Measure:
        """Milliseconds of CPU for a booking by somebody new, from an address of its own; uses starts up."""

        async def measure(number: int) -> float:
            async with self._somebody() as client:
                await client.get("/healthz")
                before = cpu_seconds(self.server.pid)
                for _ in range(BOOKINGS):
                    await self._book(client, starts.pop())
                await asyncio.sleep(settles)
                return (cpu_seconds(self.server.pid) - before) / BOOKINGS * 1000

        return measure

    def answering(self, starts: list[datetime]) -> Measure:
        """Milliseconds of CPU until a booking is answered, while nothing is left of the one before; uses starts up."""

        async def measure(number: int) -> float:
            async with self._somebody() as client:
                await client.get("/healthz")
                spent = 0.0
                for _ in range(ONE_BY_ONE):
                    before = cpu_seconds(self.server.pid)
                    await self._book(client, starts.pop())
                    spent += cpu_seconds(self.server.pid) - before
                    await asyncio.sleep(SETTLED)
                return spent / ONE_BY_ONE * 1000

        return measure

    def _somebody(self) -> httpx2.AsyncClient:
        """A program at an address of its own."""
        address = next(ADDRESSES)
        transport = httpx2.AsyncHTTPTransport(local_address=f"127.7.{address // 200}.{address % 200 + 1}")
        return httpx2.AsyncClient(transport=transport, trust_env=False, base_url=self.server.base)

    async def _book(self, client: httpx2.AsyncClient, start: datetime) -> None:
        wish = {
            "service": str(self.full.by_all),
            "therapist": self.full.therapists[0],
            "start": start.replace(tzinfo=BERLIN).isoformat(),
            "name": "Jo Almeida",
            "email": "jo.almeida@example.org",
            "consent": True,
        }
        made = await client.post("/api/v1/clinics/linden/bookings", json=wish)
        assert made.status_code == 201, made.text


@asynccontextmanager
async def ours(plan: Plan, **settings: str) -> AsyncIterator[Clinic]:
    with tempfile.TemporaryDirectory(prefix="parlour-bench-data-") as folder:
        full = await fill(settings_for(Path(folder) / "data"), plan)
        async with parlour("serve", data=Path(folder) / "data", **settings) as server:
            yield Clinic(server, full, plan.begin)


async def run() -> list[Line]:
    """Lists, then bookings, of which each takes a half hour after the two weeks."""
    begin = datetime.now(tz=BERLIN).date() + timedelta(days=1)
    days = [begin + timedelta(days=day) for day in range(DAYS)]
    free = len(window(begin)) - AHEAD
    later = window(begin + timedelta(days=DAYS), 40)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="parlour-bench-data-")))
        few = await stack.enter_async_context(ours(Plan(begin, 1, 1, AHEAD, 0), JOBS="off"))
        many = await stack.enter_async_context(ours(Plan(begin, 200, 50, AHEAD, 300), JOBS="off"))
        alone = await stack.enter_async_context(ours(Plan(begin, 1, 1, AHEAD, 0)))
        peer = await stack.enter_async_context(django_appointment(folder, taken(begin, AHEAD)))
        small, large = (one.listing(one.full.by_all, one.full.therapists[0]) for one in (few, many))
        listed, theirs_listed = await side_by_side(ROUNDS, WARM_UPS, small, peer.listing(days, THEIR_LISTS, free))
        big, beside = await side_by_side(ROUNDS, WARM_UPS, large, small)
        anyone, _ = await side_by_side(ROUNDS, WARM_UPS, many.listing(many.full.by_some), small)
        theirs = peer.booking(list(later), BOOKINGS)
        booked, theirs_booked = await side_by_side(ROUNDS, WARM_UPS, few.booking(later), theirs)
        later_there = window(begin + timedelta(days=DAYS), 40)
        crowded, _ = await side_by_side(ROUNDS, 1, many.booking(later_there), small)
        whole, _ = await side_by_side(FEW, 1, alone.booking(later, SETTLED), small)
        answered, apart = await side_by_side(
            FEW, 1, alone.answering(later), few.answering(window(begin + timedelta(days=DAYS))[:BOOKINGS])
        )
    ms = "ms CPU"
    list_of = Series("14 days of one therapist, 200 bookings", ms, listed)
    booking = Series("one booking", ms, booked)
    return [
        Line(list_of, None, LIST_MS, "value"),
        Line(list_of, Series("django-appointment, 14 requests", ms, theirs_listed), A_TWENTIETH),
        Line(Series("the same of 200 therapists, 100,000 bookings", ms, big), None, LIST_MS, "value"),
        Line(Series("and beside the small clinic", ms, big), Series("one therapist", ms, beside), FLAT),
        Line(Series("14 days of anyone among 50", ms, anyone), None, ANYONE_MS, "value"),
        Line(booking, None, BOOKING_MS, "value"),
        Line(booking, Series("django-appointment, 2 requests", ms, theirs_booked), HALF),
        Line(Series("one booking in the large clinic", ms, crowded), None, BOOKING_MS, "value"),
        Line(
            Series("one booking until it is answered, one node with all jobs", ms, answered),
            Series("a node without jobs", ms, apart),
            BOOKING_MS,
            "value",
        ),
        Line(Series("one booking with its two mails and the audit chained, one node", ms, whole)),
    ]
