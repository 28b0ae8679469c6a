"""What a later feature puts on a patient's home: one card each, made by a function that `home/me/cards.py` lists.

A feature imports these shapes from here, leftwards; the home imports the feature. Whoever stands on it holds what the
space may show: `asks.patient_id` is a patient of whom it shows all.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from uuid import UUID

from server.house import House
from server.moments import Speaker
from server.patients.space.door import Open


@dataclass(frozen=True)
class Asks:
    """For whom a card is made: the patient, the space that shows them, and how it speaks."""

    house: House
    space: Open
    patient_id: UUID
    say: Speaker
    gettext: Callable[[str], str] = field(repr=False)


@dataclass(frozen=True)
class Card:
    """One line of the home: what it is, in a sentence what waits there, and where it leads. `icon` as in parts/icon."""

    key: str
    title: str
    words: str = field(repr=False)
    href: str
    icon: str
    due: bool = False  # it stands with what is due


Maker = Callable[[Asks], Awaitable[Card | None]]
