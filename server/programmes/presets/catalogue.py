"""Reads the presets that come with the program."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from server.programmes.catalogue import NotAProgramme
from server.programmes.presets.forms import parse
from server.programmes.presets.rules import Preset

FILE = "shipped.json"


@cache
def shipped_data() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads((files("server.programmes.presets") / FILE).read_text(encoding="utf-8"))
    return found


@cache
def shipped() -> tuple[Preset, ...]:
    """Raises NotAProgramme with every place that does not fit."""
    return tuple(_read(one) for one in shipped_data()["presets"])


@cache
def before() -> tuple[Preset, ...]:
    """Versions that courses may go by and nobody chooses any more. Raises as above."""
    return tuple(_read(one) for one in shipped_data()["before"])


def _read(data: Mapping[str, Any]) -> Preset:
    found = parse(data)
    if isinstance(found, Preset):
        return found
    told = [f"- {one.place}: {one.words}" for one in found]
    raise NotAProgramme("\n".join([f"presets/{FILE}: {data.get('id')} is not a preset yet:", *told]))
