"""Whether a recording that somebody brought can be heard: its first second is decoded apart, nothing of it is kept."""

import sys
from io import BytesIO

from server.calm.recordings.rules import Kind, Unfit, kind_of
from server.decoding import confine, decoded_apart

SECONDS = 15.0
CONTAINERS = {Kind.MP3: "mp3", Kind.M4A: "mov", Kind.OGG: "ogg", Kind.WAV: "wav"}
MOST_PACKETS = 2_000
MOST_BROKEN = 2
"""A frame of MP3 may need what stood before it."""


async def heard_as(data: bytes) -> Kind | Unfit:
    """What a recording is, or why it is not taken."""
    kind = kind_of(data)
    if isinstance(kind, Unfit):
        return kind
    ended = await decoded_apart(__name__, kind.value, data, SECONDS)
    return kind if ended.code == 0 else Unfit.BROKEN


def sounds(kind: Kind, data: bytes) -> bool:
    """Whether a second of it, or all of a shorter one, can be decoded. Raises what the decoder raises."""
    import av  # the program itself never loads a decoder

    with av.open(BytesIO(data), mode="r", format=CONTAINERS[kind]) as box:
        stream = box.streams.audio[0]
        samples = broken = 0
        for number, packet in enumerate(box.demux(stream)):
            try:
                samples += sum(frame.samples for frame in packet.decode())
            except av.error.FFmpegError:
                broken += 1
            if broken > MOST_BROKEN or number > MOST_PACKETS:
                return False
            if samples >= stream.rate:
                break
    return samples > 0


def main() -> None:
    confine()
    sys.exit(0 if sounds(Kind(sys.argv[1]), sys.stdin.buffer.read()) else 1)


if __name__ == "__main__":
    main()
