"""The program as it is started, while somebody means it ill: what is half said is closed, what is too much is cut."""

import asyncio
import json
from contextlib import suppress

import httpx2
import pytest

from bench.timing import memory_mb
from tests.engines.children import until_true
from tests.engines.parlour import Parlour, StartParlour

pytestmark = pytest.mark.asyncio
HALF_OPEN = 500
CLOSED_WITHIN = 15
MOST_MEMORY_MB = 20
SENT_MB = 200


async def half_a_header(server: Parlour) -> None:
    """Returns when the server has closed a connection that never gets to the point."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
    with suppress(ConnectionError):
        await reader.read()
    writer.close()


async def test_e01_half_open_headers_are_closed_in_time_and_others_are_answered_meanwhile(
    parlour_server: StartParlour,
) -> None:
    server = await parlour_server()
    slow = [asyncio.create_task(half_a_header(server)) for _ in range(HALF_OPEN)]
    async with httpx2.AsyncClient(trust_env=False) as client:
        for _ in range(20):
            assert (await client.get(f"{server.base}/healthz")).status_code == 200
    assert not any(one.done() for one in slow), "they were turned away, not waited for"
    done, waiting = await asyncio.wait(slow, timeout=CLOSED_WITHIN)
    assert (len(done), len(waiting)) == (HALF_OPEN, 0)


async def test_e02_a_body_without_end_costs_no_memory(parlour_server: StartParlour) -> None:
    server = await parlour_server()
    before = memory_mb(server.pid)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(
        b"POST /staff/sign-in HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    most, sent = before, 0
    with suppress(ConnectionError):
        for _ in range(SENT_MB):
            writer.write(b"100000\r\n" + b"x" * 0x100000 + b"\r\n")
            await writer.drain()
            sent, most = sent + 1, max(most, memory_mb(server.pid))
    answer = await reader.read()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 413"), answer[:60]
    assert most - before < MOST_MEMORY_MB, sent


async def test_the_made_up_clinic_prints_one_line_whose_links_all_lead_somewhere(parlour_server: StartParlour) -> None:
    server = await parlour_server("demo", "--json")
    await until_true(lambda: '"booking"' in server.log())
    (line,) = [line for line in server.log().splitlines() if line.startswith("{")]
    links = json.loads(line)
    assert {"base", "admin", "therapist", "patient", "booking"} <= set(links)
    pages = {}
    for name in ("admin", "therapist", "patient", "booking"):
        async with httpx2.AsyncClient(trust_env=False, follow_redirects=True) as client:
            page = await client.get(links[name])
            assert page.status_code == 200, (name, page.url)
            pages[name] = page
            if name == "therapist":
                day = await client.get(f"{links['base']}/staff")
    assert "/visit/" in str(pages["patient"].url)
    assert 'name="start"' in pages["booking"].text
    assert "data-waits=" in day.text, "nobody waits"
