"""What a form of any tool says. Pure; the sentence for a reason stands in the template."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from server.journal.cbt.rules import LONG_LINE, LONG_TEXT, Field, Tool, Type
from server.journal.forms import Fields, Reason

KEY = re.compile(r"[0-9a-f]{12}")
Reasons = dict[str, Reason]


@dataclass(frozen=True)
class Filled:
    """An entry as far as it can be read: what was chosen, what was written."""

    value: Mapping[str, Any] = field(default_factory=dict, repr=False)
    words: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def empty(self) -> bool:
        return not self.value and not self.words


def filled(fields: Fields, tool: Tool, form: str) -> tuple[Filled, Reasons]:
    """What was said, and what is wrong, by the name of its field in the form. Nothing at all is no entry; everything
    else may stay open.
    """
    reasons: Reasons = {}
    value: dict[str, Any] = {}
    words: dict[str, Any] = {}
    for one in tool.fields_of(form):
        if one.type is Type.ROWS:
            _rows(fields, one, tool.later(one.id, form), (value, words), reasons)
        elif one.type is not Type.AGAIN:
            _put(fields, one, one.id, (value, words), reasons)
    said = Filled(value, words)
    if said.empty and not reasons:
        reasons[""] = Reason.EMPTY
    return said, reasons


def named(rows: str, number: int, one: str) -> str:
    """The name of a field of a row in the form."""
    return f"{rows}-{number}-{one}"


def _rows(
    fields: Fields, of: Field, later: Sequence[Field], into: tuple[dict[str, Any], dict[str, Any]], reasons: Reasons
) -> None:
    """Every row that says something, in its order; both halves of a row stand at the same place."""
    found: list[tuple[dict[str, Any], dict[str, Any]]] = []
    for number in range(of.rows):
        row: tuple[dict[str, Any], dict[str, Any]] = ({}, {})
        for one in (*of.fields, *later):
            if one.type is not Type.KEY:
                _put(fields, one, named(of.id, number, one.id), row, reasons)
        if row[0] or row[1]:
            _sign(fields, of, number, row, [value for value, _ in found])
            found.append(row)
    if found:
        into[0][of.id] = [value for value, _ in found]
    if any(words for _, words in found):
        into[1][of.id] = [words for _, words in found]


def _sign(
    fields: Fields, of: Field, number: int, row: tuple[dict[str, Any], dict[str, Any]], before: Sequence[dict[str, Any]]
) -> None:
    """Give a row the key that its form carries, or its first one; no other row has it."""
    for one in of.fields:
        if one.type is Type.KEY:
            sent = fields.get(named(of.id, number, one.id), ("",))[-1]
            known = {other.get(one.id) for other in before}
            first = key_of(" ".join(str(text) for text in row[1].values()))
            wanted = sent if KEY.fullmatch(sent) else first
            others = (key_of(f"{first}{again}") for again in range(len(before) + 1))
            row[0][one.id] = next(key for key in (wanted, *others) if key not in known)


def key_of(words: str) -> str:
    """The key of a row that has none yet: from the words that it began with, so that what was written of it before it
    had one is found again.
    """
    return sha256(words.encode()).hexdigest()[:12]


def _put(fields: Fields, one: Field, name: str, into: tuple[dict[str, Any], dict[str, Any]], reasons: Reasons) -> None:
    said = [text.strip() for text in fields.get(name, ()) if text.strip()]
    if not said:
        return
    read = _text if one.type.free else _READ[one.type]
    found = read(one, said)
    if isinstance(found, Reason):
        reasons[name] = found
    elif found not in (None, [], ""):
        into[1 if one.type.free else 0][one.id] = found


def _text(one: Field, said: Sequence[str]) -> str | Reason:
    text = said[-1].replace("\r\n", "\n")
    if one.type is Type.LINE:
        text = " ".join(text.split())
    most = LONG_LINE if one.type is Type.LINE else LONG_TEXT
    return text if len(text) <= most else Reason.LONG


def _number(one: Field, said: Sequence[str]) -> int | Reason:
    text = said[-1]
    fits = text.isascii() and text.isdigit() and len(text) < 5 and int(text) <= one.top
    return int(text) if fits else Reason.OUT


def _one(one: Field, said: Sequence[str]) -> str | Reason:
    return said[-1] if said[-1] in {option.key for option in one.options} else Reason.OUT


def _many(one: Field, said: Sequence[str]) -> list[str] | Reason:
    known = [option.key for option in one.options]
    return [key for key in known if key in said] if set(said) <= set(known) else Reason.OUT


def _tick(_one: Field, said: Sequence[str]) -> bool | Reason:
    return True if said[-1] == "yes" else Reason.OUT


def _time(_one: Field, said: Sequence[str]) -> str | Reason:
    """'23:30'; a browser may tell seconds too."""
    hours, _, rest = said[-1].partition(":")
    parts = (hours, rest.split(":")[0])
    if not all(part.isascii() and part.isdigit() and len(part) == 2 for part in parts):
        return Reason.OUT
    return ":".join(parts) if int(hours) < 24 and int(parts[1]) < 60 else Reason.OUT


_READ = {
    Type.SCALE: _number,
    Type.AGAIN: _number,
    Type.COUNT: _number,
    Type.ONE: _one,
    Type.MANY: _many,
    Type.TICK: _tick,
    Type.TIME: _time,
}
