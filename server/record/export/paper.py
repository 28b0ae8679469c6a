"""A record as a PDF that screen readers can read (PDF/UA-1), through the `typst` library, loaded on first use.

It is an extra: without it pages say how to print them. Where a letter of no font of ours has to be shown, the fonts of
the machine help out, and the file makes no promise about screen readers.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

SHEET = Path(str(files("server.record.export"))) / "record.typ"
FONTS = str(SHEET.parent / "fonts")


@cache
def is_there() -> bool:
    """Whether the extra is installed."""
    return find_spec("typst") is not None


def pdf_of(paper: Mapping[str, Any]) -> bytes:
    """What `Printer.paper` gives, as a file. Slow enough for a thread: a tenth of a second."""
    import typst

    told = {"record": json.dumps(paper, ensure_ascii=False)}
    try:
        return typst.compile(
            str(SHEET), root=str(SHEET.parent), font_paths=[FONTS], ignore_system_fonts=True, sys_inputs=told,
            pdf_standards="ua-1",
        )  # fmt: skip
    except typst.TypstError:
        return typst.compile(str(SHEET), root=str(SHEET.parent), font_paths=[FONTS], sys_inputs=told)
