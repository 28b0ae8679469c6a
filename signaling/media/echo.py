"""The peer of the check before a session: it answers a browser's offer, gives back sound and picture, and counts.

Data channels: 'ping' gives back every message; 'burst' measures how much passes. Texts on 'burst':
    up            browser: the count begins      bytes...      done            browser: tell me
    {"up": [..]}  peer: bytes that arrived in each tenth of a second
    down N        browser: send me N bytes       bytes...      end             peer: that was all
A session ends by itself after a minute, whatever its browser does.
"""

import asyncio
import json
from functools import partial
from typing import Any

from aiortc import RTCConfiguration, RTCDataChannel, RTCIceServer, RTCPeerConnection, RTCSessionDescription
from aiortc.rtcconfiguration import RTCBundlePolicy

from signaling.media.mirror import mirror
from signaling.media.offers import tamed
from signaling.media.wire import Answered, EchoOffer, Refused, Relay, Report

MOST_SESSIONS = 8
SESSION_SECONDS = 60.0
BIN_SECONDS = 0.1
MOST_BINS = 100
DOWN_BYTES, DOWN_SECONDS = 1024 * 1024, 2.5
CHUNK, BUFFERED = 8 * 1024, 32 * 1024
LONGEST_PING = 256


class Echoes:
    """Every session of this worker; `count` of them run. Each connection is closed exactly once."""

    def __init__(self, most: int = MOST_SESSIONS, seconds: float = SESSION_SECONDS) -> None:
        self._most, self._seconds = most, seconds
        self._sessions: dict[str, _Session] = {}
        self._ending: set[asyncio.Task[None]] = set()

    @property
    def count(self) -> int:
        return len(self._sessions)

    async def take(self, order: EchoOffer) -> Report:
        """The answer to an offer, or why there is none."""
        offer = tamed(order.sdp, keep=order.relay is not None)
        if offer is None:
            return Refused(order.number, "unfit")
        self._end(order.who)
        if self.count >= self._most:
            return Refused(order.number, "busy")
        session = self._sessions[order.who] = _Session(order.relay)
        session.pc.on("connectionstatechange", partial(self._look_at, order.who, session))
        session.deadline = asyncio.get_running_loop().call_later(self._seconds, self._end, order.who, session)
        try:
            return Answered(order.number, await session.answer(offer))
        except Exception:  # the library meets whatever a stranger wrote; what it makes of it is one answer
            self._end(order.who, session)
            return Refused(order.number, "unfit")

    def _look_at(self, who: str, session: "_Session") -> None:
        if session.is_over:
            self._end(who, session)

    def _end(self, who: str, session: "_Session | None" = None) -> None:
        """Ends the session of `who`; given `session`, that one alone."""
        if who not in self._sessions or session not in {None, self._sessions[who]}:
            return
        task = asyncio.create_task(self._sessions.pop(who).close())
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    async def close(self) -> None:
        for who in tuple(self._sessions):
            self._end(who)
        await asyncio.gather(*self._ending, return_exceptions=True)


class _Session:
    """One browser. `relay`: where our own side asks for an address that the world can reach."""

    def __init__(self, relay: Relay | None) -> None:
        # An empty list is said aloud: the library's own default asks a server of somebody else.
        servers = [RTCIceServer(relay.url, relay.username, relay.credential)] if relay else []
        self.pc = RTCPeerConnection(RTCConfiguration(iceServers=servers, bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))
        self.pc.on("datachannel", _open_channel)
        self.deadline: asyncio.TimerHandle | None = None

    @property
    def is_over(self) -> bool:
        return self.pc.connectionState in {"failed", "closed"}

    async def answer(self, offer: str) -> str:
        """All candidates stand in it: this library names none later."""
        await self.pc.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        for line in self.pc.getTransceivers():
            mirror(self.pc, line)
        await self.pc.setLocalDescription(await self.pc.createAnswer())
        return str(self.pc.localDescription.sdp)

    async def close(self) -> None:
        if self.deadline:
            self.deadline.cancel()
        await self.pc.close()


def _open_channel(channel: RTCDataChannel) -> None:
    if channel.label == "ping":
        channel.on("message", partial(_give_back, channel))
    elif channel.label == "burst":
        channel.on("message", _Burst(channel).hear)


def _give_back(channel: RTCDataChannel, said: str | bytes) -> None:
    if len(said) <= LONGEST_PING:
        channel.send(said)


class _Burst:
    """Counts what comes up, and sends down."""

    def __init__(self, channel: RTCDataChannel) -> None:
        self._channel, self._clock = channel, asyncio.get_running_loop().time
        self._began, self._bins = self._clock(), [0]
        self._sending: asyncio.Task[None] | None = None

    def hear(self, said: Any) -> None:
        if isinstance(said, bytes):
            self._count(len(said))
        elif said == "up":
            self._began, self._bins = self._clock(), [0]
        elif said == "done":
            self._channel.send(json.dumps({"up": self._bins}))
        elif said.startswith("down ") and said[5:12].isdecimal() and self._sending is None:
            self._sending = asyncio.create_task(self._send(min(int(said[5:12]), DOWN_BYTES)))

    def _count(self, length: int) -> None:
        at = int((self._clock() - self._began) / BIN_SECONDS)
        if at < MOST_BINS:
            self._bins += [0] * (at + 1 - len(self._bins))
            self._bins[at] += length

    async def _send(self, left: int) -> None:
        """Never more than a little ahead of what the network takes, so that a thin line is free again soon."""
        until = self._clock() + DOWN_SECONDS
        while left > 0 and self._clock() < until and self._channel.readyState == "open":
            if self._channel.bufferedAmount > BUFFERED:
                await asyncio.sleep(0.01)
                continue
            self._channel.send(bytes(min(CHUNK, left)))
            left -= CHUNK
        if self._channel.readyState == "open":
            self._channel.send("end")
        self._sending = None
