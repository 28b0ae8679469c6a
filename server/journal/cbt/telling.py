"""What an entry of any tool says, put together again, and how much changed within it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from server.journal.cbt.rules import Field, Tool, Type, Words
from server.journal.rules import Entry

FORM, OPEN, OF, STEP = "form", "open", "of", "step"
"""Keys of a value beside its fields: which form it is, that it goes on later, and for a step of a ladder: of which."""


@dataclass(frozen=True)
class Change:
    """What moved between two answers: `name` is the patient's own word for it where there is one."""

    label: Words
    before: int
    after: int
    name: str = field(default="", repr=False)

    @property
    def by(self) -> int:
        return self.after - self.before


@dataclass(frozen=True)
class Told:
    """One entry: `said` holds every field by its id, rows as lists of such mappings; `title` names it, in its words."""

    entry: Entry
    tool: Tool
    said: Mapping[str, Any] = field(repr=False)
    title: str = field(default="", repr=False)
    changes: Sequence[Change] = field(default=(), repr=False)

    @property
    def form(self) -> str:
        return self.tool.form(str(self.entry.value.get(FORM, "")))

    @property
    def open(self) -> bool:
        """It is to go on later."""
        return self.entry.value.get(OPEN) is True

    @property
    def href(self) -> str:
        return f"/me/tools/{self.tool.id}/{self.entry.id}"


def told(tool: Tool, entry: Entry) -> Told:
    """An entry as it is shown; what its reader may not see is not in it."""
    said = whole(entry.value, entry.words)
    return Told(entry, tool, said, _title(tool, said), changes(tool, said))


def whole(value: Mapping[str, Any], words: Mapping[str, Any]) -> dict[str, Any]:
    """Both halves of an entry as one."""
    found = {**value, **{key: one for key, one in words.items() if not isinstance(one, list)}}
    for key, rows in words.items():
        if isinstance(rows, list):
            beside = value.get(key, [])
            found[key] = [{**(beside[at] if at < len(beside) else {}), **row} for at, row in enumerate(rows)]
    return found


def _title(tool: Tool, said: Mapping[str, Any]) -> str:
    text = said.get(tool.title, "")
    return text if isinstance(text, str) else ""


def changes(tool: Tool, said: Mapping[str, Any]) -> list[Change]:
    """Of each pair of answers that are both there: the later one against the earlier one."""
    found: list[Change] = []
    for one in tool.fields_of(tool.forms[-1].key):
        if one.type is Type.AGAIN:
            rows = said.get(one.of, [])
            found += [change for row in rows if (change := _change(one, row, str(row.get(one.name, ""))))]
        elif one.since and (change := _change(one, said)):
            found.append(change)
    return found


def _change(one: Field, said: Mapping[str, Any], name: str = "") -> Change | None:
    before, after = said.get(one.since), said.get(one.id)
    if not isinstance(before, int) or not isinstance(after, int):
        return None
    return Change(one.label, before, after, name)
