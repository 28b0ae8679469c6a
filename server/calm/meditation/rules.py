"""Guided meditations: what is said, when a bell sounds, and where it is quiet. Pure.

A session stands in one file of `sessions/`: its words in every language, and for each length in minutes a line of
segments. Seconds everywhere. Wording and timings are our own and await a clinician's confirmation, as the file says.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from server.tongues import told_in

MINUTES = (3, 5, 10, 20)
WORST_DROP = 3
"""Points of ten that calm or mood may lose before we say how to reach somebody. Our own proposal, to be confirmed."""
PREFIX = "sit-"
"""Before the id of a session, where what was done is kept beside the exercises."""


class Kind(StrEnum):
    """What happens in a segment."""

    CUE = "cue"
    SILENCE = "silence"
    BELL = "bell"


class Anchor(StrEnum):
    """Where attention may rest: not everybody is at ease with the breath."""

    BREATH = "breath"
    FEET = "feet"
    SOUNDS = "sounds"


Words = Mapping[str, str]
"""Language -> words."""


@dataclass(frozen=True)
class Segment:
    """`at`: seconds from the beginning; `text`: the key of what is said in a cue, else empty."""

    at: int
    seconds: int
    kind: Kind
    text: str


@dataclass(frozen=True)
class Session:
    """`texts`: key -> anchor -> words, with one anchor '' where the words are the same for all."""

    id: str
    name: Words
    about: Words
    anchors: tuple[Anchor, ...]
    texts: Mapping[str, Mapping[str, Words]]
    lengths: Mapping[int, tuple[Segment, ...]]
    source: str
    awaits: tuple[str, ...]

    def said(self, key: str, anchor: str, language: str) -> str:
        """The words of a cue."""
        told = self.texts[key]
        return told.get(anchor, next(iter(told.values())))[language]


def lasts(segments: Sequence[Segment]) -> int:
    """Seconds of all segments together."""
    return sum(one.seconds for one in segments)


def usual(session: Session) -> int:
    """The length that is chosen until somebody chooses: five minutes where there are."""
    return 5 if 5 in session.lengths else min(session.lengths)


def parse(data: Mapping[str, Any]) -> Session:
    """A session's file as a value. Raises KeyError, TypeError or ValueError where it is no such file."""
    anchors = tuple(Anchor(one) for one in data["anchors"])
    texts = {key: _told(told, anchors) for key, told in data["texts"].items()}
    lengths = {int(minutes): _line(int(minutes), line, texts) for minutes, line in data["lengths"].items()}
    if not lengths or set(texts) != {one.text for line in lengths.values() for one in line if one.text}:
        raise ValueError("every text is said, and nothing is said that is no text")
    return Session(
        data["id"], told_in(data["name"]), told_in(data["about"]), anchors, texts, lengths, data["source"],
        tuple(data["awaits"]),
    )  # fmt: skip


def _told(told: Mapping[str, Any], anchors: Sequence[Anchor]) -> Mapping[str, Words]:
    if "en" in told:
        return {"": told_in(told)}
    if set(told) != set(anchors):
        raise ValueError("words that depend on the anchor are there for each of them")
    return {anchor: told_in(words) for anchor, words in told.items()}


def _line(minutes: int, line: Sequence[Mapping[str, Any]], texts: Mapping[str, Any]) -> tuple[Segment, ...]:
    segments = tuple(_segments(line, texts))
    if minutes not in MINUTES or lasts(segments) != minutes * 60:
        raise ValueError(f"segments come to {lasts(segments)} s, not to {minutes} minutes")
    return segments


def _segments(line: Sequence[Mapping[str, Any]], texts: Mapping[str, Any]) -> Iterator[Segment]:
    at = 0
    for one in line:
        segment = Segment(one["t"], one["dur"], Kind(one["type"]), one.get("text", ""))
        if segment.at != at or segment.seconds <= 0:
            raise ValueError(f"a segment begins where the one before ends: {at} s, not {segment.at} s")
        if (segment.text in texts) is not (segment.kind is Kind.CUE):
            raise ValueError("a cue says a text, and nothing else does")
        at += segment.seconds
        yield segment
