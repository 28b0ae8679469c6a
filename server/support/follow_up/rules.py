"""The day after: when somebody gets in touch, and what came of it. Pure."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from server.moments import start_of

MORNING = time(9)
"""From when on that day; ours, and a clinic's person may be earlier."""


class Result(StrEnum):
    REACHED = "reached"
    LEFT_WORD = "left_word"
    NOT_REACHED = "not_reached"


@dataclass(frozen=True)
class Done:
    """What came of it."""

    result: Result
    note: str = field(repr=False)


def next_day(now: datetime, zone: ZoneInfo) -> datetime:
    """Nine in the morning of the next day on the clinic's clock."""
    day = now.astimezone(zone).date() + timedelta(days=1)
    return start_of(datetime.combine(day, MORNING, zone))
