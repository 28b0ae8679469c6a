"""When a measure is asked with a visit. Pure: rules are data, `now` is an argument."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

AHEAD = timedelta(days=3)
"""How long before a visit it may be answered: most ask about the last two weeks, and an older answer says less."""
AFTER = timedelta(hours=12)
"""How long after a visit who has begun may go on."""
LONGEST = timedelta(days=180)
"""How long an answer may have waited on a device; one that says longer counts as this old."""
WAITED = timedelta(minutes=10)
"""From so long on it is said of an answer that it came later than it was given."""
WEEK = 7


class When(StrEnum):
    """By what a patient is asked."""

    INTAKE = "intake"  # once, before the first visit
    VISIT = "visit"  # before each visit
    WEEKLY = "weekly"  # with the next visit, a week or more after the last
    MONTHLY = "monthly"
    EACH_WEEK = "each_week"  # every week by the clinic's clock, with a visit or without: weekly/rules.py
    HAND = "hand"  # when a therapist asks


DAYS = {When.WEEKLY: WEEK, When.MONTHLY: 28}


@dataclass(frozen=True)
class Rule:
    """A clinic asks this version of a measure by this."""

    key: str
    version_id: UUID
    when: When


@dataclass(frozen=True)
class Asked:
    """A measure that this patient was asked: for which booking, and whether it was answered to the end. `for_at`: when
    that booking begins, where it may be in another week than the answer.
    """

    key: str
    booking_id: UUID | None
    finished_at: datetime | None
    for_at: datetime | None = None


@dataclass(frozen=True)
class Slot:
    """The booking that asks: its id, when it begins and ends. `week_at`: when the week of its begin does, by the
    clinic's clock; needed where a measure is asked every week.
    """

    booking_id: UUID
    starts_at: datetime
    ends_at: datetime
    week_at: datetime | None = None


def due(rule: Rule, past: Iterable[Asked], slot: Slot, now: datetime) -> bool:
    """Whether this booking asks for it now by rule. Whom a therapist asked is asked whatever this says."""
    if now >= slot.ends_at or rule.when is When.HAND:
        return False
    others = [one for one in past if one.key == rule.key and one.booking_id != slot.booking_id and one.finished_at]
    finished = [one.finished_at for one in others if one.finished_at]
    if rule.when is When.INTAKE:
        return not finished
    if slot.starts_at - now > AHEAD:
        return False
    if rule.when is When.EACH_WEEK:
        return slot.week_at is None or all(_of_week(one) < slot.week_at for one in others)
    days = DAYS.get(rule.when)
    return days is None or not finished or max(finished) + timedelta(days=days) <= slot.starts_at


def _of_week(one: Asked) -> datetime:
    """A moment of the week that it counts for: of the visit it was given for, else of the answer."""
    return max(at for at in (one.finished_at, one.for_at) if at)


def given_at(now: datetime, ago: timedelta, over: datetime | None) -> datetime:
    """When an answer that waited on a device was given, `ago` by that device's clock; `over`: when the answer was that
    it changes, and so came before it.
    """
    at = now - max(timedelta(), min(ago, LONGEST))
    return at if over is None else max(at, over + timedelta(microseconds=1))


def came_later(at: datetime, came: datetime | None) -> datetime | None:
    """When an answer came that was given at `at`, where that is worth a word."""
    return came if came is not None and came - at >= WAITED else None


def ended_at(given: Iterable[datetime], since: datetime, now: datetime) -> datetime:
    """When a measure was answered to its end: as its last answer was given, which may have waited since. Not before
    it could be answered at all, and never ahead of `now`, whatever the clock of a device said.
    """
    return min(max([since, *given]), now)


def may_answer(slot: Slot, now: datetime) -> bool:
    """Whether answers are still taken."""
    return now < slot.ends_at + AFTER
