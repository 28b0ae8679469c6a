"""What a clinic's picture may be, told by its first bytes and never by its name. Pure."""

from dataclasses import dataclass, field
from enum import StrEnum

MOST_BYTES = 512 * 1024
MOST_PIXELS = 4096 * 4096
LEAST_SIDE = 28
"""As large as it is shown; a smaller one would be a blur."""
HIGH, WIDE = 112, 448
"""A redrawn picture fits into this: four dots for each one it is shown in, for screens of today and tomorrow."""
SHOWN_HIGH = 28

PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff"
DRAWING = (b"<svg", b"<?xml", b"<!doctype svg")


class Kind(StrEnum):
    """What we redraw; the name of the decoder."""

    PNG = "png"
    JPEG = "mjpeg"
    WEBP = "webp"


class Unfit(StrEnum):
    """Why a picture is not taken."""

    MISSING = "no_picture"
    TOO_BIG = "picture_too_big"
    DRAWING = "picture_is_svg"  # one can carry programs
    UNKNOWN = "picture_unknown"  # no PNG, JPEG or WebP, or one that cannot be read
    TOO_SMALL = "picture_too_small"


@dataclass(frozen=True)
class Mark:
    """A clinic's picture as we keep and serve it: a PNG of ours."""

    image: bytes = field(repr=False)
    width: int
    height: int

    @property
    def shown_wide(self) -> int:
        """How wide it stands in a header, in CSS pixels."""
        return max(1, round(self.width * SHOWN_HIGH / self.height))


def kind_of(data: bytes) -> Kind | Unfit:
    """Which of the three it is."""
    if not data:
        return Unfit.MISSING
    if len(data) > MOST_BYTES:
        return Unfit.TOO_BIG
    if data.startswith(PNG):
        return Kind.PNG
    if data.startswith(JPEG):
        return Kind.JPEG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Kind.WEBP
    begin = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return Unfit.DRAWING if begin.startswith(DRAWING) else Unfit.UNKNOWN


def fitted(width: int, height: int) -> tuple[int, int]:
    """The size of the redrawn picture: its shape is kept, and nothing is made larger than it came."""
    scale = min(1.0, WIDE / width, HIGH / height)
    return max(1, round(width * scale)), max(1, round(height * scale))
