"""Many visitors who press 'Book this time' in the same moment, each from an address of their own, on bare sockets."""

import asyncio
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from time import monotonic
from urllib.parse import urlencode

import httpx2

from server import migrating
from server.app import build_house
from server.config import Settings
from server.keys import KeyBase
from tests.server.booking.linden import Linden, seed

VISITORS = count(1)
FREE = re.compile(r'name="start" value="([^"]+)"')
PATIENCE = 60


@dataclass(frozen=True)
class Rush:
    """What the visitors were answered: how often each status, refusals that name no free time, seconds in all."""

    statuses: dict[int, int]
    silent: int
    seconds: float

    def one_won(self, visitors: int) -> bool:
        """Whether one booked, and everybody else heard that it is taken and what is free next."""
        return self.statuses == {303: 1, 409: visitors - 1} and self.silent == 0


async def a_clinic_in(settings: Settings) -> Linden:
    """Makes the databases of these settings, with a clinic that nobody has booked."""
    house = build_house(settings)
    await migrating.make(house.keys.database, KeyBase.metadata)
    await migrating.upgrade(house.db)
    linden = await seed(house)
    await house.db.close()
    await house.keys.database.close()
    return linden


async def free_times(base: str, linden: Linden) -> list[str]:
    """What the clinic's page offers with Mara, soonest first."""
    async with httpx2.AsyncClient(trust_env=False) as client:
        query = {"service": str(linden.session.id), "therapist": linden.mara.slug}
        page = await client.get(f"{base}/c/{linden.clinic.slug}", params=query)
    return sorted(set(FREE.findall(page.raise_for_status().text)))


async def rush(ports: Sequence[int], linden: Linden, start: str, visitors: int) -> Rush:
    """`visitors` want Mara at `start` at once, by turns through these ports of this machine."""
    numbers = [next(VISITORS) for _ in range(visitors)]
    requests = [(ports[number % len(ports)], address_of(number), press(linden, start, number)) for number in numbers]
    begun = monotonic()
    answers = await asyncio.gather(*(ask(*request) for request in requests))
    took = monotonic() - begun
    refused = [body for status, body in answers if status == 409]
    return Rush(Counter(status for status, _ in answers), sum(not FREE.search(body) for body in refused), took)


async def knock(port: int, visitors: int) -> float:
    """Seconds that as many take to fetch `/` at once, each from an address of their own."""
    request = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    begun = monotonic()
    await asyncio.gather(*(ask(port, address_of(next(VISITORS)), request) for _ in range(visitors)))
    return monotonic() - begun


def address_of(number: int) -> str:
    """One of the sixteen million addresses that a machine has for itself."""
    return f"127.{1 + number // 62500}.{number // 250 % 250 + 1}.{number % 250 + 1}"


def press(linden: Linden, start: str, number: int) -> bytes:
    """The request of one visitor's browser."""
    fields = {
        "service": str(linden.session.id),
        "therapist": linden.mara.slug,
        "start": start,
        "name": f"Visitor {number}",
        "contact": f"visitor{number}@example.org",
        "for_whom": "me",
        "consent": "yes",
        "once": f"form-{number}",
    }
    body = urlencode(fields)
    head = (
        f"POST /c/{linden.clinic.slug}/book HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        f"Sec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return (head + body).encode()


async def ask(port: int, source: str, request: bytes) -> tuple[int, str]:
    """Status and body of the answer. Bare, so that the visitors leave the machine to the servers."""
    async with asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(source, 0))
        writer.write(request)
        answer = (await reader.read()).decode()
        writer.close()
        await writer.wait_closed()
    return int(answer.split(" ", 2)[1]), answer
