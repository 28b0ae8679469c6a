"""From which day on, and at what time, the sessions of a course should be. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time

CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)
USUAL = 9 * 60


@dataclass(frozen=True)
class Wish:
    """`minute` of the clinic's day at which the first session of a day begins."""

    first: date
    minute: int = USUAL

    @property
    def day(self) -> str:
        """As a field of a date has it."""
        return self.first.isoformat()

    @property
    def clock(self) -> str:
        """As a field of a time has it."""
        return time(*divmod(self.minute, 60)).isoformat(timespec="minutes")


def read_wish(fields: Mapping[str, str], usual: Wish) -> Wish:
    """What was asked for; whatever cannot be, or lies before the usual day, is the usual one."""
    try:
        first = max(date.fromisoformat(fields.get("first", "")), usual.first)
    except ValueError:
        first = usual.first
    found = CLOCK.fullmatch(fields.get("time", "").strip())
    return Wish(first, int(found[1]) * 60 + int(found[2]) if found else usual.minute)
