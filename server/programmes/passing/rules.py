"""Who may pass the gates of a family of programmes, where a clinic names them. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from server.programmes.catalogue import family_of
from server.programmes.definition import Definition


@dataclass(frozen=True)
class Passers:
    """Whom a clinic named, with who said it and when; `number` counts its words, 0: it said none. `names`: of those who
    still treat people there. Nobody named: whoever treats the patient.
    """

    people: frozenset[UUID] = frozenset()
    names: Mapping[UUID, str] = field(default_factory=dict, repr=False)
    by: UUID | None = None
    at: datetime | None = None
    number: int = 0

    def admit(self, staff_id: UUID) -> bool:
        """Whether this person may pass a gate; where everybody who was named left, nobody may until others are."""
        return not self.people or staff_id in self.people


@dataclass(frozen=True)
class Family:
    """The programmes of one family that have a gate which a person may pass, by name."""

    key: str
    programmes: Sequence[str]


def families(several: Iterable[Definition]) -> list[Family]:
    """Those among these programmes, in their order."""
    found: dict[str, list[str]] = {}
    for one in several:
        family = family_of(one)
        if family and not all(gate.holds for gate in one.gates):
            found.setdefault(family, []).append(one.name)
    return [Family(key, names) for key, names in found.items()]
