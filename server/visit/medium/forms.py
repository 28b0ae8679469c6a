"""What the forms of a medium and of a tried call accept. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from server.visit.forms import FieldReason, version_of
from server.visit.medium.rules import Medium, NumberKind, Reached, Wish

LONGEST_ONCE = 64


@dataclass(frozen=True)
class NewTry:
    """A call as its caller noted it; `once` makes a repeat of the same form the same call."""

    number: NumberKind
    outcome: Reached
    once: str = field(default="", repr=False)


def wish_of(fields: Mapping[str, object]) -> Wish | FieldReason:
    """A medium, and what its page had seen."""
    try:
        medium = Medium(str(fields.get("medium", "")))
    except ValueError:
        return FieldReason.UNKNOWN
    return Wish(medium, version_of(fields, "seen") if "seen" in fields else None)


def try_of(fields: Mapping[str, object]) -> NewTry | FieldReason:
    try:
        number, outcome = NumberKind(str(fields.get("number", ""))), Reached(str(fields.get("outcome", "")))
    except ValueError:
        return FieldReason.UNKNOWN
    return NewTry(number, outcome, str(fields.get("once", ""))[:LONGEST_ONCE])
