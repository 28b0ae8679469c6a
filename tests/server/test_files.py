"""What a file is, told by its bytes; what it may be called; how it leaves."""

import io
import struct
import zipfile
import zlib

import pytest
import typst

from server.files import MOST_BYTES, PNG, Kind, Unfit, headers_for, kind_of, plain_name
from tests.server.clinic.look.pictures import picture


def png(width: int = 8, height: int = 8) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return PNG + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND")


def chunk(name: bytes, data: bytes = b"") -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def between(words: bytes) -> bytes:
    """A PNG with something between its last two chunks."""
    whole, end = png(), chunk(b"IEND")
    return whole[: -len(end)] + words + end


SCAN = b"\xff\xda" + struct.pack(">HBBBBBB", 8, 1, 1, 0, 0, 63, 0) + b"\x12\xff\x00\x34\xff\xd0\x56"


def jpeg(width: int = 8, height: int = 8) -> bytes:
    app = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0" + bytes(9)
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + bytes(3)
    return b"\xff\xd8" + app + frame + SCAN + b"\xff\xd9"


def inside(words: bytes) -> bytes:
    """A JPEG with something between its scan and its end."""
    return jpeg()[:-2] + words + b"\xff\xd9"


def packed() -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../word/document.xml", bytes(1_000_000))
    return body.getvalue()


OBJECT = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"
END = b"startxref\n" + str(len(OBJECT)).encode() + b"\n%%EOF\n"
PDF = OBJECT + b"xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 1 /Root 1 0 R >>\n" + END
STREAMED = OBJECT + b"2 0 obj\n<< /Type /XRef /Size 1 /Root 1 0 R >>\nstream\n\nendstream\nendobj\n" + END
SCRIPT = b"<script>alert(1)</script>"


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (PDF, "Letter.PDF", Kind.PDF),
        (STREAMED, "letter.pdf", Kind.PDF),
        (png(), "scan.png", Kind.PNG),
        (between(chunk(b"tEXt", b"Comment\0Jo")), "scan.png", Kind.PNG),
        (between(SCRIPT), "cat.png", Unfit.UNKNOWN),
        (between(chunk(b"scRi", SCRIPT)), "cat.png", Unfit.UNKNOWN),
        (between(chunk(b"tEXt", b"Comment")[:-1] + b"x"), "cat.png", Unfit.UNKNOWN),
        (between(chunk(b"IEND")), "cat.png", Unfit.UNKNOWN),
        (b"%PDF-1.4\n" + SCRIPT + b"\n%%EOF", "letter.pdf", Unfit.UNKNOWN),
        (PDF.replace(b"1 0 obj", SCRIPT + b"1 0 obj", 1), "letter.pdf", Unfit.UNKNOWN),
        (PDF + SCRIPT, "letter.pdf", Unfit.UNKNOWN),
        (PDF.replace(b"/Root", b"/Boot"), "letter.pdf", Unfit.UNKNOWN),
        (OBJECT + SCRIPT + END, "letter.pdf", Unfit.UNKNOWN),
        (jpeg(), "photo.jpg", Kind.JPEG),
        (jpeg() + bytes(40), "photo.jpeg", Kind.JPEG),
        ("Grüße".encode(), "note.txt", Kind.TEXT),
        (b"", "empty.pdf", Unfit.EMPTY),
        (b"%PDF-" + bytes(MOST_BYTES), "big.pdf", Unfit.TOO_BIG),
        (png(), "scan.pdf", Unfit.NOT_AS_NAMED),
        (PDF, "letter", Unfit.NOT_AS_NAMED),
        (b"%PDF-1.7 cut off", "letter.pdf", Unfit.UNKNOWN),
        (b"<html><script>alert(1)</script>", "cat.png", Unfit.UNKNOWN),
        (b"<svg onload='alert(1)'/>", "cat.png", Unfit.UNKNOWN),
        (b"\xef\xbb\xbf <!doctype html>", "page.txt", Unfit.UNKNOWN),
        (png() + b"<script>alert(1)</script>", "cat.png", Unfit.UNKNOWN),
        (jpeg() + jpeg(4, 4), "light.jpg", Kind.JPEG),
        (jpeg() + bytes(7) + jpeg(4, 4) + bytes(3), "depth.jpg", Kind.JPEG),
        (inside(b"\xff\xc4\x00\x04ab" + SCAN), "progressive.jpg", Kind.JPEG),
        (inside(b"\xff" * 3), "filled.jpg", Kind.JPEG),
        (jpeg() + b"PK\x03\x04", "cat.jpg", Unfit.UNKNOWN),
        (jpeg() + SCRIPT + b"\xff\xd9", "cat.jpg", Unfit.UNKNOWN),
        (jpeg() + packed() + b"\xff\xd9", "cat.jpg", Unfit.UNKNOWN),
        (jpeg() + jpeg(10_000, 5_000), "huge.jpg", Unfit.TOO_MANY_PIXELS),
        (inside(b"\xff\xe1\x00\x04ab" + SCRIPT), "cat.jpg", Unfit.UNKNOWN),
        (jpeg()[:4] + SCRIPT + jpeg()[4:], "cat.jpg", Unfit.UNKNOWN),
        (jpeg().replace(SCAN, b""), "cat.jpg", Unfit.UNKNOWN),
        (jpeg()[:-2], "half.jpg", Unfit.UNKNOWN),
        (b"MZ\x90\0", "tool.txt", Unfit.UNKNOWN),
        (packed(), "letter.docx", Unfit.UNKNOWN),
        (packed(), "letter.pdf", Unfit.UNKNOWN),
        (png(10_000, 5_000), "huge.png", Unfit.TOO_MANY_PIXELS),
        (jpeg(10_000, 5_000), "huge.jpg", Unfit.TOO_MANY_PIXELS),
        (png(0, 5), "flat.png", Unfit.UNKNOWN),
    ],
)
def test_a_file_is_what_its_bytes_and_its_name_both_say(data: bytes, name: str, kind: Kind | Unfit) -> None:
    assert kind_of(data, name) is kind


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\jo\\scan.png", "scan.png"),
        ("a\r\nb\x00.pdf", "ab.pdf"),
        ('<img src="x">.pdf', "img src=x.pdf"),
        ("...", "file"),
        ("", "file"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_name_is_a_name_and_no_way(name: str, plain: str) -> None:
    assert plain_name(name) == plain


def test_a_file_leaves_to_be_kept_and_is_shown_nowhere() -> None:
    headers = headers_for('Brief "x"; é.pdf')
    assert headers["content-disposition"] == "attachment; filename*=UTF-8''Brief%20%22x%22%3B%20%C3%A9.pdf"
    assert headers["content-security-policy"].startswith("sandbox")
    assert (headers["x-content-type-options"], headers["cache-control"]) == ("nosniff", "no-store")


def test_the_papers_that_we_print_ourselves_are_taken() -> None:
    """By the library that makes them, where it is there: its tables of objects are streams or not as it likes."""
    made = typst.compile(b"Dear Jo", format="pdf")
    assert kind_of(made, "letter.pdf") is Kind.PDF
    for codec in ("png", "mjpeg"):
        assert kind_of(picture(codec), {"png": "a.png", "mjpeg": "a.jpg"}[codec]) in {Kind.PNG, Kind.JPEG}
