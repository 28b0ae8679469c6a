"""Reads the tools that stand beside this file."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from server.journal.cbt.rules import Tool, parse

ORDER = ("thought", "activity", "worry", "problem", "experiment", "night", "ladder", "facing")


@cache
def tools() -> Mapping[str, Tool]:
    """Name in the address, and kind of the entry -> tool, in the order of the list; read once."""
    folder = files("server.journal.cbt") / "tools"
    return {name: parse(json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))) for name in ORDER}
