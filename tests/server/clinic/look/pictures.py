"""Pictures as a clinic's admin would upload them, made on the spot."""

import struct
import zlib
from fractions import Fraction

import av


def picture(codec: str = "png", width: int = 640, height: int = 200, value: int = 120) -> bytes:
    """One of a single grey, by the real encoder."""
    form = {"png": "rgba", "mjpeg": "yuvj420p", "libwebp": "yuv420p"}[codec]
    frame = av.VideoFrame(width, height, form)
    for plane in frame.planes:
        plane.update(bytes([value]) * plane.buffer_size)
    encoder = av.CodecContext.create(codec, "w")
    encoder.width, encoder.height, encoder.pix_fmt, encoder.time_base = width, height, form, Fraction(1, 1)
    return b"".join(bytes(packet) for packet in [*encoder.encode(frame), *encoder.encode(None)])


def with_words(png: bytes, words: bytes) -> bytes:
    """The same PNG with a comment inside, and something behind its end."""
    chunk = b"tEXtComment\0" + words
    length = struct.pack(">I", len(chunk) - 4)
    written = length + chunk + struct.pack(">I", zlib.crc32(chunk))
    return png[:33] + written + png[33:] + words


def enormous() -> bytes:
    """A few bytes that say they are 60,000 dots each way."""
    head = b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 6, 0, 0, 0)
    body = b"IDAT" + zlib.compress(b"\0" * 4096)
    parts = [
        struct.pack(">I", len(one) - 4) + one + struct.pack(">I", zlib.crc32(one)) for one in (head, body, b"IEND")
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)
