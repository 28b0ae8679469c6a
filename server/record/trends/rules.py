"""What the record knows of treatment over time, as marks in the line of a measure. Pure.

A mark is as exact as what is written: of a month the begin is its first day and the end its last; of what is known by
its year alone there is none. A change of dose stands on the day on which it was noted.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

from server.measures.chart import Happened, Mark
from server.record.care.rules import Entry, Medicine, Treatment, called, day_of

NOON = time(12)
A_DAY = len("2024-05-17")


def marks_of(writings: Iterable[Entry], zone: ZoneInfo, now: datetime) -> list[Mark]:
    """Medicines and treatments begun and ended and doses changed until today, the oldest first. `writings`: of each
    entry every one, the oldest first.
    """
    entries: dict[UUID, list[Entry]] = defaultdict(list)
    for one in writings:
        entries[one.id].append(one)
    today = now.astimezone(zone).date()
    marks = [mark for each in entries.values() if not each[-1].struck for mark in _of_entry(each, zone, today)]
    return sorted(marks, key=lambda one: one.at)


def _of_entry(writings: Sequence[Entry], zone: ZoneInfo, today: date) -> list[Mark]:
    value = writings[-1].value
    if not isinstance(value, Medicine | Treatment):
        return []
    name, way = (value.name, "") if isinstance(value, Medicine) else (value.method, value.way.value)
    begun, ended = day_of(value.spell.since), day_of(value.spell.until, last=True)
    if ended and len(value.spell.until) < A_DAY and day_of(value.spell.until) == today.replace(day=1):
        ended = None if value.spell.going else today
    marks = []
    if begun and begun <= today:
        exact = len(value.spell.since) == A_DAY
        marks.append(Mark(_noon(begun, zone), Happened.BEGUN, name, way, exact=exact))
    if ended and ended <= today:
        exact = len(value.spell.until) == A_DAY
        marks.append(Mark(_noon(ended, zone), Happened.ENDED, name, way, exact=exact))
    return [*marks, *_changes(writings, zone)]


def _changes(writings: Sequence[Entry], zone: ZoneInfo) -> list[Mark]:
    """Doses that were written over by others on a later day, while the medicine was taken; what was written over on
    its own day was a slip.
    """
    last = {one.at.astimezone(zone).date(): one for one in writings}
    return [
        Mark(_noon(day, zone), Happened.CHANGED, after.name, dose=_dose(after), before=_dose(before))
        for (_, old), (day, new) in pairwise(last.items())
        if isinstance(before := old.value, Medicine)
        and isinstance(after := new.value, Medicine)
        and called(before) == called(after)
        and after.spell.going
        and _dose(before)
        and _dose(after)
        and _dose(before) != _dose(after)
    ]


def _dose(one: Medicine) -> str:
    return f"{one.dose:g} {one.unit}" if one.dose is not None else ""


def _noon(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, NOON, zone)
