"""One node for one folder, and an end in order: not ready, then gone, within seconds."""

import subprocess
import sys
from dataclasses import replace

import httpx2
import pytest

from server.app import prepare
from server.crypto import new_secret
from server.keyfile import KeyFileUnfit
from server.keys import KeyStore
from server.serving import AlreadyRunning, lock_folder
from tests.server.booking.linden import seed


def test_a_second_node_on_the_same_folder_is_refused(tmp_path) -> None:
    held = lock_folder(tmp_path)
    assert held > 0
    code = (
        "import sys; from pathlib import Path; from server.serving import lock_folder; lock_folder(Path(sys.argv[1]))"
    )
    second = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, timeout=60)
    assert second.returncode != 0
    assert AlreadyRunning.__name__ in second.stderr


@pytest.mark.asyncio
async def test_sigterm_ends_it_in_order_and_in_time(parlour_server) -> None:
    server = await parlour_server()
    async with httpx2.AsyncClient(base_url=server.base) as client:
        assert (await client.get("/healthz")).text == "ok\n"
        assert (await client.get("/readyz")).json() == {"ready": True}
    assert await server.stop() == 0
    assert "loop.stumbled" not in server.log()


@pytest.mark.asyncio
async def test_what_was_there_before_is_there_after_a_crash(parlour_server) -> None:
    server = await parlour_server()
    key = (server.data / "master.key").read_bytes()
    await server.kill9()
    await server.restart()
    assert (server.data / "master.key").read_bytes() == key
    modes = {path.name: path.stat().st_mode & 0o777 for path in server.data.iterdir() if path.is_file()}
    assert set(modes.values()) == {0o600}, modes
    assert server.data.stat().st_mode & 0o777 == 0o700


@pytest.mark.asyncio
async def test_another_master_key_is_refused_at_start(house, app) -> None:
    await seed(house)
    stranger = replace(house, keys=KeyStore(house.keys.database, new_secret()))
    with pytest.raises(KeyFileUnfit, match="not the key"):
        await prepare(stranger)
    await prepare(house)
