"""What a patient writes down between visits, whatever tool it is of. Pure.

An entry has a day and what was said, in two parts: `value` is what was chosen (numbers, ticks), `words` is what was
written freely. Who but the patient may read which part is chosen for each entry. Every tool fits in: a kind, a value,
words.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

MOST_BACK = timedelta(days=366)
"""How far back a day may lie that is written up later."""
MOST_LATE = timedelta(days=90)
"""How long an entry may have waited on a device before it comes."""
SENT_TWICE = timedelta(minutes=5)
"""Within this, one that was sent twice around midnight is about the day of its first sending."""


class Share(StrEnum):
    """Who reads an entry beside its patient: nobody; who treats them, without the words; or all of it."""

    ME = "me"
    PART = "part"
    ALL = "all"


class Late(StrEnum):
    """Why a day is none that can be written about."""

    UNREADABLE = "unreadable"
    AHEAD = "ahead"
    TOO_OLD = "too_old"


@dataclass(frozen=True)
class Written:
    """When an entry was written, where, and which day it is about. `backdated`: that day had passed by then."""

    day: date
    at: datetime
    zone: str
    backdated: bool


@dataclass(frozen=True)
class Entry:
    """One entry, opened. `number` counts its writings from 1; `words` is empty where a reader may not see them."""

    id: UUID
    kind: str
    written: Written
    share: Share
    number: int
    value: Mapping[str, Any] = field(repr=False)
    words: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def day(self) -> date:
        return self.written.day


@dataclass(frozen=True)
class Setting:
    """How a patient uses one tool: what a new entry is shared as, and what else the tool keeps of their wishes."""

    share: Share = Share.ME
    value: Mapping[str, Any] = field(default_factory=dict, repr=False)


def written(
    day: date | None, ago: timedelta, zone: ZoneInfo, now: datetime, ahead: timedelta = timedelta()
) -> Written | Late:
    """The time of an entry that was written `ago` before now, about `day`, or the day it was written on. `ahead`: how
    far ahead it may be planned.
    """
    if not timedelta() <= ago <= MOST_LATE:
        return Late.UNREADABLE
    at = now - ago
    today = at.astimezone(zone).date()
    about = day or today
    if about > today + ahead:
        return Late.AHEAD
    if today - about > MOST_BACK:
        return Late.TOO_OLD
    return Written(about, at, zone.key, about < today)


def about(when: Written, day: date) -> Written:
    """The same writing, about another day."""
    return replace(when, day=day, backdated=day < when.at.astimezone(ZoneInfo(when.zone)).date())


def next_number(seen: str) -> int:
    """Which writing comes after the one a form was made from; 0, which no entry has, for what is no number."""
    return int(seen) + 1 if seen.isascii() and seen.isdigit() and len(seen) < 9 else 0


def says_the_same(entry: Entry, new: Entry) -> bool:
    """Whether a form came twice: what it says stands already."""
    return _said(entry) == _said(new) and entry.day == new.day


def comes_again(entry: Entry, new: Entry) -> bool:
    """Whether a new entry is one that stands, sent once more; a midnight between the two sendings is no other day."""
    near = abs(new.written.at - entry.written.at) < SENT_TWICE and _of_its_day(entry) and _of_its_day(new)
    return _said(entry) == _said(new) and (entry.day == new.day or near)


def _said(one: Entry) -> tuple[object, ...]:
    return one.value, one.words, one.share


def _of_its_day(one: Entry) -> bool:
    """Whether it is about the day on which it was written."""
    return one.day == one.written.at.astimezone(ZoneInfo(one.written.zone)).date()
