"""The numbers of the country that somebody seems to be in, as their clinic checked them."""

from server.clinic.rules import Clinic
from server.countries import country_of
from server.house import House
from server.moments import known_zone
from server.safety.checking.store import checked
from server.safety.directory import directory
from server.safety.rules import Entry, entry_for, shown


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
