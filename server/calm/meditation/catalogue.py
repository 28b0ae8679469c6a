"""Reads the sessions that stand beside this file."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from server.calm.meditation.rules import Session, parse

ORDER = ("widen", "anchor", "body", "sounds", "kindness")


@cache
def sessions() -> Mapping[str, Session]:
    """Name in the address -> session, in the order of the list; read once."""
    folder = files("server.calm.meditation") / "sessions"
    return {name: parse(json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))) for name in ORDER}
