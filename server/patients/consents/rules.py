"""The ledger of what was agreed to: what, which version, who, when, and whether it was taken back. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class Agreed:
    """One line of the ledger. `given_by`: who agreed, the patient or who decides for them."""

    id: UUID
    kind: str
    version: str
    given_by: str
    at: datetime
    withdrawn_at: datetime | None = None
    withdrawn_by: str = ""

    @property
    def holds(self) -> bool:
        return self.withdrawn_at is None


def holding(ledger: Iterable[Agreed], kind: str) -> Agreed | None:
    """The newest agreement of a kind that was not taken back."""
    return max((one for one in ledger if one.kind == kind and one.holds), key=lambda one: one.at, default=None)
