"""From the bytes of a file to a table of cells, whatever program wrote it. Nothing is understood yet.

Cells are text and stay text: what begins with = + - @ is data here like anything else.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice

MOST_BYTES = 1_000_000
MOST_ROWS = 2_000
MOST_COLUMNS = 60
LONGEST_CELL = 500
DELIMITERS = ",;\t|"
LOOKED_AT = 25
LONGEST_FIELD = 20_000
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


class Unreadable(StrEnum):
    """Why a whole file cannot be read."""

    EMPTY = "empty"
    TOO_BIG = "too_big"
    NO_TEXT = "no_text"
    NO_TABLE = "no_table"
    TOO_MANY = "too_many"
    NO_CALENDAR = "no_calendar"
    TOO_MUCH = "too_much"


@dataclass(frozen=True)
class Line:
    """One record: the number of the line it begins on (of a calendar: of the entry), and its cells."""

    number: int
    cells: tuple[str, ...] = field(repr=False)

    def cell(self, column: int) -> str:
        """The text in this column, '' where the record is shorter."""
        return self.cells[column] if 0 <= column < len(self.cells) else ""


@dataclass(frozen=True)
class Sheet:
    """A table as it was read. `calendar`: its lines are the entries of a calendar."""

    headers: tuple[str, ...]
    lines: tuple[Line, ...] = field(repr=False)
    calendar: bool = False

    def column(self, number: int) -> list[str]:
        """Every text in one column, in order; empty ones are left out."""
        return [text for line in self.lines if (text := line.cell(number))]

    def to_json(self) -> str:
        """As it is kept, sealed, until it is brought in or forgotten."""
        lines = [[line.number, *line.cells] for line in self.lines]
        return json.dumps({"headers": self.headers, "lines": lines, "calendar": self.calendar}, ensure_ascii=False)


def from_json(text: str) -> Sheet:
    """The table that `to_json` gave."""
    kept = json.loads(text)
    lines = tuple(Line(number, tuple(cells)) for number, *cells in kept["lines"])
    return Sheet(tuple(kept["headers"]), lines, kept["calendar"])


def read_table(body: bytes) -> Sheet | Unreadable:
    """The table in a file that a spreadsheet or another program saved as text."""
    text = decoded(body)
    if text is None:
        return Unreadable.NO_TEXT
    if not text.strip():
        return Unreadable.EMPTY
    text, delimiter = _named(text)
    try:
        records = list(islice(_records(text, delimiter or sniffed(text)), MOST_ROWS + 2))
    except csv.Error:
        return Unreadable.NO_TABLE
    if len(records) < 2:
        return Unreadable.EMPTY
    if len(records) > MOST_ROWS + 1:
        return Unreadable.TOO_MANY
    headers = records[0].cells
    if len(headers) > MOST_COLUMNS:
        return Unreadable.NO_TABLE
    return Sheet(headers, tuple(Line(line.number, line.cells[: len(headers)]) for line in records[1:]))


def looks_like_calendar(text: str) -> bool:
    """Whether a text is meant to be a calendar."""
    return "BEGIN:VCALENDAR" in text[:2000].upper()


def decoded(body: bytes) -> str | None:
    """The text of a file in UTF-8, UTF-16 (each with or without its mark) or else Windows-1252; None for no text."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decoded(body, "utf-16")
    if body[1:2] == b"\0" or body[:1] == b"\0":
        return _decoded(body, "utf-16-le" if body[1:2] == b"\0" else "utf-16-be")
    return _decoded(body, "utf-8-sig") or _decoded(body, "cp1252") if body else ""


def _decoded(body: bytes, encoding: str) -> str | None:
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if CONTROLS.search(text) else text


def sniffed(text: str) -> str:
    """What stands between cells: the sign that cuts the first lines into most columns, and into equally many."""

    def fits(delimiter: str) -> tuple[int, int]:
        try:
            widths = [len(line.cells) for line in islice(_records(text, delimiter), LOOKED_AT)]
        except csv.Error:
            return 0, 0
        wide = widths[0] if widths else 0
        return (sum(width == wide for width in widths), wide) if wide > 1 else (0, 0)

    return max(DELIMITERS, key=fits)


def _named(text: str) -> tuple[str, str]:
    """Excel may say the sign in a first line of its own, 'sep=;'; it is emptied, so that lines keep their numbers."""
    first, broken, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        return "\n" + rest if broken else "", first.strip()[-1]
    return text, ""


def _records(text: str, delimiter: str) -> Iterator[Line]:
    """Every record that is not empty. Raises csv.Error for what is no table."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    before = 0
    for cells in reader:
        number, before = before + 1, reader.line_num
        if any(len(cell) > LONGEST_FIELD for cell in cells):
            raise csv.Error("a cell without end")
        clean = tuple(_clean(cell) for cell in cells)
        if any(clean):
            yield Line(number, clean)


def _clean(cell: str) -> str:
    return " ".join(cell.split())[:LONGEST_CELL]


def samples(sheet: Sheet, column: int, most: int = 3) -> Sequence[str]:
    """The first different texts in a column."""
    return list(dict.fromkeys(sheet.column(column)))[:most]
