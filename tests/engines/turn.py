"""Debian's coturn on loopback, with credentials as a clinic's relay has them."""

import asyncio
import base64
import hashlib
import hmac
import secrets
import shutil
import socket
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from aioice.stun import Class, Message, Method

from tests.engines.children import end, start, until
from tests.engines.ports import free_port

REALM = "parlour.test"
MISSING = "No turnserver found: install coturn (on Debian: sudo apt install coturn)."


@dataclass(frozen=True)
class Relay:
    """A running relay: `urls` for TURN_URLS, `secret` for TURN_SECRET, `log` what it printed."""

    port: int
    secret: str
    log: Path

    @property
    def urls(self) -> list[str]:
        return [f"turn:127.0.0.1:{self.port}?transport={transport}" for transport in ("udp", "tcp")]

    def credentials(self, user: str = "peer", lifetime: int = 600) -> tuple[str, str]:
        """(username, password) valid for `lifetime` seconds from now: the REST scheme of use-auth-secret."""
        username = f"{int(time.time()) + lifetime}:{user}"
        digest = hmac.new(self.secret.encode(), username.encode(), hashlib.sha1).digest()
        return username, base64.b64encode(digest).decode()


def turnserver() -> str:
    """Path of the relay's program; the run fails with one sentence when there is none."""
    found = shutil.which("turnserver") or shutil.which("turnserver", path="/usr/bin:/usr/sbin:/usr/local/bin")
    if found is None:
        pytest.fail(MISSING)
    return found


async def listens(port: int) -> bool:
    """Whether somebody accepts TCP on this port of loopback."""
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True


async def answers(port: int) -> bool:
    """Whether a relay answers STUN over UDP here: it opens its TCP side first."""
    return await asyncio.to_thread(_binding, port)


def _binding(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.settimeout(0.2)
        try:
            probe.connect(("127.0.0.1", port))
            probe.send(bytes(Message(Method.BINDING, Class.REQUEST)))
            return bool(probe.recv(2048))
        except OSError:
            return False


async def run_relay(config: str, folder: Path) -> AsyncIterator[Relay]:
    """Runs a relay under these settings, bound to loopback; adds port, address, secret and nothing else."""
    port = free_port()
    relay = Relay(port, secrets.token_urlsafe(24), folder / "turnserver.log")
    own = (
        f"listening-ip=127.0.0.1\nrelay-ip=127.0.0.1\nlistening-port={port}\nrealm={REALM}\n"
        f"static-auth-secret={relay.secret}\npidfile={folder}/turnserver.pid\nlog-file=stdout\n"
    )
    file = folder / "turnserver.conf"
    file.write_text(f"{config}\n{own}")
    child = start([turnserver(), "-c", str(file)], relay.log, cwd=folder)
    try:
        await until(lambda: answers(port), child, relay.log, within=15)
        yield relay
    finally:
        end(child)


@pytest_asyncio.fixture(scope="session")
async def coturn(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Relay]:
    """A relay that may reach loopback, where both ends of a test live; a clinic's may not."""
    config = "use-auth-secret\nfingerprint\nno-tls\nno-dtls\nno-cli\nallow-loopback-peers\nno-software-attribute"
    async for relay in run_relay(config, tmp_path_factory.mktemp("coturn")):
        yield relay
