"""From a calendar (.ics) to the same table that other programs write, so that all that follows is one.

A single entry of the last year comes too, to be counted as past; what repeats comes from now on, for a year at most.
"""

import re
import warnings
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import icalendar
import recurring_ical_events

from server.booking.importing.reading import LONGEST_CELL, MOST_ROWS, Line, Sheet, Unreadable

HEADERS = ("Title", "Start", "End", "Guest", "Guest mail", "Organizer")
TOO_OFTEN = re.compile(r"^RRULE[^:\r\n]*:.*(?:FREQ=(?:SECONDLY|MINUTELY|HOURLY)|BYSECOND=|BYMINUTE=)", re.I | re.M)
A_YEAR = timedelta(days=366)
BROKEN = (ValueError, TypeError, KeyError, AttributeError, OverflowError, IndexError, icalendar.IncompleteComponent)


def read_calendar(text: str, now: datetime) -> Sheet | Unreadable:
    """Its entries as lines, numbered as they stand in the file; those that repeat come once for each time."""
    if TOO_OFTEN.search(re.sub(r"\r?\n[ \t]", "", text)):
        return Unreadable.TOO_MUCH
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            calendar = icalendar.Calendar.from_ical(text)
    except BROKEN:
        return Unreadable.NO_CALENDAR
    lines = list(_lines(calendar, now))
    if len(lines) > MOST_ROWS:
        return Unreadable.TOO_MANY
    return (
        Sheet(HEADERS, tuple(sorted(lines, key=lambda line: line.cell(1))), calendar=True)
        if lines
        else Unreadable.EMPTY
    )


def _lines(calendar: Any, now: datetime) -> Iterator[Line]:
    groups: dict[str, list[tuple[int, Any]]] = {}
    for number, event in enumerate(calendar.walk("VEVENT"), 1):
        groups.setdefault(str(event.get("UID", "")) or f"#{number}", []).append((number, event))
    count = 0
    for group in groups.values():
        for line in _times(group, now):
            count += 1
            if count > MOST_ROWS + 1:
                return
            yield line


def _times(group: list[tuple[int, Any]], now: datetime) -> Iterator[Line]:
    """The lines of all entries of one UID; one that nobody can read is a line without a date."""
    number, first = group[0]
    repeats = len(group) > 1 or any(name in first for name in ("RRULE", "RDATE", "RECURRENCE-ID"))
    try:
        if not repeats:
            found = [first]
        else:
            one = icalendar.Calendar()
            for _, event in group:
                one.add_component(event)
            found = recurring_ical_events.of(one).between(now, now + A_YEAR)
        lines = [_line(number, event) for event in found if str(event.get("STATUS", "")).upper() != "CANCELLED"]
    except BROKEN:
        lines = [Line(number, (_text(first, "SUMMARY"), "?", "", "", "", ""))]
    yield from (line for line in lines if repeats or _recent(line, now))


def _recent(line: Line, now: datetime) -> bool:
    return line.cell(1) >= (now - A_YEAR).date().isoformat() or not line.cell(1)[:1].isdigit()


def _line(number: int, event: Any) -> Line:
    guest, mail = _guest(event)
    organizer = event.get("ORGANIZER")
    end = "" if event.end == event.start else _moment(event.end)  # it says none: the service's length counts
    cells = (_text(event, "SUMMARY"), _moment(event.start), end, guest, mail, _person(organizer)[0])
    return Line(number, tuple(" ".join(cell.split())[:LONGEST_CELL] for cell in cells))


def _text(event: Any, name: str) -> str:
    return " ".join(str(event.get(name, "")).split())


def _guest(event: Any) -> tuple[str, str]:
    """Name and address of the first who is invited and did not invite."""
    listed = event.get("ATTENDEE", [])
    host = _person(event.get("ORGANIZER"))[1]
    for one in listed if isinstance(listed, list) else [listed]:
        name, mail = _person(one)
        if mail and mail != host:
            return name, mail
    return "", ""


def _person(one: Any) -> tuple[str, str]:
    if one is None:
        return "", ""
    mail = str(one)
    mail = mail[7:] if mail.lower().startswith("mailto:") else ""
    name = str(one.params.get("CN", "")) if hasattr(one, "params") else ""
    return ("" if name == mail else name), mail


def _moment(at: Any) -> str:
    """With its offset where it has a zone; a wall time or a day as it stands."""
    if not isinstance(at, datetime):
        return str(at.isoformat())
    return at.isoformat() if at.tzinfo else at.isoformat(" ", "minutes")
