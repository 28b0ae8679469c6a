"""Reads the measures that come with the program, each from its file."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from server.measures.forms import parse
from server.measures.rules import Instrument


class NotAMeasure(Exception):
    """A file that we ship is broken; names it, and the path within it."""


@cache
def shipped_data() -> Mapping[str, Mapping[str, Any]]:
    """Id -> the data of its file, as shipped."""
    folder = files("server.measures") / "instruments"
    found = {}
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        data = json.loads(file.read_text(encoding="utf-8"))
        found[file.name.removesuffix(".json")] = data
    return found


@cache
def shipped() -> Mapping[str, Instrument]:
    """Id -> measure. Raises NotAMeasure with the file and every path in it that is wrong."""
    return {name: _instrument(name, data) for name, data in shipped_data().items()}


def _instrument(name: str, data: Mapping[str, Any]) -> Instrument:
    found = parse(data)
    if not isinstance(found, Instrument):
        wrong = ", ".join(f"{one.path or 'file'}: {one.fault}" for one in found)
        raise NotAMeasure(f"instruments/{name}.json: {wrong}")
    if found.id != name:
        raise NotAMeasure(f"instruments/{name}.json: id: {found.id}")
    return found
