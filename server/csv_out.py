"""Tables that leave as CSV (RFC 4180), so that no spreadsheet takes a cell for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""By which spreadsheets know UTF-8."""


def guarded(cell: object) -> str:
    """The text of a cell; one that a spreadsheet would calculate gets a quote before it, which it shows as text."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(FORMULA) and not isinstance(cell, int | float) else text


def written(rows: Iterable[Sequence[object]]) -> bytes:
    """Rows as a file."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return (MARK + out.getvalue()).encode()
