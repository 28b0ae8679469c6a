"""Files that people bring: what one is, told by its bytes and never by its name, and how one is handed out. Pure.

PDF, PNG, JPEG and plain text are taken. What can hold other files or programs (archives, office files, HTML, SVG) is
not, and nothing is unpacked to look. A file leaves as an attachment alone: no browser shows it in our origin.
"""

import re
import struct
import zlib
from enum import StrEnum
from urllib.parse import quote

MOST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 25_000_000
LONGEST_NAME = 120
PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff"
JPEG_MARK = re.compile(rb"\xff+([\xc0-\xcf\xd9-\xfe])")
"""The next segment; none of those that stand within a scan alone, and no second beginning."""
IN_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7]")
"""What ends a scan: a mark that is no data and no restart."""
SOS, EOI = 0xDA, 0xD9
FRAMES = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})
CHUNKS = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI mDCv cLLi bKGD hIST pHYs sPLT tIME tEXt zTXt"
    b" iTXt eXIf acTL fcTL fdAT iDOT caBX orNT vpAg".split()
)
"""What a PNG is made of: its standard, its animations, and what phones and drawing programs add."""
WHITE = b"\0\t\n\f\r "
PDF_OBJECT = re.compile(rb"\d{1,10}[\0\t\n\f\r ]+\d{1,5}[\0\t\n\f\r ]+obj")
PDF_HEAD = re.compile(
    rb"%PDF-\d\.\d[\t ]*[\r\n](?:%[^\r\n]{0,255}[\r\n]|[\0\t\n\f\r ]){0,64}?(?:" + PDF_OBJECT.pattern + rb")"
)
PDF_END = re.compile(rb"startxref[\0\t\n\f\r ]+(\d{1,10})[\0\t\n\f\r ]+%%EOF[\0\t\n\f\r ]*\Z")
MOST_TABLE = 4096
CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")


class Kind(StrEnum):
    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"
    TEXT = "text/plain"


ENDINGS = {Kind.PDF: ("pdf",), Kind.PNG: ("png",), Kind.JPEG: ("jpg", "jpeg"), Kind.TEXT: ("txt", "text")}


class Unfit(StrEnum):
    """Why a file is not taken."""

    EMPTY = "empty"
    TOO_BIG = "too_big"
    UNKNOWN = "unknown"
    NOT_AS_NAMED = "not_as_named"
    TOO_MANY_PIXELS = "too_many_pixels"


def kind_of(data: bytes, name: str) -> Kind | Unfit:
    """What a file is; its name has to say the same."""
    if not data:
        return Unfit.EMPTY
    if len(data) > MOST_BYTES:
        return Unfit.TOO_BIG
    found = _by_bytes(data)
    if isinstance(found, Unfit):
        return found
    ending = name.rpartition(".")[2].casefold()
    return found if ending in ENDINGS[found] else Unfit.NOT_AS_NAMED


def _by_bytes(data: bytes) -> Kind | Unfit:
    if data.startswith(PNG):
        return _fits(Kind.PNG, _png_size(data)) if _png_walks(data) else Unfit.UNKNOWN
    if data.startswith(JPEG):
        return _jpeg_fits(data)
    if data.startswith(b"%PDF-"):
        return Kind.PDF if _is_pdf(data) else Unfit.UNKNOWN
    return Kind.TEXT if _is_text(data) else Unfit.UNKNOWN


def _fits(kind: Kind, size: tuple[int, int] | None) -> Kind | Unfit:
    if size is None or 0 in size:
        return Unfit.UNKNOWN
    return kind if size[0] * size[1] <= MOST_PIXELS else Unfit.TOO_MANY_PIXELS


def _png_size(data: bytes) -> tuple[int, int] | None:
    if len(data) < 33 or data[12:16] != b"IHDR":
        return None
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def _png_walks(data: bytes) -> bool:
    """Whether it is chunks that are known from end to end, each with its sum, and nothing between or behind them."""
    at, seen = len(PNG), list[bytes]()
    while at + 12 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        name, end = data[at + 4 : at + 8], at + 12 + size
        if (
            name not in CHUNKS
            or end > len(data)
            or zlib.crc32(data[at + 4 : end - 4]).to_bytes(4, "big") != data[end - 4 : end]
        ):
            return False
        seen.append(name)
        at = end
    return at == len(data) and seen[:1] == [b"IHDR"] and seen[-1:] == [b"IEND"] and seen.count(b"IEND") == 1


def _is_pdf(data: bytes) -> bool:
    """An object after the head, nothing after the end, and where the end points to a table of objects with its root."""
    end = PDF_END.search(data[-2048:])
    if not PDF_HEAD.match(data) or end is None:
        return False
    table = data[int(end[1]) : int(end[1]) + MOST_TABLE].lstrip(WHITE)
    if table.startswith(b"xref"):
        last = data.rfind(b"trailer", int(end[1]))
        return last > 0 and b"/Root" in data[last:]
    return bool(PDF_OBJECT.match(table)) and b"/XRef" in table and b"/Root" in table


def _jpeg_fits(data: bytes) -> Kind | Unfit:
    """Pictures from end to end: phones put a second one behind the first, for depth or for light, and nothing else may
    stand there.
    """
    at = 0
    while len(rest := data[at:].lstrip(b"\0")):
        at = len(data) - len(rest)
        end, size = _jpeg_walks(data, at)
        fits = _fits(Kind.JPEG, size) if end else Unfit.UNKNOWN
        if isinstance(fits, Unfit):
            return fits
        at = end
    return Kind.JPEG


def _jpeg_walks(data: bytes, at: int) -> tuple[int, tuple[int, int] | None]:
    """(where the picture that begins here ends, (width, height) of its first frame); 0 where it is none. Segments are
    walked, nothing is decoded.
    """
    size, scans = None, 0
    if data[at : at + 3] != JPEG:
        return 0, None
    at += 2
    while mark := JPEG_MARK.match(data, at):
        marker, at = mark[1][0], mark.end()
        if marker == EOI:
            return (at if scans and size else 0), size
        length = int.from_bytes(data[at : at + 2], "big")
        if length < 2 or at + length > len(data):
            break
        if marker in FRAMES and size is None and length >= 7:
            height, width = struct.unpack(">HH", data[at + 3 : at + 7])
            size = width, height
        at += length
        if marker == SOS:
            after = IN_SCAN.search(data, at)
            scans, at = scans + 1, after.start() if after else len(data)
    return 0, size


def _is_text(data: bytes) -> bool:
    if CONTROLS.search(data) or data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"{\\rtf")):
        return False
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def plain_name(name: str) -> str:
    """What a file is called, without any folder and without what no name has."""
    last = re.split(r"[\\/]", name)[-1]
    kept = "".join(sign for sign in last if sign.isprintable() and sign not in '<>:"|?*').strip(" .")
    stem, dot, ending = kept.rpartition(".")
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}{dot}{ending[:16]}" if dot else kept[:LONGEST_NAME] or "file"


def headers_for(name: str) -> dict[str, str]:
    """How a file is handed out: to be kept, never to be shown in a page of ours, and by no cache."""
    return {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "content-security-policy": "sandbox; default-src 'none'",
        "x-content-type-options": "nosniff",
        "cache-control": "no-store",
    }
