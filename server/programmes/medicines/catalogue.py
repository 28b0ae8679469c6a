"""Reads the lists of medicines that programmes watch."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from server.programmes.definition import Definition, Step
from server.programmes.medicines.rules import Group, Watched
from server.programmes.questions import Question


@cache
def data() -> Mapping[str, Mapping[str, Any]]:
    """Id -> the data of a list, as shipped."""
    text = (files("server.programmes.medicines") / "watched.json").read_text(encoding="utf-8")
    return {one["id"]: one for one in json.loads(text)["lists"]}


@cache
def lists() -> Mapping[str, Watched]:
    return {key: _list(one) for key, one in data().items()}


def _list(one: Mapping[str, Any]) -> Watched:
    classes = one["classes"]
    groups = tuple(Group(each["name"], each["source"], each["medicines"], each.get("stopped")) for each in classes)
    return Watched(one["id"], one["name"], groups, one["label"])


def watching(definition: Definition) -> Iterator[tuple[Step, Question]]:
    """The questions of a programme that ask about the medicines of a list, in the order of the file."""
    return ((step, one) for step in definition.steps for one in step.questions if one.watches)
