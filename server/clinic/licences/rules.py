"""Where a therapist may treat, and whether a place at a date is among it. Pure.

What counts is where the patient is, not where the clinic is: in the United States a clinician is to be licensed in the
state the patient is in at the time (policy texts that quote the ATA guideline; each clinic keeps its own list). A visit
asks this for today, a booking for its day.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

SOON = timedelta(days=30)
"""How long before its last day a licence is said to end soon."""


@dataclass(frozen=True)
class Place:
    """Country in two letters of ISO 3166, '' when unknown; region as in ISO 3166-2 ('US-TX') where parts license."""

    country: str = ""
    region: str = ""

    def __bool__(self) -> bool:
        return bool(self.country)


@dataclass(frozen=True)
class Licence:
    """Leave to treat in a place: all of a country, or one region of it. `expires` is its last day; None: no end."""

    id: UUID
    place: Place
    kind: str
    number: str = ""
    expires: date | None = None

    def holds(self, on: date) -> bool:
        """Whether it is in force that day, its last day included."""
        return self.expires is None or on <= self.expires

    def covers(self, place: Place) -> bool:
        """Whether the place lies in it; a licence for a whole country covers its regions too."""
        return self.place.country == place.country and self.place.region in {"", place.region}


class Standing(StrEnum):
    LICENSED = "licensed"
    ENDS_SOON = "ends_soon"
    NOT_LICENSED = "not_licensed"
    UNKNOWN = "unknown"


class Why(StrEnum):
    """What a standing rests on."""

    HOLDS = "holds"
    NONE_THERE = "none_there"
    ENDED = "ended"
    NO_COUNTRY = "no_country"
    NO_REGION = "no_region"  # licensed in parts of the country, and nobody said which part
    NO_LIST = "no_list"  # nothing is kept of this therapist, so nothing can be said


@dataclass(frozen=True)
class Verdict:
    """`licence` is the one that holds, or the one that ended last."""

    standing: Standing
    why: Why
    licence: Licence | None = None

    @property
    def warns(self) -> bool:
        return self.standing is Standing.NOT_LICENSED


def verdict(licences: Collection[Licence], place: Place, on: date, *, only_listed: bool = False) -> Verdict:
    """May the holder of these licences treat somebody who is in `place` on the day `on` (the clinic's calendar)?

    `only_listed`: an empty list is the list of somebody who may nowhere.
    """
    if not licences and not only_listed:
        return Verdict(Standing.UNKNOWN, Why.NO_LIST)
    if not place:
        return Verdict(Standing.UNKNOWN, Why.NO_COUNTRY)
    covering = [one for one in licences if one.covers(place)]
    best = _lasts_longest(one for one in covering if one.holds(on))
    if best:
        ends_soon = best.expires is not None and best.expires - on < SOON
        return Verdict(Standing.ENDS_SOON if ends_soon else Standing.LICENSED, Why.HOLDS, best)
    if not place.region and _in_parts_of(licences, place.country, on):
        return Verdict(Standing.UNKNOWN, Why.NO_REGION)
    ended = _lasts_longest(covering)
    return Verdict(Standing.NOT_LICENSED, Why.ENDED if ended else Why.NONE_THERE, ended)


def _lasts_longest(licences: Iterable[Licence]) -> Licence | None:
    return max(licences, key=lambda one: one.expires or date.max, default=None)


def _in_parts_of(licences: Iterable[Licence], country: str, on: date) -> bool:
    return any(one.place.country == country and one.place.region and one.holds(on) for one in licences)
