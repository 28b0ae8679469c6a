"""When the clinic's own door is open: weekly hours less closures, on the clinic's clock. Pure.

The door is for who comes without a link. A booked visit's own room opens for its own time, whatever stands here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from server.clinic.rules import DAY_MINUTES, WeeklyHours
from server.moments import end_of, start_of

LOOK_AHEAD = 62  # days in which the next opening is sought


@dataclass(frozen=True)
class Opening:
    """Weekly hours in the clinic's wall time, and the times at which it is closed all the same."""

    zone: ZoneInfo
    week: Sequence[WeeklyHours]
    closures: Sequence[tuple[datetime, datetime]] = ()


@dataclass(frozen=True)
class Door:
    """`closes_at` while it is open, else `opens_at`; both None where nothing is known of either."""

    closes_at: datetime | None = None
    opens_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.closes_at is not None


def door(opening: Opening, now: datetime) -> Door:
    """The door at this moment."""
    for start, end in stretches(opening, now):
        if start <= now < end:
            return Door(closes_at=end)
        if start > now:
            return Door(opens_at=start)
    return Door()


def stretches(opening: Opening, now: datetime) -> list[tuple[datetime, datetime]]:
    """Every stretch of open time from yesterday on, rising; what touches across midnight is one."""
    today = now.astimezone(opening.zone).date()
    days = [today + timedelta(days=number) for number in range(-1, LOOK_AHEAD)]
    spans = [span for day in days for span in _on(opening, day)]
    found: list[tuple[datetime, datetime]] = []
    for start, end in spans:
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((start, end))
    return [piece for span in found for piece in _less(span, sorted(opening.closures))]


def _on(opening: Opening, day: date) -> Iterable[tuple[datetime, datetime]]:
    for span in sorted(one for one in opening.week if one.weekday == day.weekday()):
        start = start_of(_wall(opening.zone, day, span.from_minute))
        end = end_of(_wall(opening.zone, day, span.until_minute))
        if start < end:  # an hour that the clock leaves out is no open hour
            yield start, end


def _wall(zone: ZoneInfo, day: date, minute: int) -> datetime:
    days, rest = divmod(minute, DAY_MINUTES)
    return datetime.combine(day + timedelta(days=days), time(*divmod(rest, 60)), zone)


def _less(
    span: tuple[datetime, datetime], closures: Iterable[tuple[datetime, datetime]]
) -> Iterable[tuple[datetime, datetime]]:
    """What closures leave of a stretch."""
    start, end = span
    for since, until in closures:
        if until <= start or since >= end:
            continue
        if since > start:
            yield start, since
        start = max(start, until)
    if start < end:
        yield start, end
