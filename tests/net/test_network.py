"""The bad network does to real packets what was asked of it, and leaves nothing behind."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest
import pytest_asyncio

from tests.net.link import CLEAN, DOWN, Profile
from tests.net.network import Network, network
from tests.net.speech import RATE, samples, speech_file

pytestmark = [pytest.mark.asyncio, pytest.mark.long]

# Sends 200 datagrams 2 ms apart to an echo and says how many came back and how long half of them took at most.
PING = """
import json, select, socket, sys, time
mine, host, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
one.bind((mine, 0))
took = []
def drain(until):
    while (left := until - time.monotonic()) > 0 and select.select([one], [], [], left)[0]:
        took.append(time.monotonic() - float(one.recv(100)))
for _ in range(200):
    one.sendto(str(time.monotonic()).encode(), (host, port))
    drain(time.monotonic() + 0.002)
drain(time.monotonic() + 0.6)
print(json.dumps([len(took), sorted(took)[len(took) // 2] * 1000 if took else 0]))
"""


class Echo(asyncio.DatagramProtocol):
    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.transport.sendto(data, addr)


@dataclass
class Ground:
    net: Network
    port: int

    async def ping(self, side: str = "a", path: int = 0) -> tuple[int, float]:
        """How many of 200 came back, and after how many ms."""
        program = str(self.net.inside(side, Path(sys.executable)))
        words = ("-c", PING, self.net.addresses[side][path], self.net.host, str(self.port))
        child = await asyncio.create_subprocess_exec(program, *words, stdout=asyncio.subprocess.PIPE)
        said, _ = await child.communicate()
        count, ms = json.loads(said)
        return count, ms


@pytest_asyncio.fixture
async def ground() -> AsyncIterator[Ground]:
    async with network(seed=4) as net:
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(Echo, local_addr=(net.host, 0))
        yield Ground(net, transport.get_extra_info("sockname")[1])
        transport.close()


async def test_each_profile_shows_in_what_comes_back(ground: Ground) -> None:
    assert (await ground.ping())[0] == 200
    await ground.net.bad(Profile(loss=0.3))
    assert 110 <= (await ground.ping())[0] <= 170
    await ground.net.bad(Profile(delay=150))
    count, ms = await ground.ping()
    assert count == 200
    assert 150 <= ms < 400  # the way back comes from this machine, which is not hit
    await ground.net.bad(Profile(rate=5, queue=100), "a")
    assert (await ground.ping())[0] < 100
    assert (await ground.ping("b"))[0] == 200
    await ground.net.bad(DOWN)
    assert (await ground.ping())[0] == 0
    await ground.net.bad(CLEAN)
    assert (await ground.ping())[0] == 200


async def test_a_path_dies_and_another_comes_up(ground: Ground) -> None:
    await ground.net.change_path("a")
    assert (await ground.ping())[0] == 0
    assert (await ground.ping(path=1))[0] == 200
    await ground.net.change_path("a", 0, gone=True)
    assert (await ground.ping())[0] == 200


async def test_nothing_is_left_of_it() -> None:
    async with network() as net:
        left = [Path(f"/run/netns/{net.name}-{side}") for side in "ab"] + [Path(f"/sys/class/net/{net.name}")]
        assert all(one.exists() for one in left)
    assert not any(one.exists() for one in left)


async def test_what_is_said_in_it_is_speech() -> None:
    assert speech_file() == speech_file()
    loud = [abs(one) > 200 for one in samples(10, Random(1))]
    assert len(loud) == 10 * RATE
    assert 0.5 < sum(loud) / len(loud) < 0.85
