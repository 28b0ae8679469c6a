"""The network between two people: two namespaces, and this program as the only road between them and the machine.

Started by `tests/net/network.py` as root (CAP_NET_ADMIN), on Linux. It reads whole packets from TUN devices, and drops,
delays or queues those of UDP by a profile per sender; TCP passes as it is, unless nothing passes. Needs no sch_netem.

    this machine            base+1
    namespace <name>-a      base+2 on eth0; base+3 on wlan0, which is down until the path changes
    namespace <name>-b      base+4 on eth0; base+5 on wlan0

One JSON object per line on stdin, answered by one on stdout: {"do": "profile", "of": "a", "loss": 0.3},
{"do": "path", "of": "a", "to": 1}, {"do": "counts"}. It ends with its stdin and takes everything with it.
"""

import asyncio
import fcntl
import ipaddress
import json
import os
import re
import struct
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.net.link import Link, Profile

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
UDP = 17
BLOCK = ipaddress.ip_network("198.18.0.0/15")  # for measuring networks (RFC 2544): nobody else's addresses
SIDES = ("a", "b")


def ip(*words: str, namespace: str = "") -> None:
    """Runs `ip`; in a namespace when one is named."""
    subprocess.run(["ip", *(("-n", namespace) if namespace else ()), *words], check=True)


def open_tun(name: str) -> int:
    """A TUN device of this name, as a descriptor that gives and takes one packet at a time."""
    tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH14x", name.encode(), IFF_TUN | IFF_NO_PI))
    return tun


@dataclass(frozen=True)
class Place:
    """Where an interface stands: whose it is ('' = this machine), which of their paths, its address."""

    side: str
    path: int
    address: str


@dataclass
class Router:
    """Packets from and to descriptors. `path` is the one each side uses; what belongs to another is lost."""

    places: dict[int, Place]
    links: dict[str, Link]
    path: dict[str, int] = field(default_factory=lambda: {"": 0, "a": 0, "b": 0})

    def __post_init__(self) -> None:
        self.by_address = {ipaddress.ip_address(place.address).packed: fd for fd, place in self.places.items()}

    def run(self) -> None:
        for tun in self.places:
            asyncio.get_running_loop().add_reader(tun, self._drain, tun)

    def _drain(self, tun: int) -> None:
        with suppress(BlockingIOError, OSError):
            while True:
                self._route(tun, os.read(tun, 65536))

    def _route(self, tun: int, packet: bytes) -> None:
        source = self.places[tun]
        target = self.by_address.get(packet[16:20])
        if packet[0] >> 4 != 4 or target is None or packet[12:16] != ipaddress.ip_address(source.address).packed:
            return
        if self.path[source.side] != source.path:
            return
        loop = asyncio.get_running_loop()
        link = self.links.get(source.side)
        hit = link is not None and (packet[9] == UDP or link.profile.down)
        now = loop.time()
        at = link.arrival(len(packet), now) if link and hit else now
        if at == now:
            self._deliver(target, packet)
        elif at is not None:
            loop.call_at(at, self._deliver, target, packet)

    def _alive(self, place: Place) -> bool:
        return self.path[place.side] == place.path and not (place.side and self.links[place.side].profile.down)

    def _deliver(self, target: int, packet: bytes) -> None:
        if self._alive(self.places[target]):
            with suppress(BlockingIOError, OSError):
                os.write(target, packet)


@dataclass
class Land:
    """The interfaces and namespaces themselves; `name` is unique to this process."""

    name: str
    base: ipaddress.IPv4Address

    def namespace(self, side: str) -> str:
        return f"{self.name}-{side}"

    def address(self, offset: int) -> str:
        return str(self.base + offset)

    def build(self) -> dict[int, Place]:
        """Everything up; by descriptor where each leads."""
        places = {open_tun(self.name): Place("", 0, self.address(1))}
        ip("addr", "add", f"{self.address(1)}/28", "dev", self.name)
        ip("link", "set", self.name, "up")
        for number, side in enumerate(SIDES):
            space = self.namespace(side)
            ip("netns", "add", space)
            ip("link", "set", "lo", "up", namespace=space)
            for path, device in enumerate(("eth0", "wlan0")):
                passing = f"{self.name}{side}{path}"
                address = self.address(2 + 2 * number + path)
                places[open_tun(passing)] = Place(side, path, address)
                ip("link", "set", passing, "netns", space, "name", device)
            self.use(side, 0)
        return places

    def use(self, side: str, path: int) -> None:
        """Brings an interface up and makes it the way out; the other stays as it is."""
        number, device, space = SIDES.index(side), ("eth0", "wlan0")[path], self.namespace(side)
        ip("addr", "replace", f"{self.address(2 + 2 * number + path)}/32", "dev", device, namespace=space)
        ip("link", "set", device, "up", namespace=space)
        ip("route", "replace", "default", "dev", device, namespace=space)

    def drop(self, side: str, path: int) -> None:
        """Takes an interface away, as a phone that leaves a Wi-Fi does."""
        ip("link", "set", ("eth0", "wlan0")[path], "down", namespace=self.namespace(side))

    def clear(self) -> None:
        for side in SIDES:
            subprocess.run(["ip", "netns", "del", self.namespace(side)], stderr=subprocess.DEVNULL)


def free_land() -> Land:
    """A name and a block of addresses that no running router has; what dead ones left behind is removed."""
    for stale in Path("/run/netns").glob("bad*-?"):
        if (owner := re.fullmatch(r"bad(\d+)-[ab]", stale.name)) and not Path(f"/proc/{owner[1]}").exists():
            subprocess.run(["ip", "netns", "del", stale.name], stderr=subprocess.DEVNULL)
    pid = os.getpid()
    return Land(f"bad{pid}", BLOCK.network_address + 16 * (pid % 8192))


class Control:
    """What the other end of stdin may ask for."""

    def __init__(self, land: Land, router: Router) -> None:
        self.land, self.router = land, router

    def do(self, wish: dict[str, object]) -> dict[str, object]:
        if wish["do"] == "profile":
            given = {name: value for name, value in wish.items() if name not in {"do", "of"}}
            self.router.links[str(wish["of"])].profile = Profile(**given)  # type: ignore[arg-type]
        elif wish["do"] == "path":
            self._change(str(wish["of"]), int(str(wish["to"])), bool(wish.get("gone")))
        elif wish["do"] == "seed":
            for number, link in enumerate(self.router.links.values()):
                link.chance.seed(int(str(wish["to"])) * 2 + number)
        elif wish["do"] == "counts":
            return {side: [link.passed, link.lost] for side, link in self.router.links.items()}
        return {"done": wish["do"]}

    def _change(self, side: str, path: int, gone: bool) -> None:
        before = self.router.path[side]
        self.router.path[side] = path
        self.land.use(side, path)
        if gone:
            self.land.drop(side, before)


async def main(seed: int) -> None:
    """Runs until stdin ends."""
    land = free_land()
    try:
        places = land.build()
        links = {side: Link(seed * 2 + number) for number, side in enumerate(SIDES)}
        router = Router(places, links)
        router.run()
        control = Control(land, router)
        say({"name": land.name, "base": land.address(0), "profile": asdict(Profile())})
        lines = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
        while line := await lines.readline():
            say(control.do(json.loads(line)))
    finally:
        land.clear()


def say(answer: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
