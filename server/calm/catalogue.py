"""Reads the exercises that stand beside this file."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from server.calm.rules import Exercise, parse


@cache
def exercises() -> Mapping[str, Exercise]:
    """Name in the address -> exercise, read once."""
    return parse(json.loads((files("server.calm") / "exercises.json").read_text(encoding="utf-8")))
