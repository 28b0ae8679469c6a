"""What `zdump` says of the files that zoneinfo reads: the clocks of a zone from 2026 to 2030, by another program."""

import os
import re
import shutil
import subprocess
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

import pytest

ZONES = (
    "Africa/Cairo", "Africa/Casablanca", "Africa/El_Aaiun", "Africa/Johannesburg", "Africa/Lagos",
    "America/Adak", "America/Anchorage", "America/Argentina/Buenos_Aires", "America/Asuncion", "America/Bogota",
    "America/Caracas", "America/Chicago", "America/Denver", "America/Halifax", "America/Havana",
    "America/Los_Angeles", "America/Mexico_City", "America/Miquelon", "America/New_York", "America/Nuuk",
    "America/Phoenix", "America/Port-au-Prince", "America/Santiago", "America/Sao_Paulo", "America/Scoresbysund",
    "America/St_Johns", "America/Tijuana", "Antarctica/Troll", "Asia/Amman", "Asia/Beirut", "Asia/Damascus",
    "Asia/Gaza", "Asia/Hebron", "Asia/Jerusalem", "Asia/Kabul", "Asia/Kathmandu", "Asia/Kolkata", "Asia/Tehran",
    "Asia/Tokyo", "Asia/Yangon", "Atlantic/Azores", "Australia/Adelaide", "Australia/Brisbane",
    "Australia/Broken_Hill", "Australia/Darwin", "Australia/Eucla", "Australia/Hobart", "Australia/Lord_Howe",
    "Australia/Sydney", "Europe/Berlin", "Europe/Chisinau", "Europe/Dublin", "Europe/Istanbul", "Europe/Kyiv",
    "Europe/Lisbon", "Europe/London", "Europe/Moscow", "Pacific/Apia", "Pacific/Auckland", "Pacific/Chatham",
    "Pacific/Easter", "Pacific/Kiritimati", "Pacific/Marquesas", "Pacific/Norfolk", "UTC",
)  # fmt: skip
SECOND = timedelta(seconds=1)
YEARS = "2026,2031"
LINE = re.compile(
    r"  (\w{3} \w{3} +\d+ [\d:]+ \d{4}) UT = (\w{3} \w{3} +\d+ [\d:]+ \d{4}) \S+ isdst=[01] gmtoff=(-?\d+)$"
)
START = re.compile(r'^TZ="(?P<file>.*)"\n-\t-\t(?P<sign>[+-])(?P<hours>\d\d)(?P<minutes>\d\d)?(?:\t|$)', re.MULTILINE)
FAR_BACK, FAR_AHEAD = datetime(2025, 12, 1, tzinfo=UTC), datetime(2031, 2, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Change:
    """A change of clocks: from `at` on they show `shows`; without it they would show `instead`."""

    at: datetime
    instead: datetime
    shows: datetime

    @property
    def shift(self) -> timedelta:
        """How far the clock jumps: ahead over a gap; back, so that a stretch of wall time comes twice."""
        return self.shows - self.instead


@dataclass(frozen=True)
class Clock:
    """The clock of a zone as whole stretches, each with one distance from UTC."""

    stretches: tuple[tuple[datetime, datetime, timedelta], ...]
    changes: tuple[Change, ...]

    def moments(self, wall: datetime) -> list[datetime]:
        """Every moment that shows this wall time; for one that is skipped, as far after the change as it lies in it."""
        found = [wall.replace(tzinfo=UTC) - ahead for _, _, ahead in self.stretches]
        shown = [at for at, (since, until, _) in zip(found, self.stretches, strict=True) if since <= at < until]
        skipped = (one.at + (wall - one.instead) for one in self.changes if one.instead <= wall < one.shows)
        return shown or list(skipped)

    def begin_of(self, day: date) -> datetime:
        """The first moment of a day."""
        midnight = datetime.combine(day, time())
        found = (max(midnight.replace(tzinfo=UTC) - ahead, since) for since, _, ahead in self.stretches)
        return min(
            at for at, (_, until, ahead) in zip(found, self.stretches, strict=True)
            if at < until and (at + ahead).date() == day
        )  # fmt: skip


def compiled(zone: str) -> Path:
    """The file that zoneinfo reads for this zone (PEP 615: a folder of TZPATH, else the tzdata package)."""
    for folder in zoneinfo.TZPATH:
        if (Path(folder) / zone).is_file():
            return Path(folder) / zone
    with as_file(files("tzdata") / "zoneinfo" / zone) as path:
        return path


def clock_of(zone: str) -> Clock:
    """The clock of one of the zones."""
    return _clocks()[zone]


@cache
def _clocks() -> dict[str, Clock]:
    of_file = {str(compiled(zone)): zone for zone in ZONES}
    starts = {of_file[match["file"]]: _ahead(match) for match in START.finditer(_run("-i", *of_file))}
    changes: dict[str, list[Change]] = {zone: [] for zone in ZONES}
    lines = [line for line in _run("-v", *of_file).splitlines() if not line.endswith("NULL")]
    for before, after in zip(lines[::2], lines[1::2], strict=True):
        changes[of_file[before.split("  ")[0]]] += _change(before, after)
    return {zone: _clock(starts[zone], tuple(changes[zone])) for zone in ZONES}


def _run(form: str, *paths: str) -> str:
    program = shutil.which("zdump", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        pytest.fail("zdump is missing, so nothing tells what the clocks do; Debian has it in libc-bin.")
    asked = [program, form, "-c", YEARS, *paths]
    return subprocess.run(asked, capture_output=True, text=True, check=True, env={"LC_ALL": "C"}).stdout


def _change(before: str, after: str) -> Iterator[Change]:
    """A pair of lines, one second apart; none when only the zone's name changes."""
    (told, last, old), (at, shows, new) = (_read(line) for line in (before, after))
    assert at - told == SECOND, (before, after)
    if old != new:
        yield Change(at, last + SECOND, shows)


def _read(line: str) -> tuple[datetime, datetime, int]:
    match = LINE.search(line)
    assert match, line
    at, wall = (datetime.strptime(f"{words} +0000", "%a %b %d %H:%M:%S %Y %z") for words in match.groups()[:2])
    return at, wall.replace(tzinfo=None), int(match[3])


def _ahead(match: re.Match[str]) -> timedelta:
    ahead = timedelta(hours=int(match["hours"]), minutes=int(match["minutes"] or 0))
    return -ahead if match["sign"] == "-" else ahead


def _clock(ahead: timedelta, changes: tuple[Change, ...]) -> Clock:
    edges = [FAR_BACK, *(one.at for one in changes), FAR_AHEAD]
    aheads = [ahead, *(one.shows.replace(tzinfo=UTC) - one.at for one in changes)]
    return Clock(tuple(zip(edges, edges[1:], aheads, strict=False)), changes)
