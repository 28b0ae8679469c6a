"""What a recording may be, told by its bytes, and which part of one a player asks for."""

import pytest

from server.calm.meditation.catalogue import sessions
from server.calm.recordings.rules import MOST_BYTES, Beyond, Kind, Span, Unfit, heard, kind_of, parts, span_of
from tests.server.calm.recordings.sounds import M4A, MP3, OGG, TAGGED, VORBIS, WAV


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (MP3, Kind.MP3), (TAGGED, Kind.MP3), (M4A, Kind.M4A), (OGG, Kind.OGG), (VORBIS, Kind.OGG), (WAV, Kind.WAV),
        (b"", Unfit.EMPTY), (WAV + b"\0" * MOST_BYTES, Unfit.TOO_BIG), (b"<html><script>", Unfit.UNKNOWN),
        (b"%PDF-1.7\n", Unfit.UNKNOWN), (b"\x89PNG\r\n\x1a\n", Unfit.UNKNOWN), (b"PK\x03\x04", Unfit.UNKNOWN),
        (b"OggS" + b"\0" * 24 + b"\x80theora", Unfit.UNKNOWN), (b"\0\0\0\x18ftypavif", Unfit.UNKNOWN),
        (b"RIFF\0\0\0\0WEBP", Unfit.UNKNOWN), (b"\xff\xd8\xff\xe0", Unfit.UNKNOWN), (b"\xff\xfb\xf0\0", Unfit.UNKNOWN),
        (b"\xff\xfe<\0h\0", Unfit.UNKNOWN),
    ],
)  # fmt: skip
def test_a_file_is_what_its_bytes_say(data, kind) -> None:
    assert kind_of(data) is kind


@pytest.mark.parametrize(
    ("header", "asked"),
    [
        ("bytes=0-", Span(0, 999)), ("bytes=0-1", Span(0, 1)), ("bytes=990-2000", Span(990, 999)),
        ("bytes=-10", Span(990, 999)), ("bytes=-5000", Span(0, 999)), ("bytes=999-999", Span(999, 999)),
        ("bytes=1000-", Beyond), ("bytes=-0", Beyond), ("", None), ("bytes=-", None), ("bytes=5-2", None),
        ("bytes=0-1,4-5", None), ("items=0-1", None), ("bytes=a-b", None), ("bytes=٣-", None),
        ("bytes=" + "9" * 40 + "-", None),
    ],
)  # fmt: skip
def test_the_part_that_is_asked_for_is_as_the_rules_of_http_have_it(header, asked) -> None:
    found = span_of(header, 1000)
    assert isinstance(found, Beyond) if asked is Beyond else found == asked


def test_each_length_and_each_cue_can_be_recorded_for_every_anchor_that_changes_its_words() -> None:
    anchor, body = list(parts(sessions()["anchor"])), list(parts(sessions()["body"]))
    assert {"whole-3.feet", "whole-20.breath", "rest.sounds", "arrive"} <= set(anchor)
    assert {"whole-5", "feet"} <= set(body)
    assert len(set(anchor)) == len(anchor) == 12 + len(sessions()["anchor"].texts) + 3 * 2
    assert max(map(len, anchor)) <= 32
    known = {"feet": "/a", "whole-5": "/b", "of-old-words": "/c"}
    assert heard(known, sessions()["body"]) == {"feet": "/a", "whole-5": "/b"}
