"""The numbers of the country that somebody seems to be in, as their clinic checked them."""

from collections.abc import Collection
from dataclasses import dataclass

from server.clinic.rules import Clinic
from server.countries import country_of
from server.house import House
from server.moments import known_zone
from server.safety.checking.store import checked
from server.safety.directory import directory
from server.safety.rules import Emergency, Entry, Line, entry_for, line_key, shown


@dataclass(frozen=True)
class Urgent:
    """Whom a page names where that of help does not open. `line`: one that all of the country can call."""

    emergency: tuple[Emergency, ...]
    line: Line | None


def urgent_of(zone_told: str, country: str, silent: Collection[str] = ()) -> Urgent:
    """Whom to call where the visitor seems to be, else in this country; no line that their clinic found silent."""
    entry = shown(entry_for(directory(), seems_to_be(zone_told), country))
    lines = (one for one in entry.for_all if line_key(entry.country, one.number) not in silent)
    return Urgent(entry.emergency, next(lines, None))


def seems_to_be(zone_told: str) -> str:
    """The country of the clock that the visitor's browser told us of earlier, or ''."""
    zone = known_zone(zone_told)
    return country_of(zone) if zone else ""


async def numbers_of(house: House, clinic: Clinic | None, country: str) -> Entry:
    """What people in need are shown for this country."""
    entry = entry_for(directory(), country)
    if clinic is None:
        return entry
    return shown(await house.db.read(lambda db: checked(db, clinic.id, entry, clinic.zone)))
