"""The one place where a moment becomes words: page, mail, message and calendar use it alike.

Zones are IANA names; words follow the locale through CLDR. zoneinfo is pointed at the pinned
tzdata package, because the files of an old system can be years behind.
"""

import datetime as calendar
import zoneinfo
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import get_global, parse_locale
from babel.dates import format_date, format_timedelta, get_day_names, get_month_names, get_timezone_name

from server import money
from server.regions import place_name

NO_BREAK = "\N{NO-BREAK SPACE}"


def pin_zones() -> None:
    """Make zoneinfo read the pinned tzdata alone; called once at start."""
    zoneinfo.reset_tzpath(())
    _zones.cache_clear()


def known_zone(name: str) -> ZoneInfo | None:
    """The zone of this IANA name, or None when there is none."""
    return ZoneInfo(name) if name in _zones() else None


@cache
def _zones() -> frozenset[str]:
    # Asked for on every page of a visitor whose browser told its zone; the library reads its list anew each time.
    return frozenset(zoneinfo.available_timezones())


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language, sep="-")


@cache
def _runs_left(language: str) -> bool:
    return _locale(language).text_direction == "rtl"


def _script(language: str) -> str | None:
    """The letters of a language, as ISO 15924 names them: its tag says so, or else what is likely for it (CLDR)."""
    lang, territory, script, *_ = parse_locale(language, sep="-")
    likely = get_global("likely_subtags")
    meant = script or likely.get(f"{lang}_{territory}") or likely.get(lang, lang)
    return meant if script else parse_locale(meant)[2]


@cache
def _comma(language: str) -> str:
    return "\N{ARABIC COMMA} " if _script(language) == "Arab" else ", "


@cache
def _weekdays(language: str, width: Literal["abbreviated", "wide"]) -> tuple[str, ...]:
    names = get_day_names(width, locale=_locale(language))
    return tuple(str(names[number]) for number in range(7))


@cache
def _months(language: str, width: Literal["abbreviated", "wide"]) -> tuple[str, ...]:
    """From January on."""
    names = get_month_names(width, locale=_locale(language))
    return tuple(str(names[number]) for number in range(1, 13))


def calendar_words(language: str) -> tuple[str, ...]:
    """Every word that a moment can be said with: days, months, and what zones are called."""
    places = (_place(zone, language) for zone in sorted(_zones()))
    return (*_weekdays(language, "wide"), *_months(language, "wide"), *places)


OF_NO_CITY = frozenset(["CET", "CST6CDT", "EET", "EST", "EST5EDT", "HST", "MET", "MST", "MST7MDT", "PST8PDT", "WET"])
"""Zones named after a clock: many places share it, and none is meant."""


@cache
def _place(key: str, language: str) -> str:
    """'Kyiv' of Europe/Kiev and of Europe/Kyiv: what CLDR calls the city of a zone in this language.

    Browsers go on telling names that were given up long ago, and CLDR files its words under some of them: so every name
    of the same zone is looked under. A zone without a city has its own name ('Eastern Time'), or its distance from UTC.
    """
    aliases = get_global("zone_aliases")
    canonical = aliases.get(key, key)
    if canonical.startswith("Etc/"):
        return _offset(datetime(2000, 1, 1, tzinfo=ZoneInfo(key))).removesuffix("+0")
    if key in OF_NO_CITY:
        return get_timezone_name(ZoneInfo(key), locale=_locale(language))
    said = _locale(language).time_zones
    same = (canonical, *(old for old, new in aliases.items() if new == canonical))
    cities = (said[name]["city"] for name in same if "city" in said.get(name, ()))
    return str(next(cities, canonical.rsplit("/", 1)[-1].replace("_", " ")))


ENOUGH = 0.85
"""Of a larger unit before it is named: the library's own."""
MONTHS = timedelta(days=310), timedelta(days=730)
"""What is nearer than two years is said in months: 'in 1 year' would be anything from ten to eighteen of them."""


@dataclass(frozen=True)
class Speaker:
    """Says moments in one zone and one language. With `now`, days of another year than its are said with their year."""

    zone: ZoneInfo
    language: str = "en"
    now: datetime | None = None

    def local(self, at: datetime) -> datetime:
        return at.astimezone(self.zone)

    def time(self, at: datetime) -> str:
        """'9:30', '2:30 UTC+1' where the clock shows it twice; in Latin digits, so that it reads alike everywhere."""
        return clock(self.local(at))

    @staticmethod
    def wall(minute: int) -> str:
        """'9:30' for minutes of a weekly plan, which belong to no one day; '0:00' for midnight at its end."""
        return CLOCKS[minute % len(CLOCKS)]

    def day(self, at: datetime) -> str:
        """'Thursday 12 March'; 'Thursday 12 March 2028' where that is another year than this one."""
        return self.date(self.local(at).date())

    def at(self, at: datetime) -> str:
        """'Thursday 12 March, 9:30', with the comma of the language."""
        return f"{self.day(at)}{self.comma}{self.time(at)}"

    @property
    def comma(self) -> str:
        """', ', as the language writes it."""
        return _comma(self.language)

    def day_from(self, at: datetime, now: datetime) -> str:
        """The same, for who has a `now` of their own."""
        return replace(self, now=now).day(at)

    def date(self, day: calendar.date) -> str:
        said = f"{self.weekday(day)} {self.day_month(day)}"
        return said if self._year in {None, day.year} else f"{said} {day.year}"

    @cached_property
    def _year(self) -> int | None:
        """Which year it is for who reads."""
        return self.local(self.now).year if self.now else None

    def weekday(self, day: calendar.date, *, short: bool = False) -> str:
        return _weekdays(self.language, "abbreviated" if short else "wide")[day.weekday()]

    def day_month(self, day: calendar.date, longest: int = 99) -> str:
        """'12 March'; '23 Nov' when the month has more than `longest` letters."""
        month = _months(self.language, "wide")[day.month - 1]
        if len(month) > longest:
            month = _months(self.language, "abbreviated")[day.month - 1]
        return f"{day.day} {month}"

    def full(self, at: datetime) -> str:
        """'Thursday 12 March 2026, 9:30'."""
        day = format_date(self.local(at).date(), "EEEE d MMMM y", locale=_locale(self.language))
        return f"{day}{self.comma}{self.time(at)}"

    def day_year(self, day: calendar.date) -> str:
        """'12 March 2026'."""
        return f"{self.day_month(day)} {day.year}"

    def month_year(self, day: calendar.date) -> str:
        """'March 2026'."""
        return f"{_months(self.language, 'wide')[day.month - 1]} {day.year}"

    def off(self, span: timedelta) -> str:
        """'in 18 hours' for what is ahead, '4 seconds ago' for what is behind; browsers say it in the same words."""
        least, below = MONTHS
        most = 2 if least <= abs(span) < below else ENOUGH
        return str(format_timedelta(span, threshold=most, add_direction=True, locale=_locale(self.language)))

    def country(self, code: str) -> str:
        """'Portugal' for 'PT'; the code itself when it has no name, '' for ''."""
        return str(_locale(self.language).territories.get(code, code))

    def place_of(self, country: str, region: str = "") -> str:
        """'Texas, United States' for 'US' and 'US-TX', 'Portugal' for 'PT', '' for ''."""
        return place_name(country, region, self.language)

    def money(self, amount: int, currency: str) -> str:
        """'€90.00' for 9000 of EUR."""
        return money.said(amount, currency, self.language)

    @property
    def place(self) -> str:
        """'Lisbon' of 'Europe/Lisbon': what people call the zone in their language. Among words from right to left it
        is set apart, so that a number after it does not join it."""
        name = _place(self.zone.key, self.language)
        return f"\N{FIRST STRONG ISOLATE}{name}\N{POP DIRECTIONAL ISOLATE}" if _runs_left(self.language) else name


CLOCKS = tuple(f"{minute // 60}:{minute % 60:02d}" for minute in range(24 * 60))
"""Words for each minute of a day since 0:00."""


def clock(local: datetime) -> str:
    """'9:30' for a local time; '2:30 UTC+1' for one that it shows twice in a night."""
    shown = CLOCKS[local.hour * 60 + local.minute]
    return f"{shown} {_offset(local)}" if twice(local) else shown


def sent(at: datetime) -> str:
    """A moment as forms and addresses carry it: '2026-03-12T08:30Z'."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%MZ}"


def twice(wall: datetime) -> bool:
    """Whether the clock of its zone is set back over this wall time, so that it comes twice."""
    first, second = (wall.replace(fold=fold).utcoffset() for fold in (0, 1))
    return first is not None and second is not None and first > second


def start_of(wall: datetime) -> datetime:
    """When what begins at this wall time begins, in UTC: the first of two; moved forward where the clock skips it."""
    return wall.replace(fold=0).astimezone(UTC)


def end_of(wall: datetime) -> datetime:
    """When what ends at this wall time ends, in UTC: the second of two; moved forward where the clock skips it."""
    # In a gap the second reading lies earlier (it steps back by the gap), so the later of both is right everywhere.
    return max(wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1))


def _offset(local: datetime) -> str:
    minutes = (local.utcoffset() or timedelta()) // timedelta(minutes=1)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02d}" if rest else "")


def same_clock(one: ZoneInfo, other: ZoneInfo, at: datetime) -> bool:
    """Whether two zones show the same wall time at that moment."""
    return at.astimezone(one).utcoffset() == at.astimezone(other).utcoffset()


def hours_ahead(one: ZoneInfo, other: ZoneInfo, at: datetime) -> timedelta:
    """How far `other` is ahead of `one` at that moment (negative: behind)."""
    mine, theirs = at.astimezone(one).utcoffset(), at.astimezone(other).utcoffset()
    return (theirs or timedelta()) - (mine or timedelta())
