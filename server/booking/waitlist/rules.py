"""Who waits for a time to become free: what they want, what fits, and until when a time is offered to them. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import takewhile
from uuid import UUID
from zoneinfo import ZoneInfo

from server.booking.rules import Offer
from server.clinic.rules import SHORTEST_OFFER, Means, Policy
from server.patients.rules import ForWhom

WAITS = "waits"
"""The table: where what is sealed with a place in the line lives."""
OFFERS_AT_ONCE = 10
"""Of one clinic: a long list of strangers cannot keep its whole week."""
WAITS_OF_ONE = 3
"""Of one mail address or number, at one clinic."""
AN_HOUR = timedelta(hours=1)
DAYS = range(7)
WAKING = range(8, 20)
"""Hours of the clinic's clock in which people are asked: nobody loses their turn asleep."""


class Part(StrEnum):
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


class Left(StrEnum):
    """Why somebody does not wait any more."""

    TAKEN = "taken"
    LEFT = "left"
    REMOVED = "removed"  # by staff
    SILENT = "silent"  # several offers in a row were not answered
    OVER = "over"  # the last day that they named has passed


COME_BACK = frozenset({Left.SILENT, Left.OVER})
"""Whom the clock took off the list: one tap brings them back."""


class Ended(StrEnum):
    """What became of an offer."""

    TAKEN = "taken"
    PASSED = "passed"  # not this one; they wait on
    LAPSED = "lapsed"  # nobody answered; they wait on
    LEFT = "left"  # they left the list
    FREED = "freed"  # staff need the time; they wait on


@dataclass(frozen=True)
class Wanted:
    """A time somebody waits for, on their own clock: `therapist_id` None is anyone, `last` a date after which it is of
    no use."""

    service_id: UUID
    therapist_id: UUID | None
    zone: ZoneInfo
    days: frozenset[int] = frozenset(DAYS)
    parts: frozenset[Part] = frozenset(Part)
    last: date | None = None


@dataclass(frozen=True)
class Waiting:
    """Somebody on the list; `offer_id`: what is offered to them now. `means`: how they want to meet, None: not said;
    `meeting_sealed`: whom to call, and where they will be.
    """

    id: UUID
    clinic_id: UUID
    patient_id: UUID
    wanted: Wanted
    made_at: datetime
    offer_id: UUID | None = None
    left: Left | None = None
    means: Means | None = None
    for_whom: ForWhom = ForWhom.ME
    meeting_sealed: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Offered:
    """A time that is kept for who waited longest."""

    id: UUID
    wait_id: UUID
    therapist_id: UUID
    starts_at: datetime
    expires_at: datetime
    ended: Ended | None = None

    def stands(self, now: datetime) -> bool:
        return self.ended is None and now < self.expires_at


def part_of(at: datetime) -> Part:
    """The part of a local day."""
    return Part.MORNING if at.hour < 12 else Part.AFTERNOON if at.hour < 18 else Part.EVENING


def fits(wanted: Wanted, start: datetime) -> bool:
    local = start.astimezone(wanted.zone)
    in_time = wanted.last is None or local.date() <= wanted.last
    return in_time and local.weekday() in wanted.days and part_of(local) in wanted.parts


def still_of_use(wanted: Wanted, now: datetime) -> bool:
    """Whether their last day, on their own clock, is not over."""
    return wanted.last is None or now.astimezone(wanted.zone).date() <= wanted.last


def first_fit(wanted: Wanted, offers: Sequence[Offer], never: Collection[datetime]) -> Offer | None:
    """The earliest free time that suits; not one that they had already."""
    free = (one for one in offers if one.therapists and one.start not in never)
    return next((one for one in free if fits(wanted, one.start)), None)


def offered_until(start: datetime, policy: Policy, now: datetime) -> datetime | None:
    """Until when a time is kept for who it is offered to; None when it is too near to be offered.

    It ends before the clinic's own notice does, so that whoever says yes in time has it.
    """
    until = min(now + policy.offer, start - policy.notice)
    return until if until - now >= SHORTEST_OFFER else None


def kept_until(start: datetime, policy: Policy, now: datetime, asked_at: datetime) -> datetime | None:
    """The same for a time that is taken out of the offers now, and whose first is asked at `asked_at`: by day at once,
    for what becomes free at night in the morning. What begins before that offer would be over stays open to all.
    """
    if asked_at > now and start < asked_at + policy.offer:
        return None
    return offered_until(start, policy, asked_at)


def silences(ended: Iterable[Ended | None]) -> int:
    """How many offers in a row were not answered, of those made to somebody, newest first."""
    return sum(1 for _ in takewhile(lambda one: one is Ended.LAPSED, ended))


def clock_frees(last: datetime | None, now: datetime, zone: ZoneInfo, lapsed: datetime | None) -> bool:
    """Whether something may be free now because time went by since the list was looked at: the horizon, which moves
    with the clock, reached another hour, or a time that was kept for a form lapsed. At night the last alone: the
    rest is so in the morning."""
    fell = lapsed is not None and lapsed <= now and (last is None or last < lapsed)
    if now.astimezone(zone).hour not in WAKING:
        return fell
    if last is None or now - last >= AN_HOUR:
        return True
    return fell or last.astimezone(zone).hour != now.astimezone(zone).hour


def next_waking(now: datetime, zone: ZoneInfo) -> datetime:
    """Now, by day; at night the next morning."""
    local = now.astimezone(zone)
    if local.hour in WAKING:
        return now
    day = local.date() if local.hour < WAKING.start else local.date() + timedelta(days=1)
    return datetime.combine(day, time(WAKING.start), zone)
