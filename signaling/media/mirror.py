"""A media line of aiortc that gives back what it hears, packet by packet: nothing is decoded and nothing encoded.

aiortc hands out decoded frames alone, so this reaches below its public face; every private name used here is held by
a test against a real browser. Feedback to the sender (receiver reports, NACK, REMB) stays aiortc's own.
"""

import asyncio
import queue
from typing import Any, NoReturn

from aiortc import MediaStreamTrack, RTCPeerConnection, RTCRtpTransceiver
from aiortc.rtp import RTCP_PSFB_FIR, RTCP_PSFB_PLI, RtcpPsfbPacket, RtpPacket


class Silent(MediaStreamTrack):
    """Parks the sender: what it sends is written by the mirror."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    async def recv(self) -> NoReturn:
        await asyncio.Event().wait()
        raise AssertionError("nobody sets it")


class _NothingToDecode(queue.Queue[Any]):
    """Swallows every frame; None, which ends the decoder's thread, passes."""

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        if item is None:
            super().put(item, block, timeout)


def mirror(pc: RTCPeerConnection, line: RTCRtpTransceiver) -> None:
    """Makes this line give back what arrives on it; after the remote description, before the local one."""
    pc.addTrack(Silent(line.kind))
    receiver: Any = line.receiver
    sender: Any = line.sender
    receiver._RTCRtpReceiver__decoder_queue = _NothingToDecode()
    heard, told = receiver._handle_rtp_packet, sender._handle_rtcp_packet
    media = {codec.payloadType for codec in line._codecs if not codec.mimeType.lower().endswith("/rtx")}
    source = 0

    async def give_back(packet: RtpPacket, arrival_time_ms: int) -> None:
        nonlocal source
        back = RtpPacket(packet.payload_type, packet.marker, packet.sequence_number, packet.timestamp, sender._ssrc)
        back.payload = packet.payload
        await heard(packet, arrival_time_ms)
        if packet.payload_type in media:
            source = packet.ssrc
            await sender.transport._send_rtp(back.serialize())

    async def ask_for_picture(packet: Any) -> None:
        await told(packet)
        wants = isinstance(packet, RtcpPsfbPacket) and packet.fmt in {RTCP_PSFB_PLI, RTCP_PSFB_FIR}
        if wants and source:
            await receiver._send_rtcp_pli(source)

    receiver._handle_rtp_packet = give_back
    sender._handle_rtcp_packet = ask_for_picture
