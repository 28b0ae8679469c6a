"""How a clinic did, without telling of anybody: what is counted, over which span, and which cells stay hidden. Pure.

A count from one to four is hidden, and with it as many others as it takes that nobody can work it out from the total,
also not somebody who knows how this is done. Nobody is nobody: a zero tells of no person, and is shown. Spans are whole
months of the clinic's calendar that are over, and no others: weeks beside them, or a month seen before and after one of
its days, would differ by a few people, and one taken from the other would tell of these. A month is shown from its
eighth day after, as it stood then: what is said later of who came would tell the same way.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from server.booking.hours import Stretch, local_days, merged, open_stretches, stretch
from server.clinic.rules import WeeklyHours
from server.moments import start_of

FEWEST = 5
STANDS = timedelta(days=7)
"""How long after its end a month is counted, and shown from then on."""
KINDS = ("booked", "missed", "met")
SHOWN_BACK = 12
"""Of how many months the course is shown."""


@dataclass(frozen=True)
class Period:
    """A whole month: its first day and the first after it, on the clinic's calendar."""

    first: date
    after: date

    def span(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Its moments, half open."""
        return midnight(self.first, zone), midnight(self.after, zone)

    @property
    def stands(self) -> date:
        """The first day on which it is shown, and of which nothing is counted."""
        return self.after + STANDS


@dataclass(frozen=True)
class Group:
    """What was counted of one therapist's one service in one period. `waited`: seconds of all who `met`."""

    period: int
    therapist_id: UUID
    service_id: UUID
    booked: int
    missed: int
    met: int
    waited: int
    minutes: int = 0


@dataclass(frozen=True)
class Sums:
    """The same of several groups."""

    booked: int = 0
    missed: int = 0
    met: int = 0
    waited: int = 0
    minutes: int = 0


@dataclass(frozen=True)
class Row:
    """One line as it may be shown; None: hidden. `waited`: minutes on average, `use`: hundredths of what was offered.

    How many met is never shown: beside how many had booked it would tell who did not come.
    """

    name: str
    booked: int | None
    missed: int | None
    waited: int | None
    use: int | None = None


@dataclass(frozen=True)
class Table:
    """Lines, and all of them together."""

    rows: Sequence[Row]
    total: Row


@dataclass(frozen=True)
class Published:
    """Counts as they are shown beside their total; None: hidden."""

    cells: tuple[int | None, ...]
    total: int | None


def month_of(day: date) -> Period:
    """The month that a day lies in."""
    first = day.replace(day=1)
    return Period(first, (first + timedelta(days=32)).replace(day=1))


def before(period: Period) -> Period:
    """The month before this one."""
    return month_of(period.first - timedelta(days=1))


def newest(today: date) -> Period:
    """The last month that is shown on this day."""
    return before(month_of(today - STANDS))


def course(last: Period) -> list[Period]:
    """This month and those before it, the oldest first."""
    found = [last]
    while len(found) < SHOWN_BACK:
        found.append(before(found[-1]))
    return found[::-1]


def summed(groups: Iterable[Group]) -> Sums:
    """All of them together."""
    listed = list(groups)
    return Sums(
        booked=sum(one.booked for one in listed),
        missed=sum(one.missed for one in listed),
        met=sum(one.met for one in listed),
        waited=sum(one.waited for one in listed),
        minutes=sum(one.minutes for one in listed),
    )


def table(named: Sequence[tuple[str, Sums]], offered: Sequence[int], shown: Mapping[str, Published]) -> Table:
    """What may be shown of each line and of all. `offered`: minutes of each line; `shown`: of each of KINDS."""
    rows = [
        _row(name, one, [shown[kind].cells[at] for kind in KINDS], offered[at] if offered else 0)
        for at, (name, one) in enumerate(named)
    ]
    every = Sums(*(sum(getattr(one, kind) for _, one in named) for kind in (*KINDS, "waited", "minutes")))
    return Table(rows, _row("", every, [shown[kind].total for kind in KINDS], sum(offered)))


def _row(name: str, one: Sums, shown: Sequence[int | None], offered: int) -> Row:
    booked, missed, met = shown
    # Nobody's minutes are told where their number is not: they are the number times a length that everybody knows.
    use = round(100 * one.minutes / offered) if booked is not None and offered else None
    return Row(name, booked, missed, round(one.waited / one.met / 60) if met else None, use)


def published(counts: Sequence[int], order: Sequence[int], *, zeros: bool = False) -> Published:
    """Hides every count from one to four, and then others until the sum of what is hidden, which the total gives away,
    says nothing of it, although everybody knows that each is one at least. Which others: in an `order` that nobody can
    guess and that does not depend on the counts, for else the choice itself would tell. A zero hides nothing, since it
    is shown: it is never one of those others; with `zeros` it is hidden as a small count is. Where each is one
    person, the total is hidden too.
    """
    total, small = sum(counts), range(0 if zeros else 1, FEWEST)
    hidden = {at for at, count in enumerate(counts) if count in small}
    others = [at for at in order if at not in hidden and counts[at]]
    while total >= FEWEST and hidden and others and _tells([counts[at] for at in hidden]):
        hidden.add(others.pop(0))
    cells = tuple(None if at in hidden else count for at, count in enumerate(counts))
    return Published(cells, None if total in small or _ones(counts) else total)


def _tells(hidden: Sequence[int]) -> bool:
    """Whether the sum of what is hidden gives a part of it away."""
    return len(hidden) < 2 or sum(hidden) < FEWEST or _ones(hidden)


def _ones(counts: Sequence[int]) -> bool:
    """Whether there are several, and each is one person: the sum and how many they are would tell it of each."""
    return sum(counts) == sum(map(bool, counts)) > 1


def offered_minutes(
    plans: Iterable[tuple[Sequence[WeeklyHours], Mapping[date, Sequence[WeeklyHours]]]],
    away: Iterable[Stretch],
    zone: ZoneInfo,
    span: tuple[datetime, datetime],
) -> int:
    """The minutes of somebody's hours in a span, without time off and closures: each of their weeks with the dates that
    differ, and what lies in several counted once."""
    window = stretch(*span)
    days = local_days(zone, window)
    open_at = merged(one for week, dated in plans for one in open_stretches(week, zone, days, window, dated))
    off = merged(one for one in away if one[0] < window[1] and one[1] > window[0])
    clipped = [(max(begin, window[0]), min(end, window[1])) for begin, end in open_at]
    return sum(end - begin - _within(off, begin, end) for begin, end in clipped) // 60


def _within(off: Sequence[Stretch], begin: int, end: int) -> int:
    return sum(max(0, min(end, one[1]) - max(begin, one[0])) for one in off)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When a day begins there."""
    return start_of(datetime.combine(day, time(), zone))
