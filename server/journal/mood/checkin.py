"""When a gentle word is due after hard days, shown to the patient alone: nobody else is told. Pure.

The numbers come from `checkins.json`, which says that they await a clinician's confirmation.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from server.journal.mood.course import Day, by_day


class Word(StrEnum):
    """What the word is about."""

    LOW = "low"
    DROP = "drop"
    AWAKE = "awake"


@dataclass(frozen=True)
class Numbers:
    """From where on: mood on days in a row; a fall against the mean before; short nights with much energy."""

    low_mood: float
    low_days: int
    drop_by: float
    drop_days: int
    drop_least: int
    awake_hours: float
    awake_energy: float
    awake_days: int
    awaits: Sequence[str]


def parse(data: Mapping[str, Any]) -> Numbers:
    """The file as values. Raises KeyError where it is no such file."""
    low, drop, awake = data["low"], data["drop"], data["awake"]
    return Numbers(
        low["mood"], low["days"], drop["by"], drop["days"], drop["least"],
        awake["hours"], awake["energy"], awake["days"], tuple(data["awaits"]),
    )  # fmt: skip


@cache
def numbers() -> Numbers:
    return parse(json.loads((files("server.journal.mood") / "checkins.json").read_text(encoding="utf-8")))


def word_due(days: Iterable[Day], today: date, at: Numbers) -> Word | None:
    """The word for today. Days in a row end today or yesterday, and each of them has an entry."""
    every = list(days)
    mood, energy, sleep = (by_day(every, name) for name in ("mood", "energy", "sleep"))
    if _row(today, at.awake_days, lambda day: _awake(day, energy, sleep, at)):
        return Word.AWAKE
    if _row(today, at.low_days, lambda day: day in mood and mood[day] <= at.low_mood):
        return Word.LOW
    return Word.DROP if _dropped(mood, today, at) else None


def _awake(day: date, energy: Mapping[date, float], sleep: Mapping[date, float], at: Numbers) -> bool:
    return day in sleep and sleep[day] < at.awake_hours and energy.get(day, 0) >= at.awake_energy


def _row(today: date, length: int, so: Any) -> bool:
    return any(all(so(last - timedelta(days=back)) for back in range(length)) for last in (today, today - timedelta(1)))


def _dropped(mood: Mapping[date, float], today: date, at: Numbers) -> bool:
    if today not in mood:
        return False
    before = [mood[day] for back in range(1, at.drop_days + 1) if (day := today - timedelta(days=back)) in mood]
    return len(before) >= at.drop_least and sum(before) / len(before) - mood[today] >= at.drop_by
