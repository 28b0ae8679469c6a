"""Which reminders are due, when one may come, and what keeps it from going after all. Pure.

A reminder belongs to a start: after a move those of the old start are void, and the new one has its own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from server.moments import end_of, start_of

DAY_MINUTES = 24 * 60
NEAREST = timedelta(hours=1)
"""Rather the evening before than less than this before the start."""
BEFORE_QUIET = timedelta(minutes=15)
LATEST = timedelta(days=1)
"""After an outage a reminder goes late by half of its span, but never by more than this."""


class Way(StrEnum):
    """How a reminder travels."""

    MAIL = "mail"
    SMS = "sms"
    PUSH = "push"  # a knock at each browser that agreed, beside the others


class Fate(StrEnum):
    """What became of a reminder when its moment came."""

    SENT = "sent"  # handed to whoever sends
    BOOKED_LATER = "booked_later"  # the time was taken after this moment
    OVERTAKEN = "overtaken"  # a nearer one goes, or went


@dataclass(frozen=True)
class Quiet:
    """Nobody is disturbed from one wall time until another, in minutes after midnight; equal ones: never quiet."""

    from_minute: int
    until_minute: int

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=(self.until_minute - self.from_minute) % DAY_MINUTES)

    def around(self, at: datetime, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
        """The quiet hours, in UTC, that this moment lies in."""
        if not self.length:
            return None
        today = at.astimezone(zone).date()
        for day in (today - timedelta(days=1), today):
            begin = datetime.combine(day, _wall(self.from_minute), zone)
            last = day + timedelta(days=1) if self.until_minute < self.from_minute else day
            span = start_of(begin), end_of(datetime.combine(last, _wall(self.until_minute), zone))
            if span[0] <= at < span[1]:
                return span
        return None


def _wall(minute: int) -> time:
    return time(*divmod(minute, 60))


@dataclass(frozen=True)
class ReminderRules:
    """What a clinic set; without a row it is this. `before`: how long before the start, longest first."""

    before: tuple[timedelta, ...] = (timedelta(days=2), timedelta(hours=2))
    quiet: Quiet = Quiet(21 * 60, 8 * 60)
    by_sms: bool = True
    by_push: bool = False


@dataclass(frozen=True)
class Seat:
    """A booking as its reminders see it. `since`: when it was made, confirmed or moved here; `done`: settled ones."""

    booking_id: UUID
    starts_at: datetime
    since: datetime
    zone: ZoneInfo
    done: frozenset[timedelta] = frozenset()


@dataclass(frozen=True)
class Due:
    """A reminder whose moment has come."""

    booking_id: UUID
    starts_at: datetime
    before: timedelta
    fate: Fate


def moment_of(starts_at: datetime, before: timedelta, quiet: Quiet, zone: ZoneInfo) -> datetime:
    """When a reminder goes: out of quiet hours it waits for their end, or comes before them if that is too near."""
    at = starts_at - before
    span = quiet.around(at, zone)
    if span is None:
        return at
    begin, end = span
    return end if end <= starts_at - NEAREST else begin - BEFORE_QUIET


def late_by(before: timedelta) -> timedelta:
    """How long after its moment a reminder is still worth sending."""
    return min(before / 2, LATEST)


def starts_to_look_at(before: timedelta, quiet: Quiet, now: datetime) -> tuple[datetime, datetime]:
    """Between which starts a reminder of this span can be due now."""
    reach = quiet.length + BEFORE_QUIET
    return max(now, now + before - late_by(before) - reach), now + before + reach


def reminders_due(rules: ReminderRules, seats: Iterable[Seat], now: datetime) -> list[Due]:
    """What to settle now, nearest to the start first; of several for one booking at most one is sent."""
    return [due for seat in seats for due in _due_of(rules, seat, now)]


def _due_of(rules: ReminderRules, seat: Seat, now: datetime) -> list[Due]:
    if now >= seat.starts_at or rules.quiet.around(now, seat.zone):
        return []
    found: list[Due] = []
    settled = set(seat.done)
    for before in sorted(rules.before):
        at = moment_of(seat.starts_at, before, rules.quiet, seat.zone)
        if before not in settled and at <= now <= at + late_by(before):
            found.append(Due(seat.booking_id, seat.starts_at, before, _fate(before, at, seat.since, settled)))
            settled.add(before)
    return found


def _fate(before: timedelta, at: datetime, since: datetime, settled: Iterable[timedelta]) -> Fate:
    if since >= at:
        return Fate.BOOKED_LATER
    return Fate.OVERTAKEN if any(other < before for other in settled) else Fate.SENT


class Standing(Protocol):
    """What is needed of the booking at the moment of sending."""

    @property
    def starts_at(self) -> datetime: ...
    @property
    def cancelled_at(self) -> datetime | None: ...
    @property
    def asked(self) -> bool: ...


def still_goes(starts_at: datetime, booking: Standing, *, is_here: bool, now: datetime) -> bool:
    """Whether a reminder of this start goes after all: it stands, at this time, has not begun, and nobody is here."""
    stands = booking.cancelled_at is None and not booking.asked and booking.starts_at == starts_at
    return stands and now < starts_at and not is_here


@dataclass(frozen=True)
class Reach:
    """How a person can be reached."""

    mail: str = field(repr=False)
    phone: str = field(repr=False)


def ways_of(rules: ReminderRules, reach: Reach) -> Sequence[Way]:
    """How this person is reminded: by mail if they gave an address, else by message if the clinic sends those."""
    if reach.mail:
        return [Way.MAIL]
    can_text = reach.phone.startswith("+")  # E.164: only what could be read as a number
    return [Way.SMS] if can_text and rules.by_sms else []
