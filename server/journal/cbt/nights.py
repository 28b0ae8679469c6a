"""What a sleep diary comes to: time in bed, time asleep, and one as a share of the other. Pure.

Time in bed runs from going to bed to getting up. Time asleep runs from lights out to the last waking, less the time
until sleep came and the time awake within. Efficiency is time asleep of time in bed, in per cent. These are the usual
definitions of a sleep diary. Clock times are those of where the night was; a night in which clocks change is as long
as it really was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

EVENING = time(12)
"""A clock time from noon on belongs to the day before the morning that an entry is about."""
LONGEST = timedelta(hours=24)


@dataclass(frozen=True)
class Night:
    """Minutes in bed and asleep; `share`: asleep of in bed, in whole per cent."""

    day: date
    bed: int
    asleep: int

    @property
    def share(self) -> int:
        return round(100 * self.asleep / self.bed)


@dataclass(frozen=True)
class Mean:
    """Of several nights."""

    nights: int
    bed: int
    asleep: int
    share: int


def night(day: date, zone: ZoneInfo, said: Mapping[str, Any]) -> Night | None:
    """`day`: the morning. None where something is missing, or cannot have been so: asleep for longer than in bed."""
    at = [_at(day, zone, said.get(key)) for key in ("bed", "lights", "woke", "up")]
    if any(one is None for one in at):
        return None
    bed, lights, woke, up = (one for one in at if one is not None)
    awake = timedelta(minutes=said.get("onset", 0) + said.get("awake", 0))
    asleep = woke - lights - awake
    if not bed <= lights <= woke <= up <= bed + LONGEST or asleep < timedelta() or bed == up:
        return None
    return Night(day, _minutes(up - bed), _minutes(asleep))


def _at(day: date, zone: ZoneInfo, clock: object) -> datetime | None:
    if not isinstance(clock, str):
        return None
    told = time.fromisoformat(clock)
    on = day - timedelta(days=1) if told >= EVENING else day
    return datetime.combine(on, told, zone).astimezone(UTC)


def _minutes(span: timedelta) -> int:
    return round(span / timedelta(minutes=1))


def mean(nights: Sequence[Night]) -> Mean | None:
    """Of all nights together, so that a short one counts as the short one that it was; None of none."""
    if not nights:
        return None
    bed, asleep = sum(one.bed for one in nights), sum(one.asleep for one in nights)
    return Mean(len(nights), round(bed / len(nights)), round(asleep / len(nights)), round(100 * asleep / bed))
