"""An alert as it stands on the page of somebody who was called to it. Values."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from server.accounts.team.rules import Person
from server.clinic.rules import Clinic
from server.safety.alerts.rules import Alert

SHOWN_AFTER = timedelta(hours=1)
"""How long those who were called read who answered."""


@dataclass(frozen=True)
class Needed:
    """Somebody else's patient, to whom this person was called: no name, since when, and who answered. `who`: the
    therapist of an answer, or who took a reading, which is `of`; `late`: one that nobody took.
    """

    id: UUID
    who: str
    since: datetime
    urgent: bool
    of: str = "risk"
    answered_by: str = ""
    answered_at: datetime | None = None
    late: bool = False


@dataclass(frozen=True)
class Team:
    """Whom a clinic has, as the viewer sees who was called."""

    clinic: Clinic
    viewer_id: UUID
    people: Sequence[Person] = field(repr=False)

    def needed(self, alert: Alert, who: str, *, urgent: bool, of: str = "risk", late: bool = False) -> Needed:
        """The alert, with who answered it by name."""
        return Needed(alert.id, who, alert.begun_at, urgent, of, self.name(alert.closed_by), alert.closed_at, late)

    def name(self, staff_id: UUID | None) -> str:
        """Of somebody who works there; '' for who left, or nobody."""
        return next((one.name for one in self.people if one.id == staff_id), "")
