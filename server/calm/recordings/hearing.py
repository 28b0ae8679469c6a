"""Whether a recording that somebody brought can be heard: its first second is decoded, nothing of it is kept.

Decoders of sound have had holes. So it happens in a process of its own, as the clinic's picture is redrawn
(`server/clinic/look/redraw.py`): `python -m server.calm.recordings.hearing audio/wav` reads the file from stdin.
"""

import asyncio
import os
import sys
from contextlib import suppress
from io import BytesIO

from server.calm.recordings.rules import Kind, Unfit, kind_of

SECONDS = 15.0
CPU_SECONDS = 5
MEMORY = 2 * 1024**3  # of addresses, most of them for libraries that are mapped
CONTAINERS = {Kind.MP3: "mp3", Kind.M4A: "mov", Kind.OGG: "ogg", Kind.WAV: "wav"}
MOST_PACKETS = 2_000
MOST_BROKEN = 2
"""A frame of MP3 may need what stood before it."""


async def heard_as(data: bytes) -> Kind | Unfit:
    """What a recording is, or why it is not taken."""
    kind = kind_of(data)
    if isinstance(kind, Unfit):
        return kind
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        __name__,
        kind.value,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )
    try:
        async with asyncio.timeout(SECONDS):
            await child.communicate(data)
    except TimeoutError:
        with suppress(ProcessLookupError):
            child.kill()
        await child.wait()
    return kind if child.returncode == 0 else Unfit.BROKEN


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
    import resource  # not on every system

    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    sys.exit(0 if sounds(Kind(sys.argv[1]), sys.stdin.buffer.read()) else 1)


if __name__ == "__main__":
    main()
