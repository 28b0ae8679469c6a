"""On which days the sessions of a course that are ahead should be. Pure.

Nothing is kept of a plan: it follows anew from what was given until now, so that a missed day, a holiday or an added
block moves what comes after it, order and pace stay, and a taper counts from the last session that was truly given.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain, count, islice
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from server.moments import start_of
from server.programmes.course import History, Programme
from server.programmes.definition import Phase

ONE_DAY = timedelta(days=1)
A_WEEK = timedelta(days=7)
WORKDAYS = 5
WITHIN_A_DAY = timedelta(hours=8)
"""Sessions at least this far apart are on different days."""
MIDDAY = time(12)
MOST_WEEKS = 520
"""No phase by weeks is looked for further than ten years ahead, however much is closed."""
OpenOn = Callable[[date], bool]
B = TypeVar("B")


@dataclass(frozen=True)
class Slot:
    """One session that is ahead: its day at the clinic, and which of that day it is, from 0 on."""

    session: int
    day: date
    of_day: int = 0

    def start(self, minute: int, gap: timedelta, zone: ZoneInfo) -> datetime:
        """When it begins if the first of a day begins at this minute of the clinic's clock, in UTC."""
        return start_of(datetime.combine(self.day, time(*divmod(minute, 60)), zone)) + self.of_day * gap


@dataclass(frozen=True)
class Replanned(Generic[B]):
    """What has to happen to bookings so that a course keeps its pace: which stay, which move where, which sessions
    still need one, and which are too many.
    """

    stay: Sequence[tuple[Slot, B]]
    move: Sequence[tuple[Slot, B]]
    add: Sequence[Slot]
    left: Sequence[B]


def clear_day(programme: Programme, done: History, first: date, minute: int) -> date:
    """The first day, from `first` on, on which a session that begins at this minute of the clinic's clock keeps the
    least time from the last one of the other courses of its family. Where that time is over within a day it is this
    day, at whatever time of it.
    """
    gap = programme.phase_of(max(done.begun, default=done.closed) + 1).gap
    last = max((at for other in programme.others for at in other.done.begun.values()), default=None)
    if gap is None or last is None:
        return first
    clear = last + gap.length
    day = clear.astimezone(programme.zone).date()
    late = gap.length >= WITHIN_A_DAY and Slot(0, day).start(minute, timedelta(), programme.zone) < clear
    return max(first, day + ONE_DAY if late else day)


def slots(programme: Programme, done: History, first: date, open_on: OpenOn) -> list[Slot]:
    """The days of all sessions that have not begun, none before `first`."""
    return list(coming(programme, done, first, open_on))


def coming(programme: Programme, done: History, first: date, open_on: OpenOn) -> Iterator[Slot]:
    """The same, found one after the other, for whoever needs only the next ones."""
    given = {session: at.astimezone(programme.zone).date() for session, at in done.begun.items()}
    taken = Counter(given.values())
    session = max(given, default=done.closed) + 1
    for last, phase in programme.phases:
        if session > last:
            continue
        days = _days(programme, phase, given, first, open_on)
        for number in range(session, last + 1):
            day = next(days)
            while taken[day] >= phase.per_day:
                day = next(days)
            yield Slot(number, day, taken[day])
            taken[day] += 1
            given[number] = first = day
        session = last + 1


def _days(
    programme: Programme, phase: Phase, given: Mapping[int, date], first: date, open_on: OpenOn
) -> Iterator[date]:
    """The days that a phase may use, rising, each as often as it is wanted."""
    end = next(last for last, one in programme.phases if one is phase)
    begin = end - phase.sessions - programme.extra.get(phase.id, 0) + 1
    if phase.offsets:
        yield from _by_offsets(phase, given, begin, first, open_on)
        return
    apart = programme.apart.get(phase.id, 1)
    if apart > 1:
        yield from _apart(phase, given, begin, first, open_on, apart * A_WEEK)
        return
    monday = _first_week(given, begin, first)
    for number in range(MOST_WEEKS):
        week = phase.weeks[min(number, len(phase.weeks) - 1)]
        for day in _of_week(week, monday + number * A_WEEK, open_on):
            if day >= first:
                yield from [day] * phase.per_day
    raise ValueError(f"{phase.id}: no day is open in ten years")


def _apart(
    phase: Phase, given: Mapping[int, date], begin: int, first: date, open_on: OpenOn, length: timedelta
) -> Iterator[date]:
    """One day in so many weeks, counted from the week of the last session that was given."""
    last = max((day for session, day in given.items() if session >= begin - 1), default=None)
    monday = _monday(last) + length if last else _monday(first)
    while monday + A_WEEK <= first:
        monday += A_WEEK
    for _ in range(MOST_WEEKS):
        day = next((one for one in _of_week(phase.weeks[-1], monday, open_on) if one >= first), None)
        if day is None:
            monday += A_WEEK
            continue
        yield from [day] * phase.per_day
        monday += length
    raise ValueError(f"{phase.id}: no day is open in ten years")


def _first_week(given: Mapping[int, date], begin: int, first: date) -> date:
    """The Monday by which the weeks of a phase count: of its first session, else after the phase before."""
    if begin in given:
        return _monday(given[begin])
    if begin > 1 and begin - 1 in given:
        return max(_monday(given[begin - 1]) + A_WEEK, _monday(first))
    return _monday(first)


def _of_week(weekdays: Sequence[int], monday: date, open_on: OpenOn) -> Iterator[date]:
    """The days of one week. For one that is closed the next workday that is free, as long as it keeps the order."""
    wanted = [monday + timedelta(days=weekday) for weekday in weekdays]
    for number, day in enumerate(wanted):
        until = (
            wanted[number + 1]
            if number + 1 < len(wanted)
            else monday + timedelta(days=max(WORKDAYS, day.weekday() + 1))
        )
        while day < until and not open_on(day):
            day += ONE_DAY
        if day < until:
            yield day


def _by_offsets(phase: Phase, given: Mapping[int, date], begin: int, first: date, open_on: OpenOn) -> Iterator[date]:
    """A day for each offset that is left, then on at the last distance; of those that are late each its own."""
    done = sum(session >= begin for session in given)
    base, used = given.get(begin - 1, first), Counter[date]()
    for offset in islice(_offsets(phase), done, None):
        day = max(base + timedelta(days=offset), first)
        while used[day] >= phase.per_day or not open_on(day):
            day += ONE_DAY
            if day - first > MOST_WEEKS * A_WEEK + timedelta(days=offset):
                raise ValueError(f"{phase.id}: no day is open in ten years")
        used[day] += 1
        yield day


def _offsets(phase: Phase) -> Iterator[int]:
    last = phase.offsets[-1]
    apart = max(last - phase.offsets[-2] if len(phase.offsets) > 1 else last, 1)
    return chain(phase.offsets, count(last + apart, apart))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def replanned(wanted: Sequence[Slot], booked: Sequence[tuple[date, B]]) -> Replanned[B]:
    """`booked`: the bookings ahead, with their days, in order of time."""
    free: dict[date, list[B]] = {}
    for day, booking in booked:
        free.setdefault(day, []).append(booking)
    stay, open_slots = list[tuple[Slot, B]](), list[Slot]()
    for slot in wanted:
        if free.get(slot.day):
            stay.append((slot, free[slot.day].pop(0)))
        else:
            open_slots.append(slot)
    spare = [one for _, several in sorted(free.items()) for one in several]
    moved = list(zip(open_slots, spare, strict=False))
    return Replanned(stay, moved, open_slots[len(moved) :], spare[len(moved) :])
