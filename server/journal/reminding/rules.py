"""When somebody is asked about their day, and when not after all. Pure.

One time a day that they choose, and if they like up to three at random times while they are awake. Random times come
from a seed and the day, so every node finds the same ones. All moments are UTC; what is chosen are wall times where
the patient is, so a day on which the clock changes has its reminder at the usual time of the wall.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from server.booking.reminders.rules import Quiet
from server.moments import start_of

DAY = timedelta(days=1)
DAY_MINUTES = 24 * 60
EDGE = 10  # percent of its stretch of the day that a random time keeps from both ends


@dataclass(frozen=True)
class Conventions:
    """What holds for everybody. `expiry`: how long a reminder waits for an answer; `misses`: it stops after so many."""

    daily: int
    quiet: Quiet
    random_most: int
    apart: timedelta
    expiry: timedelta
    snooze: timedelta
    most_a_day: int
    misses: int
    awaits: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Wish:
    """What a patient chose. `at`: minutes after midnight; `random`: how many more at random times."""

    at: int
    random: int
    quiet: Quiet
    zone: ZoneInfo


@dataclass(frozen=True)
class Moment:
    """When to ask. `place` 0 is the time they chose; the others are the random ones of that day."""

    at: datetime
    day: date
    place: int


@dataclass(frozen=True)
class Asked:
    """A reminder that left, and when an entry answered it."""

    sent_at: datetime
    expires_at: datetime
    answered_at: datetime | None = None


class Fate(StrEnum):
    """What became of a reminder when its moment came."""

    SENT = "sent"
    LATE = "late"  # its time was over, as after an outage
    QUIET = "quiet"
    WRITTEN = "written"  # they wrote about this day already
    FULL = "full"  # as many as a day takes
    STOPPED = "stopped"  # so many went by without an answer that it stops


def parse(data: Mapping[str, Any]) -> Conventions:
    """The file as a value. Raises KeyError or ValueError where it is no such file."""
    minute = {name: timedelta(minutes=data[f"{name}_minutes"]) for name in ("apart", "expiry", "snooze")}
    quiet = Quiet(*(minute_of(one) for one in data["quiet"]))
    return Conventions(
        minute_of(data["daily"]), quiet, data["random_most"], minute["apart"], minute["expiry"], minute["snooze"],
        data["most_a_day"], data["misses"], tuple(data["awaits"]), tuple(data["sources"]),
    )  # fmt: skip


def minute_of(clock: str) -> int:
    """'20:00' -> minutes after midnight. Raises ValueError."""
    told = time.fromisoformat(clock)
    return told.hour * 60 + told.minute


def is_quiet(minute: int, quiet: Quiet) -> bool:
    """Whether a wall time lies in the quiet hours."""
    return timedelta(minutes=(minute - quiet.from_minute) % DAY_MINUTES) < quiet.length


def next_moment(wish: Wish, seed: bytes, after: datetime, how: Conventions) -> Moment:
    """The first moment after this one."""
    today = after.astimezone(wish.zone).date()
    # Who is awake at night has random times after midnight, behind what belongs to the next date already.
    days = [moments_on(wish, seed, today + shift * DAY, how) for shift in range(-2, 2)]
    return min((one for day in days for one in day if one.at > after), key=lambda one: one.at)


def moments_on(wish: Wish, seed: bytes, day: date, how: Conventions) -> list[Moment]:
    """The moments of a day, rising; a night that is their day belongs to the date on which it begins. A random one too
    near to the chosen time is left out: that asks already.
    """
    chosen = [_moment(wish, day + shift * DAY, wish.at, 0) for shift in range(-1, 3)]
    others = [_moment(wish, day, _random(wish, seed, day, place), place) for place in range(1, wish.random + 1)]
    apart = [one for one in others if all(abs(one.at - asks.at) >= how.apart for asks in chosen)]
    return sorted([chosen[1], *apart], key=lambda one: one.at)


def _moment(wish: Wish, day: date, minute: int, place: int) -> Moment:
    wall = (datetime.combine(day, time()) + timedelta(minutes=minute)).replace(tzinfo=wish.zone)
    return Moment(start_of(wall), day, place)


def _random(wish: Wish, seed: bytes, day: date, place: int) -> int:
    """A minute of the place-th stretch of the waking day."""
    awake = DAY_MINUTES - wish.quiet.length // timedelta(minutes=1)
    stretch = awake / wish.random
    number = int.from_bytes(sha256(seed + f"{day}:{place}".encode()).digest()[:4], "big") / 2**32
    within = (EDGE + number * (100 - 2 * EDGE)) / 100
    return (wish.quiet.until_minute if wish.quiet.length else 0) + int((place - 1 + within) * stretch)


def misses(asked: Sequence[Asked], wrote_at: datetime | None, now: datetime) -> int:
    """How many of the newest in a row went by without an answer; whatever was written since begins anew."""
    count = 0
    for one in sorted(asked, key=lambda one: one.sent_at, reverse=True):
        if one.answered_at or (wrote_at and wrote_at >= one.sent_at):
            break
        count += one.expires_at <= now
    return count


def fate_of(moment: Moment, wish: Wish, asked: Sequence[Asked], times: int, wrote_at: datetime | None,
            wrote_today: bool, now: datetime, how: Conventions) -> Fate:  # fmt: skip
    """What becomes of it. `asked`: since they switched it on; `times`: how often they were asked on that day."""
    if now >= moment.at + how.expiry:
        return Fate.LATE
    if wish.quiet.around(now, wish.zone):
        return Fate.QUIET
    if misses(asked, wrote_at, now) >= how.misses:
        return Fate.STOPPED
    if moment.place == 0 and wrote_today:
        return Fate.WRITTEN
    return Fate.FULL if times >= how.most_a_day else Fate.SENT
