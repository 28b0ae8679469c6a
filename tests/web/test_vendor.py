"""What we carry of others is what we say it is."""

import hashlib
import re
from pathlib import Path

VENDOR = Path(__file__).parents[2] / "web/static/vendor"
NOTE = (VENDOR / "VENDOR.md").read_text()


def test_every_file_has_its_sum_and_nothing_else_is_listed() -> None:
    written = {path: digest for digest, path in re.findall(r"^([0-9a-f]{64})  (\S+)$", NOTE, re.M)}
    found = {
        str(path.relative_to(VENDOR)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "VENDOR.md"
    }
    assert written == found


def test_every_package_names_a_licence_that_is_here() -> None:
    licences = re.findall(r"^\| @?[^|]+\| [\d.]+ \| [^|`]*`([^`]+)` \|", NOTE, re.M)
    assert len(licences) == 10
    for licence in licences:
        assert (VENDOR / licence).stat().st_size > 500


def test_a_page_in_a_latin_script_needs_less_than_45_kilobytes_of_fonts() -> None:
    first = ("atkinson-hyperlegible-next-latin", "newsreader-latin")
    assert sum((VENDOR / f"fonts/{name}.woff2").stat().st_size for name in first) < 45_000
