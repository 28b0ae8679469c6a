"""Making one record of two, when the same person stands there twice. Pure."""

from dataclasses import dataclass, replace
from enum import StrEnum

from server.patients.rules import Person


class Side(StrEnum):
    KEPT = "kept"
    GONE = "gone"


@dataclass(frozen=True)
class Choice:
    """Of which record each part stays; what the chosen one does not have is taken from the other."""

    name: Side = Side.KEPT
    mail: Side = Side.KEPT
    phone: Side = Side.KEPT
    needs: Side = Side.KEPT


class Refusal(StrEnum):
    SAME = "same"  # a record with itself
    UNKNOWN = "unknown"  # no such record here, or its key was destroyed
    MERGED = "merged"  # one of both was merged into another already
    CHANGED = "changed"  # somebody wrote about one of both again and again while it was tried


def joined(kept: Person, gone: Person, choice: Choice) -> Person:
    """The one person: id, language and zone are those of the record that stays."""

    def pick(side: Side, of: str) -> object:
        first, second = (kept, gone) if side is Side.KEPT else (gone, kept)
        return getattr(first, of) or getattr(second, of)

    return replace(
        kept,
        **{part: pick(getattr(choice, part), part) for part in ("name", "mail", "phone", "needs")},  # type: ignore[arg-type]
    )
