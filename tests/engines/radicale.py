"""A real CalDAV server on loopback: Radicale, with one account and as many calendars as a test makes."""

import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest_asyncio

from tests.engines.children import end, start, until
from tests.engines.ports import free_port
from tests.engines.turn import listens

USER, PASSWORD = "mara", "correct horse"

MAKE = """<?xml version="1.0" encoding="utf-8"?>
<C:mkcalendar xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">
  <set><prop><displayname>{name}</displayname></prop></set>
</C:mkcalendar>"""


@dataclass(frozen=True)
class Radicale:
    """`host` as PRIVATE_HOSTS names it; `url` is the account's own page."""

    host: str

    @property
    def url(self) -> str:
        return f"http://{self.host}/"

    def address(self, calendar: str, entry: str = "") -> str:
        return f"{self.url}{USER}/{calendar}/{entry}"

    async def ask(self, method: str, address: str, content: str | bytes = b"", **headers: str) -> httpx2.Response:
        """One request of the account's owner."""
        async with httpx2.AsyncClient(auth=(USER, PASSWORD), trust_env=False) as client:
            return await client.request(method, address, content=content, headers=headers)

    async def make(self, calendar: str, name: str) -> None:
        """A new calendar."""
        answer = await self.ask("MKCALENDAR", self.address(calendar), MAKE.format(name=name))
        assert answer.status_code in {201, 204}, answer.text

    async def put(self, calendar: str, entry: str, body: bytes) -> None:
        """An entry, new or changed."""
        answer = await self.ask("PUT", self.address(calendar, entry), body, **{"content-type": "text/calendar"})
        assert answer.status_code in {201, 204}, answer.text

    async def entry(self, calendar: str, entry: str) -> str | None:
        """The text of an entry; None when it is not there."""
        answer = await self.ask("GET", self.address(calendar, entry))
        return answer.text if answer.status_code == 200 else None


@pytest_asyncio.fixture
async def radicale(tmp_path: Path) -> AsyncIterator[Radicale]:
    """An empty server of the test's own."""
    port = free_port()
    folder = tmp_path / "radicale"
    folder.mkdir()
    (folder / "users").write_text(f"{USER}:{PASSWORD}\n")
    options = {
        "server-hosts": f"127.0.0.1:{port}",
        "storage-filesystem-folder": str(folder / "collections"),
        "auth-type": "htpasswd",
        "auth-htpasswd-filename": str(folder / "users"),
        "auth-htpasswd-encryption": "plain",
        "auth-delay": "0",
    }
    argv = [sys.executable, "-m", "radicale", "--config", "", *(f"--{name}={value}" for name, value in options.items())]
    log = folder / "log"
    child = start(argv, log)
    try:
        await until(lambda: listens(port), child, log, within=30)
        yield Radicale(f"127.0.0.1:{port}")
    finally:
        end(child)
