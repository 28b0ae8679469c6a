"""Reads the conventions that stand beside this file."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

from server.journal.reminding.rules import Conventions, parse


@cache
def shipped_data() -> dict[str, Any]:
    """The file, read once."""
    text = (files("server.journal.reminding") / "conventions.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


@cache
def conventions() -> Conventions:
    return parse(shipped_data())
