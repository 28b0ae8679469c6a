"""How much of picture and sound of the other side was missing, and when the room took a page back. Milliseconds."""

import asyncio
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.e2e.sides import Side

# The browser's own account, and not when its page came to look: a busy page sees late what has long been shown.
METER = """
globalThis.greetings = []
globalThis.WebSocket = class extends WebSocket {
  constructor(...given) {
    super(...given)
    this.addEventListener('message', ({ data }) => JSON.parse(data).type === 'admitted' && greetings.push(Date.now()))
  }
}
const all = async (kind) => {
  const found = []
  for (const one of connections) {
    if (one.connectionState === 'closed') continue
    for (const stat of (await one.getStats()).values()) {
      if (stat.type === 'inbound-rtp' && stat.kind === kind) found.push(stat)
    }
  }
  return found
}
const sum = (stats, name) => stats.reduce((so_far, stat) => so_far + (stat[name] ?? 0), 0)
globalThis.soundPackets = async () => sum(await all('audio'), 'packetsReceived')
globalThis.account = async () => {
  const sound = await all('audio'), picture = await all('video')
  const rate = 48 // samples in a millisecond
  return {
    invented: sum(sound, 'concealedSamples') / rate,
    frozen: sum(picture, 'totalFreezesDuration') * 1000,
    frames: sum(picture, 'framesDecoded'),
    packets: sum(sound, 'packetsReceived'),
    made: connections.length,
  }
}
globalThis.measure = async () => {
  greetings.length = 0
  globalThis.before = await account()
}
// A freeze is counted when it is over, so the next picture is waited for.
globalThis.measured = async () => {
  const { frames, packets } = await account()
  for (;;) {
    const now = await account()
    if (now.frames > frames + 1 && now.packets > packets + 1) {
      return { sound: now.invented - before.invented, picture: now.frozen - before.frozen, greetings,
        another: now.made > before.made }
    }
    await new Promise((done) => setTimeout(done, 20))
  }
}
"""


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
    """What one side lived through, and when the room greeted it (s, epoch).

    `sound`: ms that the browser had to invent because nothing came; `picture`: ms of freezes, which it counts from a
    quarter of a second on. Both are sums, so the longest gap is no longer than that.
    """

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
    """Raises AssertionError when another connection took over: then these accounts do not tell of the time between."""
    found: dict[str, Any] = await side.page.evaluate("measured()")
    assert not found["another"], "another connection took over"
    return Gap(found["picture"], found["sound"], tuple(at / 1000 for at in found["greetings"]))


async def greeted(side: Side) -> None:
    """Returns when the room has taken this page (back) into the call since `begin`."""
    await side.page.wait_for_function("() => greetings.length > 0")


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
