"""A recording is taken where it can be heard, and not where it only says that it is one."""

import pytest

from server.calm.recordings.hearing import heard_as
from server.calm.recordings.rules import Kind, Unfit
from tests.server.calm.recordings.sounds import M4A, MP3, OGG, TAGGED, VORBIS, spoken, wav

pytestmark = pytest.mark.asyncio
PAGE = b"<html><script>alert(1)</script></html>"


@pytest.mark.parametrize(
    ("form", "codec", "kind"),
    [("mp3", "libmp3lame", Kind.MP3), ("ipod", "aac", Kind.M4A), ("ogg", "libopus", Kind.OGG)],
)
async def test_what_phones_and_recorders_write_is_heard(form: str, codec: str, kind: Kind) -> None:
    data = spoken(form, codec)
    assert await heard_as(data) is kind
    assert await heard_as(data[:40] + PAGE * 40) in {Unfit.BROKEN, Unfit.UNKNOWN}


async def test_short_and_long_ones_are_heard() -> None:
    for data in (wav(0.1), wav(60), MP3 * 3):
        assert isinstance(await heard_as(data), Kind)


@pytest.mark.parametrize(
    "data",
    [
        b"RIFF\0\0\0\0WAVE", wav(1)[:44], b"ID3\x04\0\0\0\0\0\x0a" + bytes(10) + PAGE, b"ID3\x04\0" + PAGE,
        b"\0\0\0\x18ftypisom" + PAGE, M4A, OGG, VORBIS, TAGGED[:24],
    ],
)  # fmt: skip
async def test_what_only_says_that_it_is_sound_is_broken(data: bytes) -> None:
    assert await heard_as(data) is Unfit.BROKEN
    assert await heard_as(PAGE) is Unfit.UNKNOWN
