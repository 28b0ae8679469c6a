"""The dates of a series as a page shows them: what is free, what stands in the way, and what else that day has."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from server.booking.hours import floor
from server.booking.series.forms import SKIP, Pick
from server.booking.series.rules import Clash, Step
from server.booking.week import value_of
from server.moments import Speaker

OPEN = ""


@dataclass(frozen=True)
class Option:
    """One thing to choose for a date: a time of that day, or what the page calls leaving it out."""

    value: str
    clock: str


@dataclass(frozen=True)
class Row:
    """One date. `clash`: why its time cannot be had; `lost`: it was free when the page was shown, and is no more.

    `near`: the times nearest to one at which no session begins. `before`: where the booking is now, for one that moves.
    `unread`: the therapist's other calendars are not known as far. `twin`: another session of the
    series comes to lie on its day. `close`: it begins sooner after another one than its course has between two.
    """

    number: int
    meant: str
    day: str
    clock: str
    clash: Clash | None
    options: Sequence[Option]
    chosen: str
    lost: bool = False
    before: str = ""
    unread: bool = False
    twin: bool = False
    close: bool = False
    near: Sequence[str] = ()

    @property
    def is_open(self) -> bool:
        return self.chosen == OPEN


@dataclass(frozen=True)
class Rows:
    """All dates of a page, and how many of them will be booked as they stand."""

    rows: Sequence[Row]

    @property
    def count(self) -> int:
        return len(self.rows)

    @property
    def ready(self) -> int:
        return sum(row.chosen not in (OPEN, SKIP) for row in self.rows)

    @property
    def left_open(self) -> int:
        return sum(row.is_open for row in self.rows)

    @property
    def left_out(self) -> int:
        return sum(row.chosen == SKIP for row in self.rows)

    @property
    def lost(self) -> int:
        return sum(row.lost for row in self.rows)

    @property
    def closed(self) -> int:
        return sum(row.clash is Clash.CLOSED for row in self.rows)


def rows_of(
    picks: Iterable[Pick],
    steps: Iterable[Step],
    say: Speaker,
    now: datetime,
    before: Mapping[int, datetime] | None = None,
    *,
    again: bool = False,
    elsewhere: Iterable[datetime] = (),
) -> Rows:
    """The rows of a page; `again`: somebody chose on it before, and what they chose may be free no more. `elsewhere`:
    the times of the series that are not among them."""
    picks, known, by_number = list(picks), before or {}, {step.number: step for step in steps}
    twins = _twins(picks, by_number, known, elsewhere, say.zone)
    rows = [_row(pick, by_number[pick.number], say, now, known.get(pick.number)) for pick in picks]
    return Rows([replace(row, lost=again and row.lost, twin=row.number in twins) for row in rows])


def _twins(
    picks: Sequence[Pick],
    steps: Mapping[int, Step],
    before: Mapping[int, datetime],
    elsewhere: Iterable[datetime],
    zone: ZoneInfo,
) -> set[int]:
    """The numbers of those that come to lie on one day with another of the series, and did not lie so before."""
    rest = list(elsewhere)
    then = {one.number: before.get(one.number) if one.skipped else steps[one.number].start for one in picks}
    shared = [_shared([*times, *rest], zone) for times in (then.values(), before.values())]
    return {
        number
        for number, at in then.items()
        if at and _day(at, zone) in shared[0] and _day(before.get(number, at), zone) not in shared[1]
    }


def _shared(times: Iterable[datetime | None], zone: ZoneInfo) -> set[date]:
    """The days on which more than one of these lies."""
    return {day for day, count in Counter(_day(at, zone) for at in times if at).items() if count > 1}


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


def _row(pick: Pick, step: Step, say: Speaker, now: datetime, before: datetime | None) -> Row:
    others = [Option(value_of(floor(at)), say.time(at)) for at in step.others]
    chosen = SKIP if pick.skipped else value_of(floor(step.start)) if pick.start and step.time else OPEN
    return Row(
        number=pick.number,
        meant=value_of(floor(pick.meant)),
        day=say.day_from(step.start, now),
        clock=say.time(step.start),
        clash=step.clash,
        options=others,
        chosen=chosen,
        lost=pick.start is not None and step.clash is not None,
        unread=step.unread and not pick.skipped,
        near=[say.time(at) for at in step.near],
        before=f"{say.day_from(before, now)}, {say.time(before)}" if before else "",
    )
