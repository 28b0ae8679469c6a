"""Which days the staff calendar shows, and where moments stand on its grid of wall times. Pure.

The grid has one row for each wall minute of a day, so a night in which the clock is set back shows two bookings side by
side at the same place (their words say which is which), and an hour that is skipped stays empty.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from server.booking.hours import Stretch, moment
from server.moments import start_of

ONE_DAY = timedelta(days=1)
A_WEEK = timedelta(days=7)
TONES = 6
USUAL = (8, 18)
"""The hours that a grid shows at least."""


class Show(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Across(StrEnum):
    """What the columns of a day stand for."""

    THERAPISTS = "therapists"
    RESOURCES = "resources"


@dataclass(frozen=True)
class Asked:
    """What somebody wants to look at; `only` is the address part of one therapist."""

    show: Show
    day: date
    across: Across = Across.THERAPISTS
    only: str = ""


@dataclass(frozen=True)
class Column:
    """A therapist, a room, a chair: whatever bookings can stand under."""

    id: str
    title: str
    tone: int = 0


@dataclass(frozen=True)
class Away:
    """Time off that touches a day, in the day's wall time; nobody's name means that the clinic is closed."""

    column: str
    name: str = field(repr=False)
    starts_at: datetime
    ends_at: datetime
    whole_day: bool
    elsewhere: bool = False  # something in another calendar of theirs

    @property
    def minutes(self) -> tuple[int, int]:
        """From when until when, in minutes after midnight."""
        return _minute(self.starts_at), _minute(self.ends_at)


@dataclass(frozen=True)
class Kept:
    """A free time that nobody can take before `until`, in the wall time of its day: kept for who fills in a form, or
    `offered` to who waits, with `offer_id` where whoever looks may open it. `columns`: whose time it is, and in a day
    of rooms which of them.
    """

    columns: tuple[str, ...]
    name: str = field(repr=False)
    starts_at: datetime
    ends_at: datetime
    until: datetime
    offered: bool = False
    offer_id: UUID | None = None

    @property
    def begins(self) -> int:
        """When it begins, in minutes after midnight."""
        return _minute(self.starts_at)


def days_of(show: Show, day: date) -> tuple[date, date]:
    """The first day, and the day after the last; a month comes with the whole weeks that it touches."""
    if show is Show.DAY:
        return day, day + ONE_DAY
    if show is Show.WEEK:
        monday = day - day.weekday() * ONE_DAY
        return monday, monday + A_WEEK
    first = day.replace(day=1)
    last = first_of_next(day) - ONE_DAY
    return first - first.weekday() * ONE_DAY, last + (7 - last.weekday()) * ONE_DAY


def first_of_next(day: date) -> date:
    """The first day of the month after this day's."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def before(show: Show, day: date) -> date:
    """A day of the same view one step back."""
    if show is Show.MONTH:
        return (day.replace(day=1) - ONE_DAY).replace(day=1)
    return day - (ONE_DAY if show is Show.DAY else A_WEEK)


def after(show: Show, day: date) -> date:
    """A day of the same view one step on."""
    return first_of_next(day) if show is Show.MONTH else day + (ONE_DAY if show is Show.DAY else A_WEEK)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When a local day begins, in UTC."""
    return start_of(datetime(day.year, day.month, day.day, tzinfo=zone))


def on_grid(zone: ZoneInfo, starts_at: datetime, ends_at: datetime) -> tuple[datetime, datetime]:
    """Wall times without a zone; never shorter than the real time between, and never backwards."""
    start = starts_at.astimezone(zone).replace(tzinfo=None)
    end = ends_at.astimezone(zone).replace(tzinfo=None)
    return start, max(end, start + (ends_at - starts_at))


def shown_hours(spans: Iterable[tuple[datetime, datetime]]) -> tuple[int, int]:
    """The first and last hour of a grid that holds these wall spans, from midnight on; 24 is midnight at the end."""
    first, last = USUAL
    for start, end in spans:
        over_night = end.date() > start.date()
        first = min(first, start.hour)
        last = max(last, 24 if over_night else -(-(end.hour * 60 + end.minute) // 60))
    return first, min(last, 24)


def moments_at(wall: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    """Every moment at which the clock shows this wall time: one; two where it is set back; where it skips the time, the
    one moved forward by the gap. In UTC, rising.
    """
    both = {wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    real = {one for one in both if one.astimezone(zone).replace(tzinfo=None) == wall}
    return tuple(sorted(real)) or (start_of(wall.replace(tzinfo=zone)),)


def pieces(stretches: Sequence[Stretch], days: Iterable[date], zone: ZoneInfo) -> list[tuple[date, datetime, datetime]]:
    """Stretches of seconds cut at the midnights of these days: (day, from, until)."""
    found: list[tuple[date, datetime, datetime]] = []
    for day in days:
        begin, end = midnight(day, zone), midnight(day + ONE_DAY, zone)
        for start, until in ((moment(one), moment(other)) for one, other in stretches):
            if start < end and until > begin:
                found.append((day, max(start, begin), min(until, end)))
    return found


def _minute(wall: datetime) -> int:
    return wall.hour * 60 + wall.minute


def tone_of(place: int) -> int:
    """Which of the colours a therapist has, from 1 on; names always stand beside them."""
    return place % TONES + 1
