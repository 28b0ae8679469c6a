"""What is written later than it happened: from when on that is said, and how far back anybody may write. Pure."""

from datetime import date, datetime, timedelta

from server.programmes.definition import Kind, Part, Step

AT_ONCE = timedelta(minutes=2)
"""What is written within so long is written at once, as far as a clock on a wall can tell."""

EARLIER = timedelta(days=7)
"""So many days back a step of a session may still be written."""
WHY = "_why_later"
"""Under this the answers keep why a step of an earlier day is written now; no question has such an id."""
OF_SESSION = frozenset({Part.BEFORE, Part.SESSION, Part.DURING, Part.AFTER, Part.HAPPENED})


def earliest(step: Step, today: date) -> date | None:
    """The first day of which a step may be written today; None: of today alone. Nobody signs for an earlier day."""
    return today - EARLIER if step.part in OF_SESSION and step.kind is not Kind.CONSENT else None


def written_later(at: datetime, written_at: datetime) -> datetime | None:
    """When it was written, where that was later than it happened."""
    return written_at if written_at - at >= AT_ONCE else None
