"""Reads the crisis directory that stands beside this file."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from server.safety.rules import Entry, parse


@cache
def directory() -> Mapping[str, Entry]:
    """Country -> entry, read once."""
    return parse(json.loads((files("server.safety") / "directory.json").read_text(encoding="utf-8")))
