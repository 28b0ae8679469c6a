"""What courses rest on beside what was done in them: a date of the law, a person who answers for a programme. Pure.

What holds is said as until when: a moment, None without an end, and nothing at all where it does not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from server.moments import start_of
from server.programmes.course import day_of
from server.programmes.definition import Definition
from server.programmes.footings import Base, Footing

Lasts = Mapping[str, datetime | None]
"""Footing -> until when it holds; None: without an end. One that is not there does not hold."""


@dataclass(frozen=True)
class Chosen:
    """What the clinic said of a footing. Of a date: its last day, how many days before it warns, and the clinic's own
    source; of a person: who it is, and since when they are `gone` from the clinic. `number` of that word; 0: none.
    """

    until: date | None = None
    warn: int | None = None
    source: str = ""
    staff_id: UUID | None = None
    gone: datetime | None = None
    by: UUID | None = None
    at: datetime | None = None
    number: int = 0


@dataclass(frozen=True)
class Lapse:
    """A footing that ends soon, or does not hold. `left`: days until it ends, 0 on its last day, below 0 after it;
    None: nobody is named.
    """

    programme: str
    key: str
    footing: Footing
    until: date | None = None
    left: int | None = None


def lasts(definition: Definition, chosen: Mapping[str, Chosen], zone: ZoneInfo) -> dict[str, datetime | None]:
    """Until when each footing of a programme holds, by the words of the clinic, else by those of the file."""
    found: dict[str, datetime | None] = {}
    for one in definition.footings:
        said = chosen.get(one.id, Chosen())
        if one.base is Base.DATE:
            if last := said.until or one.until:
                found[one.id] = start_of(datetime.combine(last + timedelta(days=1), time(), zone))
        elif said.staff_id:
            found[one.id] = said.gone
    return found


def lapses(
    definition: Definition, chosen: Mapping[str, Chosen], zone: ZoneInfo, now: datetime
) -> list[Lapse]:  # fmt: skip
    """What ends within its days of warning, has ended, or was never named."""
    found = []
    holds = lasts(definition, chosen, zone)
    for one in definition.footings:
        said = chosen.get(one.id, Chosen())
        if one.base is Base.PERSON:
            until = holds.get(one.id, now)
            if until is not None and until <= now:
                found.append(Lapse(definition.name, definition.id, one))
            continue
        last = said.until or one.until
        if last is None:
            continue
        left = (last - day_of(zone, now)).days
        if left <= warned(one, said):
            found.append(Lapse(definition.name, definition.id, one, last, left))
    return found


def warned(one: Footing, said: Chosen) -> int:
    """How many days before it ends a date is warned of."""
    return said.warn if said.warn is not None else one.warn.length.days if one.warn else 0


def unnamed(definition: Definition, chosen: Mapping[str, Chosen]) -> Sequence[Footing]:
    """Those that are a person whom the clinic has not named, or who left: until then it cannot give the programme."""
    people = [one for one in definition.footings if one.base is Base.PERSON]
    known = {one.id: chosen.get(one.id, Chosen()) for one in people}
    return [one for one in people if known[one.id].staff_id is None or known[one.id].gone]
