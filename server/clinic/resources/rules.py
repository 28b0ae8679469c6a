"""What a session needs besides a therapist, as plain values: kinds in the clinic's own words, and units of each.

'Treatment room' is a kind, 'Room 2' a unit of it. A service needs one unit of each kind that it names.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class Unit:
    """One room, chair or coil. A retired one is taken no more; what it is booked for stays. `serial`: its number."""

    id: UUID
    kind_id: UUID
    name: str
    retired: bool = False
    serial: str = ""

    @property
    def told(self) -> str:
        """As a record names it."""
        return f"{self.name} ({self.serial})" if self.serial else self.name


@dataclass(frozen=True)
class Kind:
    """A word of the clinic, and its units in the clinic's order, retired ones too."""

    id: UUID
    word: str
    units: Sequence[Unit] = ()

    @property
    def usable(self) -> list[Unit]:
        return [unit for unit in self.units if not unit.retired]


@dataclass(frozen=True)
class Closure:
    """Time in which a unit cannot be used: cleaning, repair."""

    id: UUID
    unit_id: UUID
    from_at: datetime
    until_at: datetime


@dataclass(frozen=True)
class Pools:
    """For each needed kind its units that may be taken, in the clinic's order, and when each of them is closed."""

    units: tuple[tuple[UUID, ...], ...] = ()
    closed: Mapping[UUID, Sequence[tuple[datetime, datetime]]] = field(default_factory=dict)

    @property
    def every(self) -> list[UUID]:
        """All units, kind by kind."""
        return [unit for units in self.units for unit in units]
