"""Reads the shape of the plan that stands beside this file."""

import json
from functools import cache
from importlib.resources import files

from server.safety.plan.rules import Shape, parse


@cache
def shape() -> Shape:
    """The steps in their order, read once."""
    return parse(json.loads((files("server.safety.plan") / "plan.json").read_text(encoding="utf-8")))
