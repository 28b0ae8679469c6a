"""What the form of a line accepts. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from server.visit.forms import FieldReason
from server.visit.talk.rules import LONGEST_BYTES

LONGEST_ONCE = 64


@dataclass(frozen=True)
class Typed:
    """A line as typed; `once` makes a repeat of the same form the same line."""

    text: str = field(repr=False)
    once: str = field(default="", repr=False)


def line_of(fields: Mapping[str, object]) -> Typed | FieldReason:
    """At most a kibibyte, and not nothing."""
    text = str(fields.get("text", "")).replace("\r\n", "\n").strip()
    if not text:
        return FieldReason.MISSING
    if len(text.encode()) > LONGEST_BYTES:
        return FieldReason.TOO_LONG
    return Typed(text, str(fields.get("once", ""))[:LONGEST_ONCE])
