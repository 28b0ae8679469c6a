"""Reads the notes that stand beside this file."""

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files


@cache
def notes() -> Sequence[str]:
    """What we know of ages, each with where it is from, read once."""
    kept = json.loads((files("server.patients.acting") / "notes.json").read_text(encoding="utf-8"))
    return [f"{one['words']} ({kept['sources'][one['source']]}.)" for one in kept["notes"]]
