"""A clinic's own recordings of our sessions: of what one is, what a file may be, which part is asked for. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from server.calm.meditation.rules import Session

MOST_BYTES = 16 * 1024 * 1024
MOST_OF_A_CLINIC = 400 * 1024 * 1024
WHOLE = "whole"


class Kind(StrEnum):
    """What is taken: what phones and recorders write, and every browser of today plays or says that it does not."""

    MP3 = "audio/mpeg"
    M4A = "audio/mp4"
    OGG = "audio/ogg"
    WAV = "audio/wav"


class Unfit(StrEnum):
    """Why a file is not taken."""

    EMPTY = "empty"
    TOO_BIG = "too_big"
    UNKNOWN = "unknown"
    BROKEN = "broken"  # it says that it is one of them, and nothing of it can be heard
    NO_ROOM = "no_room"  # the clinic's recordings together are as large as they may be
    NO_PART = "no_part"


def kind_of(data: bytes) -> Kind | Unfit:
    """What a recording is, told by its first bytes and never by its name."""
    if not data:
        return Unfit.EMPTY
    if len(data) > MOST_BYTES:
        return Unfit.TOO_BIG
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return Kind.WAV
    if data[:4] == b"OggS" and (b"OpusHead" in data[:256] or b"\x01vorbis" in data[:256]):
        return Kind.OGG
    if data[4:8] == b"ftyp" and data[8:12] in {b"M4A ", b"mp42", b"isom", b"mp41", b"iso5", b"dash"}:
        return Kind.M4A
    return Kind.MP3 if _is_mp3(data) else Unfit.UNKNOWN


def _is_mp3(data: bytes) -> bool:
    """A tag of its words first, or a frame: eleven bits set, layer III, a bit rate and a sample rate that there are."""
    if data[:3] == b"ID3" and len(data) > 10:
        return data[3] < 0xFF and data[4] < 0xFF
    if len(data) < 4 or data[0] != 0xFF or data[1] & 0xE6 != 0xE2:
        return False
    return data[2] >> 4 not in {0, 15} and data[2] >> 2 & 3 != 3


def parts(session: Session) -> Iterator[str]:
    """What may be recorded of a session: each length as a whole, and each cue; for every anchor that changes it."""
    anchors = session.anchors or ("",)
    for minutes in session.lengths:
        yield from (named(f"{WHOLE}-{minutes}", anchor) for anchor in anchors)
    for key, told in session.texts.items():
        yield from (named(key, anchor) for anchor in told)


def named(what: str, anchor: str) -> str:
    return f"{what}.{anchor}" if anchor else what


RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})", re.ASCII)


@dataclass(frozen=True)
class Span:
    """Bytes of a file, the last one included."""

    first: int
    last: int

    @property
    def size(self) -> int:
        return self.last - self.first + 1


class Beyond:
    """A part is asked for that the file does not have: 416."""


def span_of(header: str, size: int) -> Span | Beyond | None:
    """Which part is asked for, as RFC 9110 (14.2) has it; None is all of it, also where several are asked for."""
    found = RANGE.fullmatch(header.strip())
    if found is None or not any(found.groups()):
        return None
    first, last = found.groups()
    if not first:
        return Span(max(0, size - int(last)), size - 1) if int(last) and size else Beyond()
    if int(first) >= size:
        return Beyond()
    end = min(int(last), size - 1) if last else size - 1
    return Span(int(first), end) if end >= int(first) else None


def heard(known: Mapping[str, str], session: Session) -> Mapping[str, str]:
    """Part -> address, of the parts that this session has: what was recorded of older words is not heard."""
    return {part: known[part] for part in parts(session) if part in known}
