"""The other server of the signaling bench: PeerJS's own, as npm has it, in a folder that git does not see.

It is fetched once with the ordinary npm of this machine, without running any install script.
"""

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bench.servers import Running, running
from tests.engines.ports import free_port

VERSION = "1.0.2"
FOLDER = Path(__file__).parent / "peers"
LIBRARY = FOLDER / "node_modules/peer"
# As its own command does, without that one's line of output for everybody who comes and goes.
PROGRAM = (
    "require(process.argv[1]).PeerServer({ port: Number(process.argv[2]), host: '127.0.0.1', concurrent_limit: 20000 })"
)
MISSING = "The bench of signaling needs Node 18 or newer with npm, for the server it is measured beside."


def fetch() -> None:
    """Brings it here unless it is. Raises AssertionError where there is no Node, CalledProcessError without network."""
    assert shutil.which("node"), MISSING
    if LIBRARY.exists():
        return
    npm = shutil.which("npm")
    assert npm, MISSING
    FOLDER.mkdir(exist_ok=True)
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"]
    subprocess.run([npm, "install", "--prefix", str(FOLDER), *options, f"peer@{VERSION}"], check=True, cwd=FOLDER)


@asynccontextmanager
async def peerjs() -> AsyncIterator[Running]:
    """The server in production, with its own settings but for one: as many sockets at a time as the bench opens."""
    await asyncio.to_thread(fetch)
    port = free_port()
    argv = ["node", "-e", PROGRAM, str(LIBRARY), str(port)]
    async with running(argv, port, "/", NODE_ENV="production") as server:
        yield server
