"""A series: sessions of one patient at one time of the clinic's clock. Which dates, what stands in the way. Pure.

The wall time is kept: 9:00 stays 9:00 over a change of clocks, so that two sessions may lie 23 or 25 hours more or
less than a week apart. A wall time that the clock skips moves forward by the gap; of one that it shows twice the first
counts, as with bookable hours.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice
from uuid import UUID
from zoneinfo import ZoneInfo

from server.booking.deadlines import Change, change_until, staff_may_change
from server.booking.hours import ONE_DAY, Stretch, floor, full, hold, stretch
from server.booking.rules import WINDOW, Booked, BookingCard, Calendar, Offer, booked, free_at, offer_at, offers
from server.clinic.rules import Clinic, Policy
from server.moments import start_of

ONE_SECOND = timedelta(seconds=1)
A_WEEK = 7
WORKDAYS = (0, 1, 2, 3, 4)
FARTHEST = timedelta(days=1000)
"""No series reaches further from its first date, however much is closed: sixty times two weeks, and some more."""
AROUND = timedelta(days=15)
"""How far beyond its own date a session of a series may move by itself."""


class Every(StrEnum):
    """How often."""

    WEEK = "week"
    FORTNIGHT = "fortnight"
    COURSE = "course"  # as a programme says; nobody chooses it
    WORKDAY = "workday"  # five a week, Monday to Friday: a course of TMS is thirty of them


USUAL = {Every.WEEK: 12, Every.FORTNIGHT: 6, Every.WORKDAY: 30}
"""How many sessions: twelve weeks, or six weeks of five."""


@dataclass(frozen=True)
class Rhythm:
    """`count` dates from `first` on, on these weekdays (0 is Monday) of every so many weeks, at a minute of the day."""

    first: date
    minute: int
    weekdays: tuple[int, ...]
    weeks: int
    count: int


def rhythm(every: Every, first: date, minute: int, count: int) -> Rhythm:
    """The rhythm that begins on this date; one of five a week begins on the Monday after a weekend."""
    weekdays = WORKDAYS if every is Every.WORKDAY else (first.weekday(),)
    return Rhythm(first, minute, weekdays, 2 if every is Every.FORTNIGHT else 1, count)


def starts(
    one: Rhythm, zone: ZoneInfo, shut: Sequence[Stretch] = (), length: timedelta = timedelta()
) -> list[datetime]:
    """The moments, in UTC, rising. Sessions of this length that would meet a stretch of `shut` are left out, and as
    many follow at the end.
    """
    moments = (start_of(_wall(day, one.minute, zone)) for day in _days(one))
    return list(islice((at for at in moments if not _meets(shut, stretch(at, at + length))), one.count))


def a_week_later(start: datetime, zone: ZoneInfo) -> datetime:
    """The same time of the clock a week later: what is asked for most often next."""
    local = start.astimezone(zone)
    return starts(rhythm(Every.WEEK, local.date(), local.hour * 60 + local.minute, 2), zone)[1]


def next_after(start: datetime, zone: ZoneInfo, booked: Collection[datetime]) -> datetime:
    """The first of the weeks after, at the same time of the clock, in which that time is not `booked` for them."""
    at = a_week_later(start, zone)
    while at in booked:
        at = a_week_later(at, zone)
    return at


def _days(one: Rhythm) -> Iterator[date]:
    monday = one.first - timedelta(days=one.first.weekday())
    for number in range(FARTHEST.days):
        day = one.first + timedelta(days=number)
        if day.weekday() in one.weekdays and (day - monday).days // A_WEEK % one.weeks == 0:
            yield day


def _wall(day: date, minute: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(*divmod(minute, 60)), zone)


class Clash(StrEnum):
    """Why a date cannot be had as it is wanted."""

    TOO_SOON = "too_soon"
    TOO_FAR = "too_far"  # further ahead than who asks may plan
    CLOSED = "closed"  # the clinic
    NO_HOURS = "no_hours"  # of this therapist, at that time of that day
    OFF_GRID = "off_grid"  # within their hours, and none of the times at which sessions begin
    FULL = "full"  # as many that day or week as the therapist takes on
    TAKEN = "taken"
    AWAY = "away"  # the therapist has time off
    ELSEWHERE = "elsewhere"  # another calendar of theirs has something then
    PLACE = "place"  # the therapist may not treat then where the patient will be
    ROOM = "room"  # a room or device that it needs is taken or closed
    NO_PLACE = "no_place"  # the group that meets then has none left
    ALREADY = "already"  # they have a place in the group that meets then


@dataclass(frozen=True)
class Wanted:
    """One date of a series that is to be: its number in it, when, and with whom. One that is not `taken` is looked at,
    and what comes after it is planned without it.
    """

    number: int
    start: datetime
    therapist_id: UUID
    taken: bool = True


@dataclass(frozen=True)
class Step:
    """What becomes of one date: a time as it will be written, or what stands in the way; what else is free that day.
    `near`: where it is none of the times at which sessions begin, those just before and after it.
    """

    number: int
    start: datetime
    time: Booked | None
    clash: Clash | None
    others: tuple[datetime, ...]
    unread: bool = False  # the therapist's other calendars are not known as far
    near: tuple[datetime, ...] = ()


def plan(calendar: Calendar, wanted: Iterable[Wanted], now: datetime, rather: Sequence[UUID] = ()) -> list[Step]:
    """Each date in its order, as if those before it were booked.

    One room through all of them: one of `rather` that is free on every date, else any that is, else as long as it is.
    """
    steps: list[Step] = []
    dates = sorted(wanted, key=lambda one: (one.start, one.number))
    steady = _steady(calendar, dates)
    units = tuple(unit for unit in steady if unit in rather) or steady or tuple(rather)
    for one in dates:
        step = _step(calendar, one, units, now)
        steps.append(step)
        if step.time and one.taken:
            calendar, units = _with(calendar, step.time), step.time.units or units
    return steps


def _steady(calendar: Calendar, dates: Sequence[Wanted]) -> tuple[UUID, ...]:
    """The units that are free on each of these dates."""
    moments = [floor(one.start) for one in dates if one.taken]
    return tuple(unit for units in calendar.pools for unit in units if all(free_at(calendar, unit, moments)))


def clashes(steps: Iterable[Step]) -> list[Step]:
    """Those that cannot be had."""
    return [step for step in steps if step.clash]


def _step(calendar: Calendar, one: Wanted, units: Sequence[UUID], now: datetime) -> Step:
    alone = replace(calendar, hours={who: week for who, week in calendar.hours.items() if who == one.therapist_id})
    offer = offer_at(alone, one.start, now)
    day = _that_day(alone, one.start, now)
    others = tuple(offer.start for offer in day if offer.therapists)
    if floor(one.start) in calendar.sits:
        return Step(one.number, one.start, None, Clash.ALREADY, _but(others, one.start))
    if offer and offer.therapists:
        time = booked(alone, one.therapist_id, one.start, units)
        return Step(one.number, one.start, time, None, others, time.unread)
    why = _why(alone, one, now, on_grid=offer is not None)
    near = _near([offer.start for offer in day], one.start) if why is Clash.OFF_GRID else ()
    return Step(one.number, one.start, None, why, others, near=near)


def _near(starts: Sequence[datetime], at: datetime) -> tuple[datetime, ...]:
    """The last of these before this moment, and the first after it."""
    return (*[one for one in starts if one < at][-1:], *[one for one in starts if one > at][:1])


def _but(others: Iterable[datetime], start: datetime) -> tuple[datetime, ...]:
    return tuple(at for at in others if at != start)


def _that_day(calendar: Calendar, at: datetime, now: datetime) -> list[Offer]:
    midnight = at.astimezone(calendar.zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return offers(calendar, now, midnight, midnight + ONE_DAY)


def _why(calendar: Calendar, one: Wanted, now: datetime, *, on_grid: bool) -> Clash:
    service, who = calendar.service, one.therapist_id
    span = stretch(one.start - service.before, one.start + service.length + service.after)
    if one.start < now + calendar.policy.notice:
        return Clash.TOO_SOON
    if one.start >= now + calendar.policy.horizon:
        return Clash.TOO_FAR
    if who in calendar.ends and span[1] > floor(calendar.ends[who]):
        return Clash.PLACE
    if _meets(calendar.shut, span):
        return Clash.CLOSED
    if floor(one.start) in calendar.full_groups.get(who, ()):
        return Clash.NO_PLACE
    if not on_grid:
        session = stretch(one.start, one.start + service.length)
        open_then = hold(calendar.hours.get(who, ()), calendar.zone, session, calendar.dated.get(who, {}))
        return Clash.OFF_GRID if open_then else Clash.NO_HOURS
    if _meets(_full(calendar, who, one.start), span):
        return Clash.FULL
    if _meets(calendar.busy.get(who, ()), span):
        return Clash.TAKEN
    if _meets(calendar.engaged.get(who, ()), span):
        return Clash.ELSEWHERE
    return Clash.AWAY if _meets(calendar.away.get(who, ()), span) else Clash.ROOM


def _with(calendar: Calendar, time: Booked) -> Calendar:
    """The calendar once this time is booked too."""
    who, taken = time.therapist_id, stretch(*time.claim)
    if time.joins:  # its time is taken already, once for all of them; and nobody sits in it twice
        return replace(calendar, sits=calendar.sits | {floor(time.starts_at)})
    busy = dict(calendar.busy) | {one: [*calendar.busy.get(one, ()), taken] for one in time.resources}
    sessions = sorted([*calendar.sessions.get(who, ()), floor(time.starts_at)])
    known = replace(calendar, busy=busy, sessions={**calendar.sessions, who: sessions})
    closed = [*calendar.away.get(who, ()), *_full(known, who, time.starts_at)]
    return replace(known, away={**calendar.away, who: closed})


def _full(calendar: Calendar, who: UUID, at: datetime) -> list[Stretch]:
    """The day and the week of this moment, as far as they hold as many sessions as this therapist takes on."""
    most = calendar.most.get(who)
    return full(calendar.zone, calendar.sessions.get(who, ()), most, stretch(at, at + ONE_SECOND)) if most else []


def _meets(stretches: Iterable[Stretch], span: Stretch) -> bool:
    return any(begin < span[1] and end > span[0] for begin, end in stretches)


class Scope(StrEnum):
    """How much of a series a change is about."""

    ONE = "one"
    FOLLOWING = "following"  # this one and those after it
    ALL = "all"  # all that are ahead


def in_scope(
    cards: Iterable[BookingCard], of: BookingCard, scope: Scope, now: datetime, policy: Policy | None = None
) -> list[BookingCard]:
    """The bookings of a series that a change is about, earliest first: not begun, not cancelled, and with the clinic's
    `policy` those alone that a patient may still change.
    """
    ahead = [one for one in cards if staff_may_change(one, now) is Change.ALLOWED]
    ahead = [one for one in ahead if policy is None or now <= change_until(one, policy)]
    if scope is Scope.ONE:
        ahead = [one for one in ahead if one.id == of.id]
    if scope is Scope.FOLLOWING:
        ahead = [one for one in ahead if one.starts_at >= of.starts_at]
    return sorted(ahead, key=lambda one: one.starts_at)


def reaching(clinic: Clinic, card: BookingCard, now: datetime, *, own: bool = False) -> Clinic:
    """The clinic as one booking moves in it: one of a series, or that staff put there, may lie further ahead than
    anybody books. `own`: its patient moves it."""
    return around(clinic, [card], now, own=own) if card.series_id or lies_beyond(clinic, card, now) else clinic


def lies_beyond(clinic: Clinic, card: BookingCard, now: datetime) -> bool:
    """Whether it is further ahead than people may plan here."""
    return card.starts_at >= now + clinic.policy.horizon


def around(clinic: Clinic, cards: Iterable[BookingCard], now: datetime, *, own: bool = False) -> Clinic:
    """The clinic, planning at least as far ahead as two weeks after the last of these bookings. `own`: their patient
    moves them, and where they have moved one themselves takes it no further than from where the clinic had put it."""
    last = max((own and card.put_at) or card.starts_at for card in cards)
    horizon = max(clinic.policy.horizon, last - now + AROUND)
    return replace(clinic, policy=replace(clinic.policy, horizon=horizon))


def first_shown(card: BookingCard, until: datetime, zone: ZoneInfo) -> date:
    """From which day a page shows where a booking could go before `until`: from its own, or from as much sooner as
    leaves no page with but the last few days on it."""
    return min(card.starts_at.astimezone(zone).date(), until.astimezone(zone).date() - WINDOW + timedelta(days=1))


def shifted(cards: Iterable[BookingCard], of: BookingCard, to: datetime, zone: ZoneInfo) -> list[Wanted]:
    """Where the others go when one of them moves: as many days on as that one, at its new time of the clock."""
    old, new = of.starts_at.astimezone(zone), to.astimezone(zone)
    days, minute = new.date() - old.date(), new.hour * 60 + new.minute
    moved: Mapping[UUID, datetime] = {
        one.id: start_of(_wall(one.starts_at.astimezone(zone).date() + days, minute, zone)) for one in cards
    }
    return [Wanted(one.number or 0, to if one.id == of.id else moved[one.id], one.therapist_id) for one in cards]
