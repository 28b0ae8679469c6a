"""Of the text of a calendar, only what says when somebody is busy.

Titles, notes, people and places are dropped before anything else looks at the text, and with them nearly all that a
hostile calendar could carry. So are entries that lie wholly outside of the days asked for.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

FOLD = re.compile(r"(?:\r\n|\n|\r)[ \t]")
LINE = re.compile(r"\r\n|\n|\r")
NAME = re.compile(r"[A-Za-z0-9-]+")
DAY = re.compile(r"(\d{4})(\d\d)(\d\d)")
UNTIL = re.compile(r"UNTIL=(\d{8})", re.IGNORECASE)
TOO_OFTEN = re.compile(r"FREQ=(SECONDLY|MINUTELY)|BYSECOND=", re.IGNORECASE)
EDGE = timedelta(days=2)
LONGEST = 20_000
MOST = 50_000

KEPT = frozenset(
    {
        "UID",
        "DTSTART",
        "DTEND",
        "DURATION",
        "RRULE",
        "RDATE",
        "EXDATE",
        "RECURRENCE-ID",
        "SEQUENCE",  # of two revisions of an entry the later counts
        "STATUS",
        "TRANSP",
        "X-MICROSOFT-CDO-BUSYSTATUS",
    }
)
ENTRIES = frozenset({"VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VTIMEZONE"})
LOOKED_AT = frozenset({"VEVENT", "VFREEBUSY", "VTIMEZONE"})
IN_ZONES = frozenset(
    {"TZID", "DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE", "RDATE", "TZNAME", "BEGIN", "END", "X-LIC-LOCATION"}
)


class NoCalendar(Exception):
    """The text is none."""


class CutShort(Exception):
    """The text stops before its calendar ends: what it does not say any more would look free."""


class TooMuch(Exception):
    """Reading it has no end that anybody would wait for."""


@dataclass(frozen=True)
class Entry:
    """The lines of one VEVENT that matter, by name; a name may come more than once."""

    lines: Sequence[tuple[str, str]]

    def first(self, name: str) -> str:
        return next((line for known, line in self.lines if known == name), "")

    @property
    def repeats(self) -> bool:
        return any(name in {"RRULE", "RDATE", "RECURRENCE-ID"} for name, _ in self.lines)


@dataclass(frozen=True)
class Text:
    """`zones`: lines of every VTIMEZONE; `floating`: the zone in which times without one are meant, '' untold."""

    zones: Sequence[str]
    entries: Sequence[Entry]
    floating: str


def read(body: bytes, first: date, last: date) -> Text:
    """What matters from `first` to `last`. Raises NoCalendar, CutShort, TooMuch."""
    text = body.decode("utf-8-sig", "replace")
    if "BEGIN:VCALENDAR" not in text[:2000].upper():
        raise NoCalendar
    zones: dict[tuple[str, ...], None] = {}  # a server that answers entry by entry repeats them with each
    entries: list[Entry] = []
    floating = ""
    for kind, lines in _parts(text):
        if kind == "VTIMEZONE":
            zones[tuple(line for _, line in lines)] = None
        elif kind == "X-WR-TIMEZONE":
            floating = lines[0][1].partition(":")[2].strip()
        else:
            made = [Entry(lines)] if kind == "VEVENT" else list(_free_busy(lines))
            entries += [one for one in made if _matters(one, first, last)]
        if len(entries) > MOST:
            raise TooMuch
    return Text([line for zone in zones for line in zone], entries, floating)


def _parts(text: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The parts of a calendar that are looked at, with their lines by name; what lies within an entry is left out.

    No part within an entry keeps it open when the entry ends, nor an entry the next one. Raises CutShort where a
    calendar is not ended.
    """
    inside: list[str] = []
    lines: list[tuple[str, str]] = []
    for line in LINE.split(FOLD.sub("", text)):
        found = NAME.match(line)
        name = found[0].upper() if found and len(line) <= LONGEST else ""
        part = line.partition(":")[2].strip().upper() if name in {"BEGIN", "END"} else ""
        if name == "BEGIN":
            if part in ENTRIES and inside[1:] and inside[1] in LOOKED_AT:
                yield inside[1], lines
            inside = inside[:1] if part in ENTRIES else inside
            inside.append(part)
            lines = [] if len(inside) == 2 else lines
        if inside[1:2] == ["VTIMEZONE"]:
            lines += [(name, line)] if name in IN_ZONES else []
        elif len(inside) == 2:
            lines += [(name, line)] if name in KEPT or name == "FREEBUSY" else []
        elif name == "X-WR-TIMEZONE":
            yield name, [(name, line)]
        if name == "END" and part in inside:
            depth = len(inside) - 1 - inside[::-1].index(part)
            if inside[1:] and depth <= 1 and inside[1] in LOOKED_AT:
                yield inside[1], lines
            inside = inside[:depth]
    if inside:
        raise CutShort


def _free_busy(lines: Sequence[tuple[str, str]]) -> Iterator[Entry]:
    """Taken time that a calendar tells without entries (RFC 5545 3.6.4)."""
    for name, line in lines:
        head, _, periods = line.partition(":")
        if name != "FREEBUSY" or "FBTYPE=FREE" in head.upper():
            continue
        for period in periods.split(","):
            start, _, end = period.strip().partition("/")
            until = f"DURATION:{end}" if end.startswith("P") else f"DTEND:{end}"
            yield Entry([("DTSTART", f"DTSTART:{start}"), (until.partition(":")[0], until)])


def _matters(entry: Entry, first: date, last: date) -> bool:
    """Whether an entry takes time and can touch these days; raises TooMuch for one that repeats without measure."""
    said = {name: line.rpartition(":")[2].strip().upper() for name, line in entry.lines}
    moved = "RECURRENCE-ID" in said  # says where something else is not, so it always counts
    if not moved and not takes_time(said):
        return False
    if any(name == "RRULE" and TOO_OFTEN.search(line) for name, line in entry.lines):
        raise TooMuch
    begins, ends = _day(said.get("DTSTART", "")), _day(said.get("DTEND", ""))
    if begins is None or moved:
        return True
    if begins > last + EDGE:
        return False
    if "RDATE" in said or "DURATION" in said:
        return True
    if "RRULE" in said:
        until = UNTIL.search(said["RRULE"])
        over = _day(until[1]) if until else None
        length = (ends or begins) - begins
        return over is None or over + length >= first - EDGE
    return (ends or begins) >= first - EDGE


def takes_time(said: dict[str, str]) -> bool:
    """Whether an entry with these values keeps somebody busy: not one that is cancelled, or marked as free."""
    if said.get("STATUS") == "CANCELLED" or said.get("TRANSP") == "TRANSPARENT":
        return False
    return said.get("X-MICROSOFT-CDO-BUSYSTATUS", "BUSY") not in {"FREE", "WORKINGELSEWHERE"}


def _day(value: str) -> date | None:
    found = DAY.match(value)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None
