"""What a tool asks of somebody, as values read from its file in `tools/`. Pure.

A tool has parts, a part has fields; a shorter form of a tool has fewer parts. Numbers and ticks of an entry go into its
value, what is written freely into its words. Rows of a field stand in both, at the same places. Wording is our own;
what awaits a clinician's confirmation is named in the file.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from server.tongues import told_in

LONG_LINE, LONG_TEXT = 200, 4000
Words = Mapping[str, str]
"""Language -> words."""


class Type(StrEnum):
    """What a field takes. AGAIN asks each row of another field once more; it is kept with that row."""

    LINE = "line"
    LONG = "long"
    SCALE = "scale"
    ONE = "one"
    MANY = "many"
    TICK = "tick"
    TIME = "time"
    COUNT = "count"
    KEY = "key"  # by which a row stays the one it was when its words change; nobody sees it
    ROWS = "rows"
    AGAIN = "again"

    @property
    def free(self) -> bool:
        """It is written freely."""
        return self in {Type.LINE, Type.LONG}


@dataclass(frozen=True)
class Option:
    """One of what can be chosen."""

    key: str
    label: Words
    hint: Words | None = None


@dataclass(frozen=True)
class Field:
    """`top`: of a scale from 0, or of a count; `since`: the field that this one is compared with; `of`: the rows that
    an AGAIN asks, called by their `name`; `rows`: how many there may be, `shown` of them at first.
    """

    id: str
    type: Type
    label: Words
    hint: Words | None = None
    optional: bool = False
    fold: bool = False
    top: int = 10
    least: Words | None = None
    most: Words | None = None
    options: tuple[Option, ...] = ()
    suggest: tuple[Words, ...] = ()
    fields: tuple["Field", ...] = ()
    rows: int = 0
    shown: int = 1
    more: Words | None = None
    of: str = ""
    since: str = ""
    name: str = ""

    @property
    def steps(self) -> Sequence[int]:
        """What can be tapped on a scale: eleven numbers, whatever its top is."""
        return range(0, self.top + 1, max(1, self.top // 10))


@dataclass(frozen=True)
class Part:
    """Fields that belong together; `forms` is empty where every form has them."""

    title: Words
    fields: tuple[Field, ...]
    help: Words | None = None
    forms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Form:
    """A shorter or longer way to fill it in."""

    key: str
    label: Words | None = None
    hint: Words | None = None


@dataclass(frozen=True)
class Tool:
    """`title`: the field whose words name an entry; `task`: what it is called as homework; `within`: the tool from
    whose page this one is begun; `ahead`: for how many days it can be planned; `daily`: it is done each day; `slot`:
    numbers of a time of the day.
    """

    id: str
    name: Words
    task: Words
    about: Words
    icon: str
    title: str
    forms: tuple[Form, ...]
    parts: tuple[Part, ...]
    source: str
    awaits: tuple[str, ...]
    within: str = ""
    offline: bool = False
    ahead: int = 0
    daily: bool = False
    slot: Mapping[str, Any] | None = None

    def form(self, key: str) -> str:
        """The form of that name, else the first."""
        return key if key in {one.key for one in self.forms} else self.forms[0].key

    def wider(self, one: str, other: str) -> str:
        """The longer of two forms: forms stand from short to long."""
        order = [form.key for form in self.forms]
        return max(self.form(one), self.form(other), key=order.index)

    def parts_of(self, form: str) -> list[Part]:
        return [part for part in self.parts if not part.forms or form in part.forms]

    def fields_of(self, form: str) -> Iterator[Field]:
        return (field for part in self.parts_of(form) for field in part.fields)

    def field(self, key: str) -> Field:
        """The field of this id. Raises KeyError."""
        return {field.id: field for part in self.parts for field in part.fields}[key]

    def later(self, rows: str, form: str) -> list[Field]:
        """What is asked again of these rows."""
        return [one for one in self.fields_of(form) if one.type is Type.AGAIN and one.of == rows]


def parse(data: Mapping[str, Any]) -> Tool:
    """A tool's file as a value. Raises KeyError, TypeError or ValueError where it is no such file."""
    tool = Tool(
        id=data["id"],
        name=told_in(data["name"]),
        task=told_in(data["task"]),
        about=told_in(data["about"]),
        icon=data["icon"],
        title=data["title"],
        forms=tuple(Form(one["key"], _maybe(one, "label"), _maybe(one, "hint")) for one in data["forms"]),
        parts=tuple(_part(one) for one in data["parts"]),
        source=data["source"],
        awaits=tuple(data["awaits"]),
        within=data.get("within", ""),
        offline=data.get("offline", False),
        ahead=data.get("ahead", 0),
        daily=data.get("daily", False),
        slot=data.get("slot"),
    )
    _check(tool)
    return tool


def _part(data: Mapping[str, Any]) -> Part:
    fields = tuple(_field(one) for one in data["fields"])
    return Part(told_in(data["title"]), fields, _maybe(data, "help"), tuple(data.get("forms", ())))


def _field(data: Mapping[str, Any]) -> Field:
    told: dict[str, Any] = {key: _maybe(data, key) for key in ("hint", "least", "most", "more") if key in data}
    plain = {
        key: data[key] for key in ("optional", "fold", "top", "rows", "shown", "of", "since", "name") if key in data
    }
    return Field(
        data["id"],
        Type(data["type"]),
        told_in(data["label"]),
        options=tuple(_option(one) for one in data.get("options", ())),
        suggest=tuple(told_in(one) for one in data.get("suggest", ())),
        fields=tuple(_field(one) for one in data.get("fields", ())),
        **told,
        **plain,
    )


def _option(data: Mapping[str, Any]) -> Option:
    return Option(data["key"], told_in(data["label"]), _maybe(data, "hint"))


def _maybe(data: Mapping[str, Any], key: str) -> Words | None:
    return told_in(data[key]) if key in data else None


def _check(tool: Tool) -> None:
    """Raises ValueError where a field names one that is not there, or is there twice."""
    fields = [field for part in tool.parts for field in part.fields]
    known = {one.id: one for one in fields}
    if len(known) != len(fields) or (tool.title and tool.title not in known):
        raise ValueError(f"{tool.id}: each field stands once, and the title is one of them")
    for one in fields:
        beside = known[one.of].fields if one.of else tuple(fields)
        if one.since and one.since not in {other.id for other in beside}:
            raise ValueError(f"{tool.id}: {one.id} is compared with nothing")
        if one.type in {Type.ONE, Type.MANY} and not one.options:
            raise ValueError(f"{tool.id}: {one.id} has nothing to choose")
