"""What would become of each line of somebody else's table: decided from values, before anything is written. Pure."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from server.booking.hours import Stretch, floor, hold, stretch
from server.booking.rules import Booked, Span
from server.clinic.rules import Service, WeeklyHours

UNDO_WITHIN = timedelta(days=1)
KEPT_FOR = timedelta(days=1)
"""How long a file that was not brought in yet is kept."""
FARTHEST = timedelta(days=3 * 366)
LONGEST = timedelta(hours=12)


class Verdict(StrEnum):
    """What happens to a line."""

    NEW = "new"
    KNOWN = "known"  # all of it is here already
    TWICE = "twice"  # an earlier line of the same file says the same
    TAKEN = "taken"  # somebody else has the time
    OUTSIDE = "outside"  # of the therapist's hours
    AWAY = "away"  # the therapist has time off, or the clinic is closed
    PAST = "past"
    UNREAD = "unread"


class Trouble(StrEnum):
    """Why a line cannot be read."""

    NAME_MISSING = "name_missing"
    NAME_LONG = "name_long"
    MAIL_ODD = "mail_odd"
    PHONE_SHORT = "phone_short"
    DATE_ODD = "date_odd"
    TIME_MISSING = "time_missing"
    TIME_ODD = "time_odd"
    END_ODD = "end_odd"
    FAR = "far"
    THERAPIST = "therapist"  # nobody is chosen for the word that stands there
    SERVICE = "service"
    NOT_GIVEN = "not_given"  # the therapist does not give this service
    ROOM = "room"  # no room or device is free that the service needs


class Telling(StrEnum):
    """What those who come in by a file hear of it."""

    NOTHING = "nothing"
    REMINDERS = "reminders"  # nothing now; before their session what everybody gets
    NOW = "now"  # the ordinary confirmation with their link


@dataclass(frozen=True)
class Row:
    """A line that could be read. Without `start` it is about a person alone."""

    line: int
    name: str = field(repr=False)
    mail: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    start: datetime | None = None
    end: datetime | None = None
    therapist_id: UUID | None = None
    service_id: UUID | None = None


@dataclass(frozen=True)
class Unread:
    """A line that could not."""

    line: int
    trouble: Trouble
    name: str = field(default="", repr=False)
    word: str = field(default="", repr=False)  # what stands there instead


@dataclass(frozen=True)
class Marks:
    """By which people are compared without their names being read: of the name, the address and the number."""

    name: bytes
    mail: bytes | None = None
    phone: bytes | None = None

    def fits(self, other: "Marks") -> bool:
        """Whether both are most likely one person: the same name, and no contact that says otherwise."""
        if self.name != other.name:
            return False
        mine, theirs = {self.mail, self.phone} - {None}, {other.mail, other.phone} - {None}
        return bool(mine & theirs) or not mine or not theirs


@dataclass
class People:
    """Everybody who is known, or would be after the lines before; found by the name."""

    by_name: dict[bytes, list[tuple[Marks, UUID]]] = field(default_factory=dict)

    def find(self, marks: Marks) -> UUID | None:
        """Who this is; nobody when several could be meant and no contact says which."""
        found = [(known, who) for known, who in self.by_name.get(marks.name, ()) if known.fits(marks)]
        sure = [who for known, who in found if {known.mail, known.phone} & {marks.mail, marks.phone} - {None}]
        if sure:
            return sure[0]
        return found[0][1] if len(found) == 1 else None

    def add(self, marks: Marks, who: UUID) -> None:
        self.by_name.setdefault(marks.name, []).append((marks, who))


@dataclass
class Ground:
    """What stands already. `hours`: (therapist, service) -> weekly hours; `taken`: of therapists and units, rising;
    `away` without a therapist: the whole clinic; `pools`: service -> for each kind it needs the units;
    `groups`: (service, therapist) -> start -> places left; `booked`: (person, start, therapist)."""

    zone: ZoneInfo
    services: Mapping[UUID, Service]
    hours: Mapping[tuple[UUID, UUID], Sequence[WeeklyHours]] = field(default_factory=dict)
    dated: Mapping[tuple[UUID, UUID], Mapping[date, Sequence[WeeklyHours]]] = field(default_factory=dict)
    away: Sequence[tuple[UUID | None, Stretch]] = ()
    taken: dict[UUID, list[Stretch]] = field(default_factory=dict)
    pools: Mapping[UUID, Sequence[Sequence[UUID]]] = field(default_factory=dict)
    groups: dict[tuple[UUID, UUID], dict[int, int]] = field(default_factory=dict)
    booked: set[tuple[UUID, int, UUID]] = field(default_factory=set)
    people: People = field(default_factory=People)


@dataclass(frozen=True)
class Planned:
    """What becomes of one line. `patient_new`: this line makes their record; `outside`: it is brought in although the
    time lies outside of hours."""

    line: int
    verdict: Verdict
    row: Row | None = field(default=None, repr=False)
    unread: Unread | None = field(default=None, repr=False)
    patient_id: UUID | None = None
    patient_new: bool = False
    time: Booked | None = None
    outside: Verdict | None = None

    @property
    def comes_in(self) -> bool:
        return self.verdict is Verdict.NEW


EARLIEST, LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def plan(
    lines: Iterable[Row | Unread],
    marks: Mapping[int, Marks],
    new_ids: Mapping[int, UUID],
    ground: Ground,
    now: datetime,
    *,
    outside: bool,
) -> Iterator[Planned]:
    """Every line in order, each seen with those before it brought in already; `ground` is used up by it.

    `outside`: also what lies outside of hours or in time off comes in, for it was promised to somebody. Sessions that
    follow one another in the file do so here: what a service keeps free around it ends where the next one begins.
    """
    lines = list(lines)
    planner = _Planner(ground, now, outside, between([one for one in lines if isinstance(one, Row)]))
    return (
        Planned(one.line, Verdict.UNREAD, unread=one)
        if isinstance(one, Unread)
        else planner.decide(one, marks[one.line], new_ids[one.line])
        for one in lines
    )


def between(rows: Sequence[Row]) -> dict[int, Span]:
    """Line -> from the end of the session before it with the same therapist until the begin of the one after it."""
    times: dict[UUID, list[tuple[datetime, datetime, int]]] = {}
    for row in rows:
        if row.start and row.end and row.therapist_id:
            times.setdefault(row.therapist_id, []).append((row.start, row.end, row.line))
    found: dict[int, Span] = {}
    for those in times.values():
        starts = sorted(start for start, _, _ in those)
        ends = sorted(end for _, end, _ in those)
        for start, end, line in those:
            before, after = bisect_right(ends, start), bisect_left(starts, end)
            found[line] = Span(
                ends[before - 1] if before else EARLIEST, starts[after] if after < len(starts) else LATEST
            )
    return found


def counted(planned: Iterable[Planned]) -> Counter[Verdict]:
    """How many lines there are of each verdict."""
    return Counter(one.verdict for one in planned)


class _Planner:
    def __init__(self, ground: Ground, now: datetime, outside: bool, room: Mapping[int, Span]) -> None:
        self.ground, self.now, self.outside, self.room = ground, now, outside, room
        self.here: set[UUID] = set()  # people whom an earlier line brings

    def decide(self, row: Row, marks: Marks, new_id: UUID) -> Planned:
        if row.start is not None and row.start <= self.now:
            return Planned(row.line, Verdict.PAST, row)
        known = self.ground.people.find(marks)
        who = known or new_id
        if row.start is None or row.therapist_id is None:
            return self._person(row, marks, who, new=known is None)
        if (who, floor(row.start), row.therapist_id) in self.ground.booked:
            verdict = Verdict.TWICE if who in self.here else Verdict.KNOWN
            return Planned(row.line, verdict, row, patient_id=who)
        return self._appointment(row, marks, who, new=known is None)

    def _person(self, row: Row, marks: Marks, who: UUID, *, new: bool) -> Planned:
        if not new:
            return Planned(row.line, Verdict.TWICE if who in self.here else Verdict.KNOWN, row, patient_id=who)
        self._keep(marks, who, new=True)
        return Planned(row.line, Verdict.NEW, row, patient_id=who, patient_new=True)

    def _keep(self, marks: Marks, who: UUID, *, new: bool) -> None:
        if new:
            self.ground.people.add(marks, who)
            self.here.add(who)

    def _appointment(self, row: Row, marks: Marks, who: UUID, *, new: bool) -> Planned:
        assert row.therapist_id
        assert row.service_id
        assert row.start
        assert row.end
        service = self.ground.services[row.service_id]
        own = self.room[row.line]
        span = Span(max(row.start - service.before, own.from_at), min(row.end + service.after, own.until_at))
        room = self._room(row, service, span)
        if isinstance(room, Trouble):
            return Planned(row.line, Verdict.UNREAD, unread=Unread(row.line, room, row.name))
        if room is None:
            return Planned(row.line, Verdict.TAKEN, row, patient_id=who)
        odd = self._odd(row.therapist_id, service, stretch(row.start, row.end))
        if odd and not self.outside:
            return Planned(row.line, odd, row, patient_id=who)
        joins, units = room
        time = Booked(row.therapist_id, row.start, row.end, span, units, joins=joins, bounded=False)
        self._take(row, service, time, who)
        self._keep(marks, who, new=new)
        self.here.add(who)
        return Planned(row.line, Verdict.NEW, row, patient_id=who, patient_new=new, time=time, outside=odd)

    def _room(self, row: Row, service: Service, span: Span) -> tuple[bool, tuple[UUID, ...]] | Trouble | None:
        """Whether it joins a group that stands, and the units it takes; None: the therapist has no time."""
        assert row.therapist_id
        assert row.start
        places = self.ground.groups.get((service.id, row.therapist_id), {})
        if service.in_group and floor(row.start) in places:
            return (True, ()) if places[floor(row.start)] > 0 else None
        wanted = stretch(*span)
        if not self._free(row.therapist_id, wanted):
            return None
        units = []
        for pool in self.ground.pools.get(service.id, ()):
            unit = next((one for one in pool if self._free(one, wanted)), None)
            if unit is None:
                return Trouble.ROOM
            units.append(unit)
        return False, tuple(units)

    def _free(self, which: UUID, wanted: Stretch) -> bool:
        return not any(begin < wanted[1] and wanted[0] < end for begin, end in self.ground.taken.get(which, ()))

    def _odd(self, therapist_id: UUID, service: Service, wanted: Stretch) -> Verdict | None:
        ground = self.ground
        for who, (begin, end) in ground.away:
            if who in (None, therapist_id) and begin < wanted[1] and wanted[0] < end:
                return Verdict.AWAY
        week, dated = ground.hours.get((therapist_id, service.id), ()), ground.dated.get((therapist_id, service.id), {})
        return None if hold(week, ground.zone, wanted, dated) else Verdict.OUTSIDE

    def _take(self, row: Row, service: Service, time: Booked, who: UUID) -> None:
        at = floor(time.starts_at)
        self.ground.booked.add((who, at, time.therapist_id))
        if service.in_group:
            places = self.ground.groups.setdefault((service.id, time.therapist_id), {})
            places[at] = places.get(at, service.seats) - 1
        if not time.joins:
            for which in time.resources:
                self.ground.taken.setdefault(which, []).append(stretch(*time.claim))
