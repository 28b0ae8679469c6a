"""From the text of a calendar to the time that is taken, whatever zones, repetitions and exceptions it comes with."""

import warnings
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events

from server.clinic.calendars.entries import CutShort, NoCalendar, TooMuch, read, takes_time
from server.clinic.calendars.rules import Found, merged

__all__ = ["CutShort", "NoCalendar", "TooMuch", "expanded"]

MOST_TIMES = 20_000
ONE_DAY = timedelta(days=1)


def expanded(body: bytes, zone: ZoneInfo, from_at: datetime, until_at: datetime, *, whole_days: bool) -> Found:
    """The taken time between two moments. Times without a zone, and days, are those of `zone` unless the calendar says.

    Raises NoCalendar, CutShort, TooMuch.
    """
    text = read(body, from_at.astimezone(zone).date() - ONE_DAY, until_at.astimezone(zone).date() + ONE_DAY)
    lines = [line for entry in text.entries for line in _framed(entry.lines)]
    calendar = _parsed(["BEGIN:VCALENDAR", *text.zones, *lines, "END:VCALENDAR", ""])
    made = _Made(_zone(text.floating) or zone, from_at, until_at, whole_days)
    groups: dict[str, list[Any]] = {}
    for number, event in enumerate(calendar.walk("VEVENT")):
        groups.setdefault(str(event.get("UID", "")) or f"#{number}", []).append(event)
    for uid, events in groups.items():
        made.take(uid, events)
    return Found(merged(made.busy), {uid: merged(times) for uid, times in made.by_uid.items()}, made.left_out)


class _Made:
    def __init__(self, zone: ZoneInfo, from_at: datetime, until_at: datetime, whole_days: bool) -> None:
        self.zone, self.from_at, self.until_at, self.whole_days = zone, from_at, until_at, whole_days
        self.busy: list[tuple[int, int]] = []
        self.by_uid: dict[str, list[tuple[int, int]]] = {}
        self.left_out = 0
        self.count = 0

    def take(self, uid: str, events: list[Any]) -> None:
        """The times of all entries of one UID. One that nobody can read is counted, and stops no other."""
        into = self.by_uid.setdefault(uid, []) if _could_be_ours(uid) else self.busy
        self.left_out += any(event.errors for event in events)
        try:
            into += self._times(events)
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError, icalendar.IncompleteComponent):
            self.left_out += not any(event.errors for event in events)

    def _times(self, events: list[Any]) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        for event in self._occurrences(events):
            self.count += 1
            if self.count > MOST_TIMES:
                raise TooMuch
            if takes_time(_values(event)) and (one := self._time(event)):
                found.append(one)
        return found

    def _occurrences(self, events: list[Any]) -> Iterable[Any]:
        if len(events) == 1 and not any(name in events[0] for name in ("RRULE", "RDATE", "RECURRENCE-ID")):
            return events
        one = icalendar.Calendar()
        for event in events:
            one.add_component(event)
        found: list[Any] = recurring_ical_events.of(one).between(self.from_at, self.until_at)
        return found

    def _time(self, event: Any) -> tuple[int, int] | None:
        begin, end = event.start, event.end
        if not isinstance(begin, datetime) and not self.whole_days:
            return None
        first, last = self._moment(begin, end_of=False), self._moment(end, end_of=True)
        clipped = max(first, int(self.from_at.timestamp())), min(last, int(self.until_at.timestamp()))
        return clipped if first < last and clipped[0] < clipped[1] else None

    def _moment(self, at: date | datetime, *, end_of: bool) -> int:
        """Seconds since 1970; a wall time that happens twice ends at its second, and a fraction is rounded outwards."""
        wall = at if isinstance(at, datetime) else datetime(at.year, at.month, at.day, tzinfo=self.zone)
        if wall.tzinfo is None:
            wall = wall.replace(tzinfo=self.zone)
        moments = [wall.timestamp()] + ([wall.replace(fold=1).timestamp()] if end_of else [])
        return -int(-max(moments) // 1) if end_of else int(moments[0] // 1)


def _parsed(lines: Iterable[str]) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it tells what it guesses of odd names of zones, and guesses well
        return icalendar.Calendar.from_ical("\r\n".join(lines))


def _framed(lines: Iterable[tuple[str, str]]) -> list[str]:
    return ["BEGIN:VEVENT", *(line for _, line in lines), "END:VEVENT"]


def _values(event: Any) -> dict[str, str]:
    names = ("STATUS", "TRANSP", "X-MICROSOFT-CDO-BUSYSTATUS")
    return {name: str(event[name]).upper() for name in names if name in event}


def _could_be_ours(uid: str) -> bool:
    try:
        return str(UUID(uid)) == uid.lower()
    except ValueError:
        return False


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ValueError, OSError, KeyError):
        return None
