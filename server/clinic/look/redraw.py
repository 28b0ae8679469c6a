"""Redraws a picture that somebody uploaded: its pixels alone come through, nothing else that lay in the file.

It happens apart: the file comes by stdin, and a PNG goes to stdout.
"""

import struct
import sys
from fractions import Fraction

from server.clinic.look.rules import LEAST_SIDE, MOST_PIXELS, PNG, Kind, Mark, Unfit, fitted, kind_of
from server.decoding import confine, decoded_apart

SECONDS = 10.0
TOO_SMALL = 3


class TooSmall(Exception):
    """Smaller than it is shown."""


async def redrawn(data: bytes) -> Mark | Unfit:
    """The picture as we keep it, or why it is not taken."""
    kind = kind_of(data)
    if isinstance(kind, Unfit):
        return kind
    ended = await decoded_apart(__name__, kind.value, data, SECONDS)
    if ended.code == TOO_SMALL:
        return Unfit.TOO_SMALL
    return _mark(ended.out) if ended.code == 0 and ended.out.startswith(PNG) else Unfit.UNKNOWN


def _mark(image: bytes) -> Mark:
    width, height = struct.unpack(">II", image[16:24])
    return Mark(image, width, height)


def draw(kind: Kind, data: bytes) -> bytes:
    """The PNG of the first picture in a file. Raises TooSmall, and what the decoder raises."""
    import av  # the program itself never loads a decoder

    decoder = av.CodecContext.create(kind.value, "r")
    decoder.options = {"max_pixels": str(MOST_PIXELS)}
    packet = av.Packet(data)
    frames = [*decoder.decode(packet), *decoder.decode(None)]
    frame = frames[0]
    if min(frame.width, frame.height) < LEAST_SIDE:
        raise TooSmall
    width, height = fitted(frame.width, frame.height)
    drawn = frame.reformat(width=width, height=height, format="rgba", interpolation="AREA")
    encoder = av.CodecContext.create("png", "w")
    encoder.width, encoder.height, encoder.pix_fmt, encoder.time_base = width, height, "rgba", Fraction(1, 1)
    clean = av.VideoFrame(width, height, "rgba")  # carries no words of the file: no place, no camera, no comment
    clean.planes[0].update(bytes(drawn.planes[0]))
    return b"".join(bytes(packet) for packet in [*encoder.encode(clean), *encoder.encode(None)])


def main() -> None:
    confine()
    data = sys.stdin.buffer.read()
    try:
        image = draw(Kind(sys.argv[1]), data)
    except TooSmall:
        sys.exit(TOO_SMALL)
    sys.stdout.buffer.write(image)


if __name__ == "__main__":
    main()
