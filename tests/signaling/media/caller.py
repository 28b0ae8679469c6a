"""A browser's side of the check, played by aiortc: sends sound and picture, and hears what comes back."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack, MediaStreamError, VideoStreamTrack

Answer = Callable[[str], Awaitable[str]]


@dataclass
class Caller:
    """One connection with the two channels of the check; `heard` counts the frames that came back, by kind."""

    pc: RTCPeerConnection = field(default_factory=lambda: RTCPeerConnection(RTCConfiguration(iceServers=[])))
    heard: dict[str, int] = field(default_factory=lambda: {"audio": 0, "video": 0})
    said: list[Any] = field(default_factory=list)

    async def call(self, answer: Answer, media: bool = True) -> None:
        """Returns when the channels are open."""
        if media:
            self.pc.addTrack(AudioStreamTrack())
            self.pc.addTrack(VideoStreamTrack())
        self.ping = self.pc.createDataChannel("ping", ordered=False, maxRetransmits=0)
        self.burst = self.pc.createDataChannel("burst")
        for channel in (self.ping, self.burst):
            channel.on("message", self.said.append)
        self.pc.on("track", lambda track: asyncio.ensure_future(self._hear(track)))
        await self.pc.setLocalDescription(await self.pc.createOffer())
        sdp = await answer(self.pc.localDescription.sdp)
        await self.pc.setRemoteDescription(RTCSessionDescription(sdp, "answer"))
        await until(lambda: self.ping.readyState == self.burst.readyState == "open")

    async def _hear(self, track: Any) -> None:
        with suppress(MediaStreamError):
            while True:
                await track.recv()
                self.heard[track.kind] += 1

    def told(self) -> list[int]:
        """Bytes in each tenth of a second, as the echo counted them."""
        texts = [said for said in self.said if isinstance(said, str) and said.startswith("{")]
        return list(json.loads(texts[-1])["up"]) if texts else []


async def until(yes: Callable[[], bool], within: float = 15) -> None:
    """Waits until `yes` says so; TimeoutError after `within` seconds."""
    async with asyncio.timeout(within):
        while not yes():  # noqa: ASYNC110 - neither end tells anybody
            await asyncio.sleep(0.01)
