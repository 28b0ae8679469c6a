"""How long picture and sound of the other side stood still, and when the room took a page back. Milliseconds."""

import asyncio
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.e2e.sides import Side

# Pictures are counted as they are drawn; sound by the packets of all open connections, looked at every 25 ms.
METER = """
globalThis.greetings = []
globalThis.WebSocket = class extends WebSocket {
  constructor(...given) {
    super(...given)
    this.addEventListener('message', ({ data }) => JSON.parse(data).type === 'admitted' && greetings.push(Date.now()))
  }
}
const longest = () => {
  let last = performance.now()
  let gap = 0
  return {
    came() { gap = Math.max(gap, performance.now() - last); last = performance.now() },
    gap: () => Math.max(gap, performance.now() - last),
  }
}
globalThis.soundPackets = async () => {
  let all = 0
  for (const one of connections) {
    if (one.connectionState === 'closed') continue
    for (const stat of (await one.getStats()).values()) {
      if (stat.type === 'inbound-rtp' && stat.kind === 'audio') all += stat.packetsReceived
    }
  }
  return all
}
globalThis.measure = async () => {
  const picture = longest(), sound = longest()
  const place = document.querySelector('[data-remote]')
  const turn = globalThis.measuring = {} // one meter at a time: each would cost the call a little
  const drawn = () => { if (turn === measuring) { picture.came(); place.requestVideoFrameCallback(drawn) } }
  place.requestVideoFrameCallback(drawn)
  let before = await soundPackets()
  const timer = setInterval(async () => {
    if (turn !== measuring) return clearInterval(timer)
    const now = await soundPackets()
    if (now !== before) sound.came()
    before = now
  }, 25)
  greetings.length = 0
  globalThis.measured = () => ({ picture: picture.gap(), sound: sound.gap(), greetings })
}
"""


USUAL_MS = 120  # the longest standstill of an undisturbed call where nothing else runs
# Packets that were under way when the path was cut are not its return: a second of silence stands between.
SOUND_AGAIN = """async (since) => {
  let before = await soundPackets(), last = Date.now()
  for (;;) {
    await new Promise((done) => setTimeout(done, 20))
    const now = await soundPackets()
    if (now <= before) { before = now; continue }
    if (Date.now() - Math.max(last, since) > 1000) return Date.now()
    before = now
    last = Date.now()
  }
}"""


@dataclass(frozen=True)
class Gap:
    """What one side lived through: longest standstill of picture and sound, and when the room greeted it (s, epoch)."""

    picture: float
    sound: float
    greeted: tuple[float, ...]

    @property
    def media(self) -> float:
        return max(self.picture, self.sound)


async def begin(sides: Sequence[Side]) -> None:
    """Starts to measure on each page, from nothing."""
    for one in sides:
        await one.page.evaluate("measure()")


async def ended(side: Side) -> Gap:
    found: dict[str, Any] = await side.page.evaluate("measured()")
    return Gap(found["picture"], found["sound"], tuple(at / 1000 for at in found["greetings"]))


async def greeted(side: Side) -> None:
    """Returns when the room has taken this page (back) into the call since `begin`."""
    await side.page.wait_for_function("() => greetings.length > 0")


async def usual_slowness(sides: Sequence[Side]) -> float:
    """How many times longer than usual this machine stalls the same call when nobody disturbs it; at least 1."""
    await begin(sides)
    for _ in range(40):
        for one in sides:
            await one.plays("[data-remote]")
    return max(1, *[(await ended(one)).media / USUAL_MS for one in sides])


async def sound_again(sides: Sequence[Side], since: float) -> list[float]:
    """Waits until sound has come on each side after a silence that began at `since` (s, epoch); the moments."""
    found = await asyncio.gather(*(one.page.evaluate(SOUND_AGAIN, since * 1000) for one in sides))
    return [float(at) / 1000 for at in found]


async def answers_at(port: int, within: float = 30) -> float:
    """Waits until somebody accepts on this port of loopback; the moment (s, epoch)."""
    return await asyncio.to_thread(_knock, port, time.time() + within)


def _knock(port: int, deadline: float) -> float:
    while time.time() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return time.time()
        except OSError:
            time.sleep(0.002)
    raise TimeoutError(f"nobody answers on {port}")
