"""The ledger of what was agreed to: what, which version, who, when, and whether it was taken back. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class Agreed:
    """One line of the ledger. `given_by`: who agreed, the patient or who decides for them; `given_by_id`: which person,
    the id of the patient or of who acts for them, where that is known.
    """

    id: UUID
    kind: str
    version: str
    given_by: str
    at: datetime
    withdrawn_at: datetime | None = None
    withdrawn_by: str = ""
    given_by_id: UUID | None = None

    @property
    def holds(self) -> bool:
        return self.withdrawn_at is None


def holding(ledger: Iterable[Agreed], kind: str) -> Agreed | None:
    """The newest agreement of a kind that was not taken back."""
    return max((one for one in ledger if one.kind == kind and one.holds), key=lambda one: one.at, default=None)


def may_take_back(one: Agreed, by: str) -> bool:
    """Whether this person may: the patient themselves whatever was agreed to for them, who decides for them what one
    of their kind agreed to. `by`: 'patient', or the kind of who acts for them.
    """
    return one.holds and by in {"patient", one.given_by}


def alike(ledger: Iterable[Agreed], wanted: UUID, by: str) -> list[Agreed] | None:
    """What goes with one that this person takes back: who does so means it, however often it was given. None where
    there is none that they could have taken back.
    """
    every = list(ledger)
    one = next((one for one in every if one.id == wanted and by in {"patient", one.given_by}), None)
    if one is None:
        return None
    return [each for each in every if may_take_back(each, by) and (each.kind, each.version) == (one.kind, one.version)]
