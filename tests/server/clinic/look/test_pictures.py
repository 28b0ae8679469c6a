"""What is taken as a clinic's picture, and that nothing but its dots comes through."""

import pytest

from server.clinic.look.redraw import redrawn
from server.clinic.look.rules import MOST_BYTES, PNG, Kind, Mark, Unfit, fitted, kind_of
from tests.server.clinic.look.pictures import enormous, picture, with_words


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", Unfit.MISSING),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", Unfit.DRAWING),
        (b"\xef\xbb\xbf \n<?xml version='1.0'?><svg/>", Unfit.DRAWING),
        (b"GIF89a", Unfit.UNKNOWN),
        (b"%PDF-1.7", Unfit.UNKNOWN),
        (PNG + bytes(MOST_BYTES), Unfit.TOO_BIG),
        (PNG, Kind.PNG),
        (b"\xff\xd8\xff\xe0", Kind.JPEG),
        (b"RIFF\0\0\0\0WEBPVP8 ", Kind.WEBP),
    ],
)
def test_the_first_bytes_say_what_it_is_and_a_name_says_nothing(data: bytes, kind: Kind | Unfit) -> None:
    assert kind_of(data) is kind


@pytest.mark.parametrize(
    ("size", "becomes"),
    [((640, 200), (358, 112)), ((2000, 100), (448, 22)), ((40, 30), (40, 30)), ((4000, 28), (448, 3))],
)
def test_it_keeps_its_shape_and_never_grows(size: tuple[int, int], becomes: tuple[int, int]) -> None:
    assert fitted(*size) == becomes


@pytest.mark.asyncio
@pytest.mark.parametrize("codec", ["png", "mjpeg", "libwebp"])
async def test_every_kind_becomes_a_png_of_ours(codec: str) -> None:
    made = await redrawn(picture(codec))
    assert isinstance(made, Mark)
    assert made.image.startswith(PNG)
    assert (made.width, made.height, made.shown_wide) == (358, 112, 90)


@pytest.mark.asyncio
async def test_words_and_whatever_else_lay_in_the_file_are_gone() -> None:
    made = await redrawn(with_words(picture(), b"<script>where it was taken</script>"))
    assert isinstance(made, Mark)
    assert b"script" not in made.image


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("data", "why"),
    [
        (PNG + b"nothing", Unfit.UNKNOWN),
        (picture()[:200], Unfit.UNKNOWN),
        (enormous(), Unfit.UNKNOWN),
        (picture(width=20, height=90), Unfit.TOO_SMALL),
    ],
)
async def test_what_cannot_be_drawn_is_said(data: bytes, why: Unfit) -> None:
    assert await redrawn(data) is why
