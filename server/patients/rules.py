"""The person cared for, as plain values."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

TITLES = frozenset(["dr", "dra", "prof", "mr", "mrs", "ms", "mx", "miss", "herr", "frau", "mme", "dott", "د"])


class ForWhom(StrEnum):
    """Whom a booking is for, as the one who books says."""

    ME = "me"
    CHILD = "child"
    OTHER = "other"


@dataclass(frozen=True)
class Needs:
    """What makes a session possible; asked once. `interpreter` is the language, in the person's own words."""

    interpreter: str = field(default="", repr=False)
    captions: bool = field(default=False, repr=False)
    text_only: bool = field(default=False, repr=False)

    def __bool__(self) -> bool:
        return bool(self.interpreter or self.captions or self.text_only)


@dataclass(frozen=True)
class Person:
    """Name and contacts, opened. A phone is E.164 where it could be read, else as it was typed."""

    id: UUID
    name: str = field(repr=False)
    mail: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    needs: Needs = field(default=Needs(), repr=False)
    language: str = "en"
    zone: str = "UTC"

    @property
    def first_name(self) -> str:
        """How a page greets them."""
        return called(self.name)


def called(name: str) -> str:
    """What somebody is called in a sentence: the first name, or the title and the last name where one leads."""
    first, *others = name.split(" ")
    last = next((word for word in reversed(others) if any(sign.isalpha() for sign in word)), "")
    return f"{first} {last}" if last and first.rstrip(".").casefold() in TITLES else first


def one_line(text: str) -> str:
    """Text with every run of spaces, breaks and control characters made one space."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
