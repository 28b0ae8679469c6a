"""Reading what is typed into a note, an addendum, and a clinic's own formats. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from server.record.notes.rules import FORMATS, Choice, Format, Section

LONGEST = 8000
LONGEST_TITLE = 60
LONGEST_HINT = 160
MOST_SECTIONS = 12
MOST_FORMATS = 20


class Reason(StrEnum):
    TOO_LONG = "too_long"
    UNKNOWN = "unknown"
    EMPTY = "empty"
    TWICE = "twice"
    TOO_MANY = "too_many"


@dataclass(frozen=True)
class Draft:
    """A section as typed, and the version it was written over."""

    text: str = field(repr=False)
    version: int


def draft_of(fields: Mapping[str, object], text: str = "text", version: str = "version") -> Draft | Reason:
    """The section to save; an empty one is one. The version of a section never saved is 0."""
    typed = str(fields.get(text, "")).replace("\r\n", "\n")
    over = str(fields.get(version, "0"))
    if len(typed) > LONGEST:
        return Reason.TOO_LONG
    known = over.isascii() and over.isdigit() and len(over) <= 9
    return Draft(typed, int(over)) if known else Reason.UNKNOWN


def addendum_of(fields: Mapping[str, str]) -> str | Reason:
    """What is added to a signed note."""
    text = fields.get("text", "").replace("\r\n", "\n").strip()
    if len(text) > LONGEST:
        return Reason.TOO_LONG
    return text or Reason.EMPTY


def own_format(fields: Mapping[str, str], choice: Choice) -> Format | Reason:
    """A format of a clinic's own: its name, and a section on each line, `Title` or `Title: what belongs there`."""
    name = " ".join(fields.get("name", "").split())[:LONGEST_TITLE]
    lines = [" ".join(line.split()) for line in fields.get("sections", "").splitlines()]
    sections = [_section(line) for line in lines if line]
    if not name or not sections:
        return Reason.EMPTY
    if len(sections) > MOST_SECTIONS or len(choice.formats) >= MOST_FORMATS:
        return Reason.TOO_MANY
    key = _key(name)
    if choice.of(key) or len({one.key for one in sections}) < len(sections) or any(key == one.key for one in FORMATS):
        return Reason.TWICE
    return Format(key, name, tuple(sections))


def _section(line: str) -> Section:
    title, _, hint = line.partition(":")
    title = title.strip()[:LONGEST_TITLE] or line[:LONGEST_TITLE]
    return Section(_key(title), title, hint.strip()[:LONGEST_HINT])


def _key(name: str) -> str:
    """A short word for addresses: letters and digits of any alphabet."""
    return re.sub(r"[\W_]+", "-", name.casefold()).strip("-")[:32] or "x"
