"""What a file is, told by its bytes; what it may be called; how it leaves."""

import io
import struct
import zipfile
import zlib

import pytest

from server.files import MOST_BYTES, PNG, PNG_END, Kind, Unfit, headers_for, kind_of, plain_name


def png(width: int = 8, height: int = 8) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunk = struct.pack(">I", len(head)) + b"IHDR" + head + struct.pack(">I", zlib.crc32(b"IHDR" + head))
    return PNG + chunk + PNG_END


def jpeg(width: int = 8, height: int = 8) -> bytes:
    app = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0" + bytes(9)
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + bytes(3)
    return b"\xff\xd8" + app + frame + b"\xff\xda" + bytes(8) + b"\xff\xd9"


def packed() -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../word/document.xml", bytes(1_000_000))
    return body.getvalue()


PDF = b"%PDF-1.7\n1 0 obj\n%%EOF\n"


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (PDF, "Letter.PDF", Kind.PDF),
        (png(), "scan.png", Kind.PNG),
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
        (jpeg() + b"PK\x03\x04", "cat.jpg", Unfit.UNKNOWN),
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
