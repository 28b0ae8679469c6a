"""A bad network between two real browsers, whose badness a test may change at any moment.

    async with network(seed=7) as net, staged(host=net.host) as stage:      # servers listen on net.host
        async with net.browser("a", stage.base) as one, net.browser("b", stage.base) as two:
            ...                                         # a call between a page of each
            await net.bad(Profile(loss=0.3))            # both ways; net.bad(Profile(rate=100), "a") is what a sends
            await net.bad(DOWN)                         # an outage, TCP too
            await net.bad(CLEAN)
            await net.change_path("a")                  # another address and interface; the old path is dead but looks
                                                        # alive; gone=True takes its interface away as well

UDP of a person is hit on its way out, whoever it is for (the other, or a relay on this machine); TCP passes. A path
that is left takes TCP with it, so the page's socket dies silently too, as on a phone. Needs Linux, `ip` and root
(CAP_NET_ADMIN); nothing but two namespaces and their devices is made, and they go with the router process, however
this one ends.
Chromium in there speaks 60 s of made-up speech (`speech.py`), again and again.
"""

import asyncio
import json
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, async_playwright

from tests.engines.chromium import FLAGS, MISSING, find_chromium
from tests.net.link import Profile
from tests.net.speech import speech_file

NEEDS = "A bad network needs Linux, the command ip (iproute2) and root: run this as root, for instance in a container."
ROOT = Path(__file__).parent.parent.parent


@dataclass
class Network:
    """`host` is this machine's address as seen from both places; `addresses` are those of each place, by path."""

    router: asyncio.subprocess.Process
    name: str
    host: str
    addresses: dict[str, tuple[str, str]]
    folder: Path

    async def ask(self, **wish: Any) -> dict[str, Any]:
        """Has the router do something; returns when it is done."""
        assert self.router.stdin
        assert self.router.stdout
        self.router.stdin.write(json.dumps(wish).encode() + b"\n")
        answer: dict[str, Any] = json.loads(await self.router.stdout.readline())
        return answer

    async def bad(self, profile: Profile, *sides: str) -> None:
        """From now on packets of these sides (both, when none is named) fare like this."""
        for side in sides or ("a", "b"):
            await self.ask(do="profile", of=side, **asdict(profile))

    async def reseed(self, seed: int) -> None:
        """Chance starts anew, so that another run meets the same."""
        await self.ask(do="seed", to=seed)

    async def change_path(self, side: str, to: int = 1, gone: bool = False) -> None:
        """The path in use dies and another comes up: 0 is eth0, 1 is wlan0."""
        await self.ask(do="path", of=side, to=to, gone=gone)

    async def counts(self) -> dict[str, list[int]]:
        """By side: UDP packets that passed and that were lost."""
        return await self.ask(do="counts")

    def inside(self, side: str, program: Path) -> Path:
        """A script that runs the program in this place."""
        script = self.folder / f"{program.name}-{side}"
        script.write_text(f'#!/bin/sh\nexec ip netns exec {self.name}-{side} {program} "$@"\n')
        script.chmod(0o755)
        return script

    @asynccontextmanager
    async def browser(self, side: str, *origins: str, flags: tuple[str, ...] = ()) -> AsyncIterator[Browser]:
        """A Chromium of this place. `origins` are plain addresses that may open camera and microphone all the same."""
        chromium = find_chromium()
        assert chromium, MISSING
        more = [
            f"--unsafely-treat-insecure-origin-as-secure={','.join(origins)}",
            f"--use-file-for-fake-audio-capture={speech_file()}",
            "--autoplay-policy=no-user-gesture-required",
        ]
        async with async_playwright() as playwright:
            launched = await playwright.chromium.launch(
                executable_path=self.inside(side, chromium), args=[*FLAGS, *more, *flags]
            )
            try:
                yield launched
            finally:
                await launched.close()


@asynccontextmanager
async def network(seed: int = 1) -> AsyncIterator[Network]:
    """Two places and the road between; clean at first. The same seed loses the same packets of the same sequence."""
    assert os.geteuid() == 0, NEEDS
    assert shutil.which("ip"), NEEDS
    router = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.net.router", str(seed)),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    assert router.stdin
    assert router.stdout
    try:
        with tempfile.TemporaryDirectory(prefix="parlour-net-") as folder:
            line = await router.stdout.readline()
            assert line, "the router did not start; what it said stands above"
            said = json.loads(line)
            stem, last = said["base"].rsplit(".", 1)
            at = [f"{stem}.{int(last) + offset}" for offset in range(6)]
            yield Network(router, said["name"], at[1], {"a": (at[2], at[3]), "b": (at[4], at[5])}, Path(folder))
    finally:
        router.stdin.close()
        await router.wait()
