"""Single days: public holidays of a clinic's country, and hours of one therapist on one date. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from server.clinic.rules import Clinic, WeeklyHours, joined

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Holiday:
    """A public holiday. `closes`: nobody can be booked on it."""

    day: date
    name: str
    closes: bool


def are_known(country: str) -> bool:
    """Whether the holidays of this country are known."""
    return country in _regions()


def holidays_between(clinic: Clinic, since: date, until: date, language: str = "en") -> list[Holiday]:
    """The public holidays from `since` until before `until`, in order; none where the country's are not known.

    Source: the `holidays` library, which follows each country's law.
    """
    found: dict[date, str] = {}
    for year in range(since.year, until.year + 1):
        found.update(_in_year(clinic.country, clinic.region, year, language))
    ahead = sorted((day, name) for day, name in found.items() if since <= day < until)
    return [Holiday(day, name, clinic.closes_on_holidays and day not in clinic.works_on) for day, name in ahead]


def closures(clinic: Clinic, since: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
    """The whole local days on which public holidays close the clinic, as (from, until), where they touch the span."""
    if not clinic.closes_on_holidays:
        return []
    first, last = since.astimezone(clinic.zone).date(), until.astimezone(clinic.zone).date()
    closed = [one.day for one in holidays_between(clinic, first, last + ONE_DAY) if one.closes]
    return [(_midnight(day, clinic.zone), _midnight(day + ONE_DAY, clinic.zone)) for day in closed]


def regions_of(country: str) -> list[tuple[str, str]]:
    """(code, name) of the parts of a country that have holidays of their own, by name."""
    codes = _regions().get(country, ())
    names = _region_names(country) if codes else {}
    return sorted(((code, names.get(code, code)) for code in codes), key=lambda pair: pair[1])


def dated(
    spans: Iterable[tuple[date, int | None, int | None]], *, own: bool = False
) -> dict[date, tuple[WeeklyHours, ...]]:
    """(date, from minute, until minute) as hours of each date in order; minutes of None: no hours on that date. `own`:
    of one service alone."""
    found: dict[date, list[WeeklyHours]] = {}
    for day, start, end in spans:
        hours = found.setdefault(day, [])
        if start is not None and end is not None:
            hours.append(WeeklyHours(day.weekday(), start, end, own=own))
    return {day: joined(hours) for day, hours in found.items()}


def works_on(clinic: Clinic, closed: Collection[date], shown: Collection[date]) -> frozenset[date]:
    """The holidays on which people are seen all the same, once of those `shown` the `closed` ones close the clinic."""
    return (clinic.works_on - set(shown)) | (set(shown) - set(closed))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


@lru_cache(maxsize=512)
def _in_year(country: str, region: str, year: int, language: str) -> Mapping[date, str]:
    known = _regions().get(country)
    if known is None:
        return {}
    part = region if region in known else None  # of another country, before the clinic moved
    plain = holidays.country_holidays(country, subdiv=part, years=year)
    spoken = [one for one in plain.supported_languages if one.split("_")[0] == language]
    return dict(holidays.country_holidays(country, subdiv=part, years=year, language=spoken[0]) if spoken else plain)


@lru_cache(maxsize=1)
def _regions() -> Mapping[str, Sequence[str]]:
    return {
        country: tuple(parts) for country, parts in holidays.list_supported_countries(include_aliases=False).items()
    }


@lru_cache(maxsize=32)
def _region_names(country: str) -> Mapping[str, str]:
    aliases = holidays.country_holidays(country).subdivisions_aliases
    return {code: name for name, code in reversed(aliases.items())}
