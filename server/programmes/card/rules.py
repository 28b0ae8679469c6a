"""Whom the card of an emergency calls, as a clinic says it for its own place. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Line(StrEnum):
    """Who is called; in this order on the card."""

    PHYSICIAN = "physician"  # on site
    EMERGENCY = "emergency"  # the number that helps at this place
    CLINIC = "clinic"  # its own line


@dataclass(frozen=True)
class Contact:
    """What a clinic says of one line, with who said it and when; `number` counts its words, 0: it said none. Without
    a phone nothing is set.
    """

    phone: str = ""
    name: str = field(default="", repr=False)
    by: UUID | None = None
    at: datetime | None = None
    number: int = 0

    @property
    def is_set(self) -> bool:
        return bool(self.phone)

    @property
    def dialled(self) -> str:
        """As a link calls it."""
        return "".join(one for one in self.phone if one in "+0123456789")

    def says(self, other: "Contact") -> bool:
        """Whether both say the same, whoever said it."""
        return (self.phone, self.name) == (other.phone, other.name)


Contacts = Mapping[Line, Contact]


def every(said: Contacts) -> Contacts:
    """Each line, in its order."""
    return {line: said.get(line, Contact()) for line in Line}


def unset(said: Contacts) -> list[Line]:
    """The lines of which the clinic has said nothing."""
    return [line for line, one in said.items() if not one.is_set]
