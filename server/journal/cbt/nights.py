"""What a sleep diary comes to: time in bed, time asleep, and one as a share of the other. Pure.

Time in bed runs from going to bed to getting up. Time asleep runs from lights out to the last waking, less the time
until sleep came and the time awake within. Efficiency is time asleep of time in bed, in per cent. These are the usual
definitions of a sleep diary. What was not said is not taken for nought: then there is no figure. Clock times are those
of where the sleep was, each after the one before, at whatever time of the day; a night in which clocks change is as
long as it really was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from server.journal.forms import Reason

CLOCKS = ("bed", "lights", "woke", "up")
NEEDED = ("bed", "lights", "onset", "awake", "woke", "up")
"""What a figure is made of, in the order of the form."""
DAY = timedelta(hours=24)


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
class Unknown:
    """A night without a figure. `missing`: the fields that were left open; none: what was said cannot have been so."""

    day: date
    missing: Sequence[str] = ()


@dataclass(frozen=True)
class Mean:
    """Of several nights."""

    nights: int
    bed: int
    asleep: int
    share: int


def night(day: date, zone: ZoneInfo, said: Mapping[str, Any]) -> Night | Unknown:
    """`day`: on which they got up."""
    known = _known(said)
    missing = tuple(key for key in NEEDED if key not in known)
    if missing or wrong_of(day, zone, said):
        return Unknown(day, missing)
    bed, lights, woke, up = _times(day, zone, known)
    return Night(day, _minutes(up - bed), _minutes(woke - lights - _awake(known)))


def wrong_of(day: date, zone: ZoneInfo, said: Mapping[str, Any]) -> Mapping[str, Reason]:
    """What cannot have been so, by its field: clock times that do not follow each other within a day, and more minutes
    awake than there were. Of what was left open nothing is said.
    """
    known = _known(said)
    if not set(CLOCKS) <= set(known):
        return {}
    gaps = _gaps(known)
    if not timedelta() < sum(gaps.values(), timedelta()) <= DAY:
        return {max(gaps, key=lambda key: gaps[key]) if any(gaps.values()) else "up": Reason.ORDER}
    _, lights, woke, _ = _times(day, zone, known)
    if _awake(known) > woke - lights:
        return {"awake" if known.get("awake") else "onset": Reason.AWAKE}
    return {}


def _known(said: Mapping[str, Any]) -> Mapping[str, Any]:
    """What counts: who says that they never woke has said that they lay awake for no minute of it."""
    known = {key: said[key] for key in NEEDED if said.get(key) is not None}
    return {"awake": 0, **known} if said.get("wakings") == 0 else known


def _gaps(known: Mapping[str, Any]) -> Mapping[str, timedelta]:
    """From each clock time on to the next one, by the name of the later."""
    told = [_since_midnight(known[key]) for key in CLOCKS]
    return {key: (told[at] - told[at - 1]) % DAY for at, key in enumerate(CLOCKS) if at}


def _times(day: date, zone: ZoneInfo, known: Mapping[str, Any]) -> Sequence[datetime]:
    """When each of CLOCKS was, back from getting up on this day."""
    gaps, up = _gaps(known), _since_midnight(known["up"])
    midnight, back, found = datetime.combine(day, time()), timedelta(), list[datetime]()
    for key in reversed(CLOCKS):
        found.append((midnight + up - back).replace(tzinfo=zone).astimezone(UTC))
        back += gaps.get(key, timedelta())
    return found[::-1]


def _since_midnight(clock: str) -> timedelta:
    told = time.fromisoformat(clock)
    return timedelta(hours=told.hour, minutes=told.minute)


def _awake(known: Mapping[str, Any]) -> timedelta:
    return timedelta(minutes=sum(known.get(key, 0) for key in ("onset", "awake")))


def _minutes(span: timedelta) -> int:
    return round(span / timedelta(minutes=1))


def mean(nights: Sequence[Night]) -> Mean | None:
    """Of all nights together, so that a short one counts as the short one that it was; None of none."""
    if not nights:
        return None
    bed, asleep = sum(one.bed for one in nights), sum(one.asleep for one in nights)
    return Mean(len(nights), round(bed / len(nights)), round(asleep / len(nights)), round(100 * asleep / bed))
