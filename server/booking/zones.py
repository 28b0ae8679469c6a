"""The clocks that a visitor may have the times shown on, under the countries where people look for them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from zoneinfo import ZoneInfo

from server.countries import alphabetical, country_names, country_of, zone_names
from server.moments import Speaker


@cache
def zones_by_country(language: str) -> Mapping[str, Sequence[tuple[str, str]]]:
    """Country -> (IANA key, what people call the place), all in the order of the alphabet of that language's words."""
    countries = country_names(language)
    found = defaultdict[str, list[tuple[str, str]]](list)
    for key in zone_names():
        zone = ZoneInfo(key)
        if code := country_of(zone):
            found[countries[code]].append((key, Speaker(zone, language).place))
    return {country: _by_place(found[country]) for country in countries.values() if country in found}


def _by_place(zones: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(zones, key=lambda pair: alphabetical(pair[1]))
