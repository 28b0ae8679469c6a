"""A red reading, something grave that happened, or a reading that nobody took in time is an alert beyond the screens
that are open.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.programmes.course import Entry, History
from server.programmes.definition import Kind, Step
from server.programmes.questions import Verdict
from server.safety.alerts import store as alerts

KIND = "reading"
"""Kind of alert; its subject is the entry that was written."""

OVERDUE = "overdue"
"""Kind of alert; its subject is the course in whose session a reading is late."""


def is_red(step: Step, entry: Entry) -> bool:
    """Whether it stops the session; one that hands over or ends it has called somebody already."""
    return step.kind in (Kind.CLOCK, Kind.EVENT) and not step.ends and entry.verdict is Verdict.STOP


async def sound(
    db: AsyncSession, about: tuple[UUID, UUID], step: Step, entry: Entry, after: History, now: datetime, *,
    calls: bool = False,
) -> None:  # fmt: skip
    """Begin the climb with the entry, in its unit, while its session goes on, or pressed on a card: once for each, as
    an entry is written once. `about`: (clinic, id of the entry); `calls`: its answers do, whenever they are written.
    """
    if calls or (is_red(step, entry) and (step.card or entry.key.session not in after.over)):
        clinic_id, entry_id = about
        await alerts.begin(db, clinic_id, KIND, entry_id, now)
