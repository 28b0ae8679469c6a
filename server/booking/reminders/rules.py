"""Which reminders are due, when one may come, and what keeps it from going after all. Pure.

A reminder belongs to a start: after a move those of the old start are void, and the new one has its own.
"""

from collections.abc import Iterable, Mapping, Sequence
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


class Texts(StrEnum):
    """Who gets a text message; everybody else is reminded by mail alone."""

    NONE = "none"
    ALONE = "alone"  # who gave a number and no mail address
    BESIDE = "beside"  # and beside the mail whoever gave both


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
    texts: Texts = Texts.ALONE
    by_push: bool = False


@dataclass(frozen=True)
class Whose:
    """The bookings that have one of the spans: those of these services, or those of every service but these."""

    services: frozenset[UUID]
    others: bool


@dataclass(frozen=True)
class Schedule:
    """When the bookings of a clinic are reminded: as it says for all, where a service has no spans of its own."""

    rules: ReminderRules
    own: Mapping[UUID, tuple[timedelta, ...]] = field(default_factory=dict)

    @property
    def spans(self) -> frozenset[timedelta]:
        """Every span that some booking is reminded at."""
        return frozenset(self.rules.before).union(*self.own.values())

    def before(self, service_id: UUID) -> tuple[timedelta, ...]:
        return self.own.get(service_id, self.rules.before)

    def whose(self, span: timedelta) -> Whose:
        """The bookings that are reminded this long before their start."""
        others = span in self.rules.before
        return Whose(frozenset(one for one, spans in self.own.items() if (span in spans) is not others), others)


@dataclass(frozen=True)
class Seat:
    """A booking as its reminders see it. `since`: when it was made, confirmed or moved here; `done`: settled ones."""

    booking_id: UUID
    service_id: UUID
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


def reminders_due(schedule: Schedule, seats: Iterable[Seat], now: datetime) -> list[Due]:
    """What to settle now, nearest to the start first; of several for one booking at most one is sent."""
    return [due for seat in seats for due in _due_of(schedule, seat, now)]


def _due_of(schedule: Schedule, seat: Seat, now: datetime) -> list[Due]:
    quiet = schedule.rules.quiet
    if now >= seat.starts_at or quiet.around(now, seat.zone):
        return []
    found: list[Due] = []
    settled = set(seat.done)
    for before in sorted(schedule.before(seat.service_id)):
        at = moment_of(seat.starts_at, before, quiet, seat.zone)
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
    """How this person is reminded: by mail if they gave an address, and by message as the clinic chose."""
    can_text = reach.phone.startswith("+")  # E.164: only what could be read as a number
    by_text = [Way.SMS] if can_text and rules.texts is not Texts.NONE else []
    if not reach.mail:
        return by_text
    return [Way.MAIL, *(by_text if rules.texts is Texts.BESIDE else ())]
