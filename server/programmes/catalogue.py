"""Reads the definitions that come with the program, each from its file."""

import json
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from server.programmes.definition import Definition
from server.programmes.forms import parse


class NotAProgramme(Exception):
    """A file is no definition: says where, and what would mend it."""


@cache
def shipped_data() -> Mapping[str, Mapping[str, Any]]:
    """Id -> the data of its file, as shipped."""
    folder = files("server.programmes") / "definitions"
    found = sorted((file for file in folder.iterdir() if file.name.endswith(".json")), key=lambda file: file.name)
    return {file.name.removesuffix(".json"): json.loads(file.read_text(encoding="utf-8")) for file in found}


@cache
def shipped() -> Mapping[str, Definition]:
    """Id -> definition. Raises NotAProgramme with the file and every place in it that does not fit."""
    return {name: read(f"definitions/{name}.json", data) for name, data in shipped_data().items()}


def family_of(one: Definition) -> str:
    """The family that a file names. One of before files did is of that of the programme of Parlour that it is, or was
    made of.
    """
    known = shipped().get(one.id) or shipped().get(one.based_on)
    return one.family or (known.family if known else "")


def read(name: str, data: object) -> Definition:
    """The definition of a file. Raises NotAProgramme."""
    found = parse(data)
    if isinstance(found, Definition):
        return found
    raise NotAProgramme(
        "\n".join([f"{name} is not a programme yet:", *(f"- {one.place}: {one.words}" for one in found)])
    )


def digest_of(data: Mapping[str, Any]) -> str:
    """By what a version is known, whatever the order of its names."""
    return sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()
