"""Countries and languages: what a language calls them, and which country a time zone lies in."""

from functools import cache
from importlib.resources import files
from unicodedata import combining, normalize
from zoneinfo import ZoneInfo

from babel import Locale


def country_of(zone: ZoneInfo) -> str:
    """Two letters of ISO 3166 for the country a zone is kept for, or '' for such as UTC."""
    return _zone_countries().get(zone.key, "")


@cache
def country_names(language: str) -> dict[str, str]:
    """ISO code -> name in that language, in the order of the names."""
    territories = Locale(language).territories
    codes = set(_zone_countries().values())
    return dict(sorted(((code, territories.get(code, code)) for code in codes), key=lambda pair: alphabetical(pair[1])))


def alphabetical(words: str) -> str:
    """What to sort words by, so that 'Åland' stands among those with A: the letters without their marks."""
    return "".join(letter for letter in normalize("NFKD", words) if not combining(letter)).casefold()


def likely_first(names: dict[str, str], likely: str) -> dict[str, str]:
    """The same names with the likely country on top: offered, never chosen for anybody, because help depends on it."""
    return {likely: names[likely], **names} if likely in names else names


@cache
def language_names(language: str) -> dict[str, str]:
    """Language tag -> its name in that language."""
    return dict(Locale(language).languages)


def zone_names() -> list[str]:
    """The zones a person chooses from, in the order of the alphabet; old names are left out."""
    return sorted(row for row in _zone_countries() if "/" in row)


@cache
def _zone_countries() -> dict[str, str]:
    """Zone -> country from the pinned tzdata; browsers still send old names, which its links explain."""
    folder = files("tzdata.zoneinfo")
    rows = [line.split("\t") for line in (folder / "zone.tab").read_text().splitlines() if not line.startswith("#")]
    countries = {row[2]: row[0] for row in rows}
    for line in (folder / "tzdata.zi").read_text().splitlines():
        if line.startswith("L "):
            _, target, alias = line.split()
            if target in countries:
                countries.setdefault(alias, countries[target])
    return countries
