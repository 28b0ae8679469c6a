"""The program as a person starts it: no settings, one port, private files, a link, an end that loses nothing."""

import stat
from pathlib import Path

import httpx2
import pytest

from tests.engines.parlour import StartParlour

pytestmark = pytest.mark.asyncio


def modes(folder: Path) -> dict[str, str]:
    """Name -> octal mode of a folder ('.') and of everything in it."""
    found = {".": folder} | {path.name: path for path in folder.iterdir()}
    return {name: oct(stat.S_IMODE(path.stat().st_mode)) for name, path in found.items()}


async def test_first_start_needs_nothing_and_keeps_everything_private(parlour_server: StartParlour) -> None:
    server = await parlour_server()
    found = modes(server.data)
    assert found.pop(".") == "0o700"
    assert {"master.key", "keys.db", "parlour.db"} <= set(found)
    for name, mode in found.items():
        assert mode in {"0o600", "0o700"}, (name, mode)
    assert server.base.replace("127.0.0.1", "localhost") in server.log()
    async with httpx2.AsyncClient() as client:
        answer = await client.get(server.setup_link())
    assert answer.status_code in {200, 303}


async def test_same_clinic_after_a_crash(parlour_server: StartParlour) -> None:
    server = await parlour_server()
    key = (server.data / "master.key").read_bytes()
    first = server.setup_link()
    await server.kill9()
    await server.start()
    assert (server.data / "master.key").read_bytes() == key
    async with httpx2.AsyncClient() as client:
        assert (await client.get(server.setup_link())).status_code in {200, 303}
        assert (await client.get(first)).status_code == 410


async def test_a_setting_that_cannot_stand_is_named(parlour_server: StartParlour) -> None:
    with pytest.raises(AssertionError, match=r"(?s)ended with 2.*TURN_SECRET"):
        await parlour_server(TURN_URLS="turn:relay.test:3478", TURN_SECRET="short")
