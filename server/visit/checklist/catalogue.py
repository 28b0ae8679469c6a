"""Reads the lines that stand beside this file."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from server.visit.checklist.rules import Catalogue, Kind, Line


@cache
def catalogue() -> Catalogue:
    """The lines as shipped, read once."""
    data = json.loads((files("server.visit.checklist") / "lines.json").read_text(encoding="utf-8"))
    lines = tuple(_line(one) for one in data["lines"])
    return Catalogue(data["version"], lines, tuple(data["backup"]))


def _line(fields: Mapping[str, Any]) -> Line:
    return Line(**{**fields, "kind": Kind(fields["kind"])})
