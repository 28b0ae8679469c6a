"""Where a patient will be at an appointment, and who may treat there on its day. Pure.

What counts is the place at the time (`clinic/licences/rules.py`, by which the door of the visit asks again). Of whom
nothing is kept nothing can be said, so they are offered everywhere, as at the door nobody is warned of them; unless the
clinic wants lists of everybody (`Clinic.only_listed`).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from server.clinic.licences.rules import Licence, Place
from server.moments import start_of

ELSE = "else"
ELSEWHERE = Place("ZZ")
"""None of the places that are listed. ISO 3166 leaves this code to whoever uses it, so no licence covers it."""
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
CODE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")

Held = Mapping[UUID, Sequence[Licence]]
"""Therapist -> what is on their list; who is not in it may treat everywhere."""
Ends = Mapping[UUID, datetime]
"""Therapist -> from when on they may not treat there (NEVER: at no time); who may without an end is not in it."""


def read_where(text: str) -> Place | None:
    """'PT' or 'US-TX' as in ISO 3166, 'else' for none of those listed; None for anything else."""
    if text == ELSE:
        return ELSEWHERE
    return Place(text[:2], text if "-" in text else "") if CODE.fullmatch(text) else None


def value_of(place: Place) -> str:
    """What `read_where` reads back."""
    return ELSE if place == ELSEWHERE else place.region or place.country


def listed(held: Held, today: date) -> list[Place]:
    """Every place where somebody may treat today, whole countries before their parts."""
    places = {one.place for licences in held.values() for one in licences if one.holds(today)}
    return sorted(places, key=lambda one: (one.country, one.region))


def ends_of(held: Held, place: Place | None, zone: ZoneInfo) -> Ends:
    """Until when each of them may treat somebody in this place, by the clinic's calendar."""
    if place is None:
        return {}
    last = {who: _last_day(licences, place) for who, licences in held.items()}
    return {who: _after(day, zone) for who, day in last.items() if day != date.max}


def _last_day(licences: Iterable[Licence], place: Place) -> date | None:
    """`date.max` for no end; None: it is nowhere on the list."""
    return max((one.expires or date.max for one in licences if one.covers(place)), default=None)


def _after(day: date | None, zone: ZoneInfo) -> datetime:
    return NEVER if day is None else start_of(datetime.combine(day + timedelta(days=1), time(), zone))
