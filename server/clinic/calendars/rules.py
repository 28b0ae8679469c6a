"""What is known of a calendar elsewhere, and when it is read again. Pure."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

EVERY = timedelta(minutes=5)
SELDOM = timedelta(hours=1)
MOST_CALENDARS = 10
BEYOND = timedelta(days=2)
FAR = timedelta(days=802)
"""How far ahead a calendar is read: as far as staff book freely, and further than nearly every series reaches."""

Times = Sequence[tuple[int, int]]
"""[from, until) in whole seconds since 1970."""


class Kind(StrEnum):
    LINK = "link"  # one address that gives the whole calendar (.ics)
    CALDAV = "caldav"


class Trouble(StrEnum):
    """Why a calendar could not be read. The first six are those of asking at all."""

    ADDRESS = "address"
    INSIDE = "inside"
    AWAY = "away"
    SLOW = "slow"
    TOO_BIG = "too_big"
    WANDERS = "wanders"
    DENIED = "denied"
    GONE = "gone"
    UNWELL = "unwell"  # the other server has a problem of its own
    NO_CALENDAR = "no_calendar"
    CUT_SHORT = "cut_short"  # the text stops before its end
    TOO_MUCH = "too_much"  # entries repeat so often that reading them has no end


@dataclass(frozen=True)
class Access:
    """Where a calendar is and how to get in."""

    address: str = field(repr=False)
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    @property
    def login(self) -> tuple[str, str] | None:
        return (self.user, self.password) if self.user else None


@dataclass(frozen=True)
class Known:
    """A calendar as its therapist sees it. `times`: how many stretches of taken time lie in it, `left_out`: how many
    entries nobody could understand."""

    id: UUID
    clinic_id: UUID
    therapist_id: UUID
    name: str
    kind: Kind
    whole_days: bool
    writes: bool = False
    times: int = 0
    left_out: int = 0
    paused_at: datetime | None = None
    read_at: datetime | None = None
    failed_since: datetime | None = None
    trouble: Trouble | None = None
    tries: int = 0
    seen: str = ""
    access_sealed: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Busy:
    """The taken time of a calendar as it is known `until` a moment, parted where few ask any further (`near`)."""

    times: Times
    near: datetime
    until: datetime

    @property
    def soon(self) -> list[tuple[int, int]]:
        cut = int(self.near.timestamp())
        return [(start, min(end, cut)) for start, end in self.times if start < cut]

    @property
    def later(self) -> list[tuple[int, int]]:
        cut = int(self.near.timestamp())
        return [(max(start, cut), end) for start, end in self.times if end > cut]


@dataclass(frozen=True)
class Found:
    """What a calendar holds between two moments: taken time, and apart from it, by UID, that of entries whose UID could
    be one of our own bookings."""

    busy: Times = ()
    by_uid: dict[str, Times] = field(default_factory=dict)
    left_out: int = 0


def status_trouble(status: int) -> Trouble | None:
    """What an HTTP status says; None for a good one."""
    if 200 <= status < 300:
        return None
    if status in {401, 403}:
        return Trouble.DENIED
    return Trouble.UNWELL if status >= 500 or status in {408, 425, 429} else Trouble.GONE


def again_at(now: datetime, tries: int) -> datetime:
    """When to read next: every five minutes, and ever more seldom, up to an hour, while it cannot be read."""
    wait: timedelta = EVERY * 2 ** min(tries, 10)
    return now + min(wait, SELDOM)


def merged(times: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same time, rising, with what overlaps or touches made one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(times):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def times_of(kept: str) -> list[tuple[int, int]]:
    """Taken time from the text in which it is kept."""
    return [(start, end) for start, end in json.loads(kept)]
