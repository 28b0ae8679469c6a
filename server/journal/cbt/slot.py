"""One time of the day for worries. Pure. Fifteen to thirty minutes, the same each day, not near bedtime (general
knowledge, in the tool's file, to be confirmed by a clinician).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any


@dataclass(frozen=True)
class Slot:
    """From when, on the patient's own clock, and for how many minutes."""

    at: time
    minutes: int

    @property
    def clock(self) -> str:
        return self.at.isoformat("minutes")

    def holds(self, now: time) -> bool:
        """Whether it is that time; it never runs over midnight."""
        begin = self.at.hour * 60 + self.at.minute
        return begin <= now.hour * 60 + now.minute < begin + self.minutes


def slot_of(at: object, minutes: object, numbers: Mapping[str, Any]) -> Slot | None:
    """What was wished, as far as it is one: no longer or shorter than `numbers` say, begun at their latest."""
    try:
        begins, lasts = time.fromisoformat(str(at)), int(str(minutes))
    except ValueError:
        return None
    if begins.tzinfo or begins.second:
        return None
    fits = numbers["least"] <= lasts <= numbers["most"] and begins <= time.fromisoformat(numbers["latest"])
    return Slot(begins, lasts) if fits else None


def parked(said: Mapping[str, Any]) -> bool:
    """It waits here: nothing was decided about it, or that it stays for another day."""
    return said.get("end") in {None, "stay"}
