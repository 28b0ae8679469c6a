"""What a tool's page makes of all that was written in it: nights, weeks, a ladder with its steps, worries that wait."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from server.journal.cbt import week
from server.journal.cbt.catalogue import tools
from server.journal.cbt.nights import Mean, Night, Unknown, mean, night
from server.journal.cbt.slot import Slot, parked, slot_of
from server.journal.cbt.telling import Told
from server.journal.door import Mine
from server.journal.rules import Entry
from server.moments import known_zone

SEVEN = timedelta(days=7)
YEARS = (2000, 2100)
"""A week is shown of these alone: a calendar has a first and a last day."""


@dataclass(frozen=True)
class Week:
    """Seven days of activities; `before`, `after`: the first days of the weeks beside it."""

    days: Sequence[week.Day]
    lifting: Sequence[week.Lift] = field(repr=False)
    before: date
    after: date


@dataclass(frozen=True)
class Back:
    """What the tool at hand has of it. `now`: it is the time for worries."""

    nights: Sequence[Night | Unknown] = field(default=(), repr=False)
    mean: Mean | None = field(default=None, repr=False)
    week: Week | None = field(default=None, repr=False)
    slot: Slot | None = None
    now: bool = False
    parked: Sequence[Told] = field(default=(), repr=False)


async def back_of(mine: Mine, found: Sequence[Told], tool: str, asked: Mapping[str, str]) -> Back:
    """`found`: entries of the tool, the newest first."""
    if tool == "night":
        return _nights(mine.today, found)
    if tool == "activity":
        return Back(week=week_of(found, day_of(asked.get("week", "")) or mine.today))
    if tool == "worry":
        return await _worries(mine, found)
    return Back()


def _nights(today: date, found: Sequence[Told]) -> Back:
    """Every night, and the mean of those of the last seven days that have a figure."""
    nights = nights_of(found)
    counted = [one for one in nights if isinstance(one, Night)]
    return Back(nights=nights, mean=mean([one for one in counted if one.day > today - SEVEN]))


def nights_of(found: Sequence[Told]) -> list[Night | Unknown]:
    """One for each morning: of two, the one written last, and rather one with a figure."""
    by: dict[date, Night | Unknown] = {}
    for one in found:
        come_to = night(one.entry.day, zone_of(one.entry), one.said)
        if isinstance(come_to, Night) and isinstance(by.get(come_to.day), Unknown):
            by[come_to.day] = come_to
        by.setdefault(come_to.day, come_to)
    return list(by.values())


def zone_of(entry: Entry) -> ZoneInfo:
    return known_zone(entry.written.zone) or ZoneInfo("UTC")


def week_of(found: Sequence[Told], day: date) -> Week:
    """The week that holds this day, and what lifted mood most in all that was found."""
    did, first = [week.did(one.entry.day, one.said) for one in found], week.monday(day)
    return Week(week.days_of(first, did), week.lifting(did), first - SEVEN, first + SEVEN)


def day_of(text: str) -> date | None:
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return None
    return day if YEARS[0] <= day.year <= YEARS[1] else None


async def _worries(mine: Mine, found: Sequence[Told]) -> Back:
    said = (await mine.journal("worry").setting()).value
    slot = slot_of(said.get("at"), said.get("minutes"), tools()["worry"].slot or {})
    clock = mine.now.astimezone(mine.zone).time()
    waiting = [one for one in reversed(found) if parked(one.said)]
    return Back(slot=slot, now=bool(slot and slot.holds(clock)), parked=waiting)
