"""Many visitors who press 'Book this time' in the same moment, each from an address of their own, on bare sockets."""

import asyncio
import re
from collections import Counter
from collections.abc import Mapping, Sequence
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
    return await sent(ports, [press(linden, start, next(VISITORS)) for _ in range(visitors)])


async def sent(ports: Sequence[int], requests: Sequence[bytes]) -> Rush:
    """These requests at once, each from an address of its own, by turns through these ports."""
    numbers = [next(VISITORS) for _ in requests]
    ways = [(ports[number % len(ports)], address_of(number)) for number in numbers]
    begun = monotonic()
    answers = await asyncio.gather(*(ask(*way, request) for way, request in zip(ways, requests, strict=True)))
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
    return posting(f"/c/{linden.clinic.slug}/book", fields_of(linden, start, number))


def fields_of(linden: Linden, start: str, number: int) -> dict[str, str]:
    """What one visitor's booking form sends."""
    return {
        "service": str(linden.session.id),
        "therapist": linden.mara.slug,
        "start": start,
        "name": f"Visitor {number}",
        "contact": f"visitor{number}@example.org",
        "for_whom": "me",
        "consent": "yes",
        "once": f"form-{number}",
    }


def posting(path: str, fields: Mapping[str, str], **headers: str) -> bytes:
    """A form as a browser sends it from a page of ours; more headers may go with it."""
    body = urlencode(fields)
    plain = {
        "Host": "localhost",
        "Connection": "close",
        "Sec-Fetch-Site": "same-origin",
        "Content-Type": "application/x-www-form-urlencoded",
        "Content-Length": str(len(body)),
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in (plain | headers).items())
    return f"POST {path} HTTP/1.1\r\n{lines}\r\n{body}".encode()


async def ask(port: int, source: str, request: bytes) -> tuple[int, str]:
    """Status and body of the answer. Bare, so that the visitors leave the machine to the servers."""
    async with asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(source, 0))
        writer.write(request)
        answer = (await reader.read()).decode()
        writer.close()
        await writer.wait_closed()
    return int(answer.split(" ", 2)[1]), answer
