"""A time that staff choose themselves: off the grid, in many weeks, and if they say so outside of the hours. Pure.

All that protects from booking twice holds: what is taken with its buffers, time off and closures, full days and weeks,
rooms and devices, places in groups, and where somebody may treat.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from server.booking.hours import floor, hold, whole
from server.booking.rules import (
    Booked,
    Calendar,
    Offer,
    Reason,
    Refused,
    Wish,
    asked_for,
    booked,
    choose,
    decide,
    free_at,
    is_whole,
    next_free,
)
from server.clinic.rules import Clinic
from server.moments import start_of

FARTHEST = timedelta(days=800)
A_DAY = timedelta(days=1)


def decide_for(calendar: Calendar, wish: Wish, now: datetime) -> Booked | Refused:
    """What becomes of a wish, whoever asks."""
    return decide_freely(calendar, wish, now) if wish.freely else decide(calendar, wish, now)


def decide_freely(calendar: Calendar, wish: Wish, now: datetime) -> Booked | Refused:
    """Whether staff can have this time. Whose hours hold it comes before who is outside of theirs."""
    known, at = asked_for(calendar, wish), floor(wish.start)
    if wish.start <= now:
        return Refused(Reason.TOO_SOON, next_free(known, now, now))
    if wish.start >= now + min(FARTHEST, calendar.policy.horizon):
        return Refused(Reason.TOO_FAR, next_free(known, now, now))
    if not is_whole(wish.start):
        return Refused(Reason.NOT_OFFERED, next_free(known, now, wish.start))
    if at in known.sits:
        return Refused(Reason.ALREADY, next_free(known, now, wish.start))
    in_groups = [who for who in known.hours if at in known.groups.get(who, ())]
    fits = all(any(free_at(known, unit, [at])[0] for unit in units) for units in known.pools)
    able = in_groups + [who for who in known.hours if fits and who not in in_groups and free_at(known, who, [at])[0]]
    if not able:
        return Refused(Reason.TAKEN, next_free(known, now, wish.start))
    session = at, at + whole(known.service.length)
    inside = in_groups or [who for who in able if hold(known.hours[who], known.zone, session, known.dated.get(who, {}))]
    if not inside and not wish.outside:
        return Refused(Reason.OUTSIDE, next_free(known, now, wish.start))
    return booked(known, choose(known, Offer(at, tuple(inside or able))), wish.start, wish.units)


def reaching(clinic: Clinic, start: datetime, now: datetime) -> Clinic:
    """The clinic, planning as far ahead as this start."""
    horizon = max(clinic.policy.horizon, min(start - now, FARTHEST) + A_DAY)
    return replace(clinic, policy=replace(clinic.policy, horizon=horizon))


def read_own_time(day: date | None, text: str, zone: ZoneInfo) -> datetime | None:
    """A date and a wall time of the clinic as a moment in UTC: one that the clock skips moves forward by the gap, of
    one that it shows twice the first counts."""
    try:
        found = time.fromisoformat(text)
    except ValueError:
        return None
    if day is None or found.tzinfo is not None:
        return None
    return start_of(datetime.combine(day, found.replace(second=0, microsecond=0), zone)).astimezone(UTC)
