"""Beginnings of files that hold sound, and one that can be played."""

import io
import struct

import av

MP3 = bytes([0xFF, 0xFB, 0x90, 0x64]) + b"\0" * 413
TAGGED = b"ID3\x04\x00\x00\x00\x00\x00\x0a" + b"\0" * 10 + MP3
M4A = b"\0\0\0\x20ftypM4A \0\0\0\0M4A mp42isom\0\0\0\0"
OGG = b"OggS\0\x02" + b"\0" * 20 + b"\x01\x13OpusHead\x01\x01"
VORBIS = b"OggS\0\x02" + b"\0" * 20 + b"\x01\x1e\x01vorbis"


def wav(seconds: float = 1.0, rate: int = 8000) -> bytes:
    """Silence: one channel, eight bits."""
    count = int(seconds * rate)
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, rate, rate, 1, 8)
    data = struct.pack("<4sI", b"data", count) + b"\x80" * count
    return struct.pack("<4sI4s", b"RIFF", 4 + len(form) + len(data), b"WAVE") + form + data


WAV = wav(0.1)


def spoken(form: str, codec: str) -> bytes:
    """Half a second of silence, by the real encoder."""
    into = io.BytesIO()
    with av.open(into, "w", format=form) as box:
        stream = box.add_stream(codec, rate=48_000)
        frame = av.AudioFrame(format="fltp" if codec != "libopus" else "flt", layout="stereo", samples=24_000)
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        frame.sample_rate = 48_000
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            box.mux(packet)
    return into.getvalue()
