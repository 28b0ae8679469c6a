"""What a therapist gives somebody to do between meetings. Pure. A day that passed is no fault: the task just stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from server.journal.cbt.rules import Tool, Words
from server.tongues import told_in

MOST_NOTE = 500
MOST_AHEAD = timedelta(days=92)
USUAL = timedelta(days=7)


@dataclass(frozen=True)
class Note:
    """What can be given besides a tool, as a tool names itself: one entry of it, in a form of its own."""

    id: str
    task: Words
    daily: bool = False


MOOD = Note("mood", told_in({"en": "A note of your mood", "ar": "تدوين لمزاجك"}))
Aim = Tool | Note


def aims(tools: Mapping[str, Tool]) -> Mapping[str, Aim]:
    """Everything that can be given, by its name."""
    return {**tools, MOOD.id: MOOD}


@dataclass(frozen=True)
class Task:
    """One tool for one patient, by a day or by none. `entry_id`: what they wrote for it; `away_at`: they put it away;
    `seen_at`: therapist and patient have talked about it.
    """

    id: UUID
    tool: str
    form: str
    due: date | None
    by_id: UUID
    at: datetime
    note: str = field(default="", repr=False)
    entry_id: UUID | None = None
    away_at: datetime | None = None
    seen_at: datetime | None = None

    def stands(self, tool: Aim, today: date) -> bool:
        """It is still shown to its patient. What is for every day ends with its last day; all else when it is done."""
        if self.away_at or self.seen_at:
            return False
        if tool.daily:
            return self.due is None or today <= self.due
        return self.entry_id is None


def standing(tasks: Sequence[Task], tools: Mapping[str, Aim], today: date) -> list[Task]:
    """What waits for its patient: by its day, those without one last."""
    found = [one for one in tasks if one.tool in tools and one.stands(tools[one.tool], today)]
    return sorted(found, key=lambda one: (one.due is None, one.due or today, one.at))


def due_of(text: str, today: date) -> date | None:
    """The day that was wished. Raises ValueError for one that has passed, lies far ahead or is none."""
    if not text:
        return None
    day = date.fromisoformat(text)
    if not today <= day <= today + MOST_AHEAD:
        raise ValueError("a day between today and three months ahead")
    return day
