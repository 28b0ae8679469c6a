"""Reading what the address of the staff calendar asks for. Pure: nothing in it is refused, what cannot be read is left
out."""

from collections.abc import Mapping
from datetime import date, datetime

from server.booking.forms import read_date
from server.booking.planner.rules import Across, Asked, Show

LONGEST_SLUG = 64


def parse(asked: Mapping[str, str], today: date) -> Asked:
    """What to show; without any words in the address, this week."""
    show = Show(asked["show"]) if asked.get("show") in set(Show) else Show.WEEK
    by_resource = show is Show.DAY and asked.get("by") == Across.RESOURCES
    return Asked(
        show=show,
        day=read_date(asked.get("day", "")) or today,
        across=Across.RESOURCES if by_resource else Across.THERAPISTS,
        only=asked.get("only", "")[:LONGEST_SLUG],
    )


def read_wall(text: str) -> datetime | None:
    """A wall time as a date field and a time field send it together: '2026-03-12T09:30'."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    whole = found.tzinfo is None and "T" in text and read_date(text[:10]) is not None
    return found.replace(second=0, microsecond=0) if whole else None
