"""What can be booked, and what becomes of a wish. Pure.

Starts lie on a grid: every `policy.step` of real time from the beginning of each stretch of open
hours. The session itself lies within the hours; its buffers may reach beyond them, but touch
neither leave nor what others have taken (whose own buffers count too).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import partial
from itertools import chain, compress
from typing import ClassVar, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from server.booking.hours import (
    ONE_DAY,
    Stretch,
    Wanted,
    ceiling,
    floor,
    free_starts,
    grid,
    local_days,
    moment,
    open_stretches,
    rising,
    stretch,
    wanted,
    whole,
)
from server.clinic.rules import Anyone, Means, Most, Policy, Service, WeeklyHours
from server.tongues import Said

WINDOW = timedelta(days=14)
SOON = timedelta(days=2)
LONGEST_WINDOW = timedelta(days=62)
LINK_OUTLIVES_VISIT = timedelta(days=30)
NEXT_FREE = 6
SOMEBODY = UUID(int=0)


class Span(NamedTuple):
    """Taken time, buffers included; half open."""

    from_at: datetime
    until_at: datetime


@dataclass(frozen=True)
class Calendar:
    """All that a decision needs: the service, and of all who may give it hours, taken time and leave, in order.

    Taken time and leave are stretches: whole seconds, because a page reads hundreds of them. `dated`: dates on which
    somebody's hours are others than the week's. `pools`: for each kind of resource that the service needs, the units
    that may be taken; their taken and closed time stands in `busy` and `away` beside that of therapists. `groups`:
    starts, in seconds since 1970, at which somebody gives the service to a group already, and how many places are left.
    `bounded`: who gives no more than so many sessions; None: not known. `elsewhere`: who has other calendars, and from
    when on, in seconds since 1970, nobody knows what these hold.
    `shut`: when the whole clinic is closed, `most` and `sessions`: how much those take on who said so, and when their
    sessions begin, `ends`: from when on somebody may not treat there; all of it is in `away` already.
    `full_groups`: starts of groups with no place left; `sits`: starts of groups in which who asks has one.
    `engaged`: what their other calendars hold, which is in `away` too.
    """

    zone: ZoneInfo
    policy: Policy
    service: Service
    hours: Mapping[UUID, Sequence[WeeklyHours]]
    busy: Mapping[UUID, Sequence[Stretch]] = field(default_factory=dict)
    away: Mapping[UUID, Sequence[Stretch]] = field(default_factory=dict)
    dated: Mapping[UUID, Mapping[date, Sequence[WeeklyHours]]] = field(default_factory=dict)
    pools: tuple[tuple[UUID, ...], ...] = ()
    groups: Mapping[UUID, Mapping[int, int]] = field(default_factory=dict)
    bounded: frozenset[UUID] | None = None
    elsewhere: Mapping[UUID, int] = field(default_factory=dict)
    shut: Sequence[Stretch] = ()
    most: Mapping[UUID, Most] = field(default_factory=dict)
    sessions: Mapping[UUID, Sequence[int]] = field(default_factory=dict)
    ends: Mapping[UUID, datetime] = field(default_factory=dict)
    full_groups: Mapping[UUID, Collection[int]] = field(default_factory=dict)
    sits: frozenset[int] = frozenset()
    engaged: Mapping[UUID, Sequence[Stretch]] = field(default_factory=dict)

    def closed(self, resource_id: UUID) -> list[Stretch]:
        """When this therapist or unit cannot be booked, in order and each moment once."""
        return rising(self.busy.get(resource_id, ()), self.away.get(resource_id, ()))

    @property
    def resources(self) -> list[UUID]:
        """Everybody and everything whose taken time counts."""
        return [*self.hours, *(unit for units in self.pools for unit in units)]


class Offer(NamedTuple):
    """A start on the grid, in seconds since 1970, and who of those asked for could take it (nobody: it is full)."""

    at: int
    therapists: tuple[UUID, ...]

    @property
    def start(self) -> datetime:
        return moment(self.at)


_AN_OFFER: Callable[[tuple[int, tuple[UUID, ...]]], Offer] = partial(tuple.__new__, Offer)
"""What `Offer._make` does, for hundreds of them."""


@dataclass(frozen=True)
class Wish:
    """What somebody asks for; without a therapist, whoever is free. `units` are taken rather than others if free;
    `room`, a unit as well, is the only one of its kind that will do. `freely`: staff ask, who are bound by no grid and
    no horizon (`freely.py`); `outside`: nor by hours."""

    start: datetime
    therapist_id: UUID | None = None
    units: tuple[UUID, ...] = ()
    room: UUID | None = None
    freely: bool = False
    outside: bool = False


class Reason(StrEnum):
    TAKEN = "taken"
    ALREADY = "already"  # they have a place in a group of this service then
    TOO_SOON = "too_soon"
    TOO_FAR = "too_far"
    NOT_OFFERED = "not_offered"
    OUTSIDE = "outside"  # of the hours, which staff may overrule


@dataclass(frozen=True)
class Booked:
    """The time is free: with whom, when, in which units, and what has to be claimed."""

    therapist_id: UUID
    starts_at: datetime
    ends_at: datetime
    claim: Span
    units: tuple[UUID, ...] = ()
    joins: bool = False  # a group that stands at this time, and holds what it needs
    elsewhere: bool = False  # another calendar of theirs may have taken it by now
    unread: bool = False  # as far as this time none of them was read
    bounded: bool = True  # the therapist's day or week may be full, also where this time is free

    @property
    def resources(self) -> tuple[UUID, ...]:
        """All that has to be claimed for that time, or nothing of it."""
        return self.therapist_id, *self.units


@dataclass(frozen=True)
class Refused:
    reason: Reason
    next_free: tuple[datetime, ...] = ()


@dataclass(frozen=True)
class BookingCard:
    """A booking as pages and mails show it; `moved_from` is the start before the last move; `put_at`, of one that was
    moved, the start that it was made with or that the clinic gave it last, wherever its patient moved it since.

    `change_minutes`: before its start, until when it may be changed, where its service says so itself.
    `team`: who waits for it waits for every therapist of the clinic. `answer_by`: until when the clinic answers, of a
    booking that was asked for; `answer`: what it said. `seats`: how many the service is given to at once.
    `number`: its place in its series, from 1 on. `means`: how both meet; `meeting_sealed`: what `meeting.py` keeps.
    `intake`: the questions that its service asks now. `price`: what it cost when it was booked.
    `said`: the words of its service in other languages.
    """

    SPOKEN: ClassVar[Mapping[str, str]] = {"service_name": "name"}

    id: UUID
    public_id: str
    clinic_id: UUID
    appointment_id: UUID
    service_id: UUID
    service_name: str
    minutes: int
    therapist_id: UUID
    therapist_name: str
    starts_at: datetime
    ends_at: datetime
    patient_id: UUID
    sequence: int
    cancelled_at: datetime | None
    moved_from: datetime | None
    for_whom: str
    made_at: datetime
    team: bool = False
    answer_by: datetime | None = None
    answer: str | None = None
    series_id: UUID | None = None
    number: int | None = None
    change_minutes: int | None = None
    seats: int = 1
    means: str = Means.VIDEO
    meeting_sealed: bytes | None = field(default=None, repr=False)
    intake: UUID | None = None
    price: int | None = None
    currency: str | None = None
    said: Said | None = field(default=None, hash=False, repr=False)
    put_at: datetime | None = None

    @property
    def asked(self) -> bool:
        """Whether it waits for the clinic's answer."""
        return self.answer_by is not None and self.answer is None and self.cancelled_at is None

    @property
    def link_ends_at(self) -> datetime:
        """Until when its link opens it, as long as nobody moves it."""
        return self.ends_at + LINK_OUTLIVES_VISIT


def open_slots(
    hours: Sequence[WeeklyHours],
    busy: Sequence[Span],
    service: Service,
    policy: Policy,
    zone: ZoneInfo,
    now: datetime,
    from_at: datetime,
    until_at: datetime,
) -> list[datetime]:
    """The free starts of one therapist from `from_at` until before `until_at`: rising, in UTC, each once."""
    taken = [stretch(one.from_at, one.until_at) for one in busy]
    calendar = Calendar(zone, policy, service, {SOMEBODY: hours}, {SOMEBODY: taken})
    return [offer.start for offer in offers(calendar, now, from_at, until_at) if offer.therapists]


def offers(calendar: Calendar, now: datetime, from_at: datetime, until_at: datetime) -> list[Offer]:
    """Every start on anybody's grid in the span that notice and horizon allow, with who is free then."""
    policy, service = calendar.policy, calendar.service
    window = ceiling(max(from_at, now + policy.notice)), ceiling(min(until_at, now + policy.horizon))
    if window[0] >= window[1]:
        return []
    length = whole(service.length)
    reach = window[0], window[1] + length
    days = local_days(calendar.zone, reach)
    grids: dict[tuple[WeeklyHours, ...] | UUID, tuple[list[int], list[UUID]]] = {}  # many have the same week
    for therapist_id, week in calendar.hours.items():
        dated = calendar.dated.get(therapist_id, {})
        alike = therapist_id if dated else tuple(week)
        known = grids.get(alike)
        if known is None:
            spans = open_stretches(week, calendar.zone, days, reach, dated)
            known = grids[alike] = grid(spans, whole(policy.step), length, window), []
        known[1].append(therapist_id)
    found = _in_order(calendar, [_free(calendar, *of_some) for of_some in grids.values()])
    found = _with_units(calendar, found) if calendar.pools else found
    found = _with_groups(calendar, found, window) if calendar.groups else found
    return [one if one.at not in calendar.sits else Offer(one.at, ()) for one in found] if calendar.sits else found


def _free(calendar: Calendar, starts: Sequence[int], who: Sequence[UUID]) -> list[Offer]:
    """These starts, which are on the grid of each of them, with who is free."""
    asked = _wanted(calendar, starts)
    frees = list(zip(*(free_starts(asked, calendar.closed(one)) for one in who), strict=True))
    able = {free: tuple(compress(who, free)) for free in set(frees)}  # hundreds of starts, and few sets of people
    return list(map(_AN_OFFER, zip(starts, map(able.__getitem__, frees), strict=True)))


def _in_order(calendar: Calendar, grids: Sequence[Sequence[Offer]]) -> list[Offer]:
    """The starts of several grids in one, whoever is free in the clinic's order."""
    if len(grids) == 1:
        return list(grids[0])
    free: dict[int, tuple[UUID, ...]] = {}
    for offer in chain.from_iterable(grids):
        free[offer.at] = (*free.get(offer.at, ()), *offer.therapists)
    place = {who: place for place, who in enumerate(calendar.hours)}
    return [Offer(at, tuple(sorted(free[at], key=place.__getitem__))) for at in sorted(free)]


def _with_groups(calendar: Calendar, found: Sequence[Offer], window: Stretch) -> list[Offer]:
    """The same times; at those of a group with places left whoever gives it can be booked."""
    free = {offer.at: offer.therapists for offer in found}
    for therapist_id, starts in calendar.groups.items():
        for start in starts:
            if window[0] <= start < window[1] and therapist_id in calendar.hours:
                free[start] = (*(one for one in free.get(start, ()) if one != therapist_id), therapist_id)
    return [Offer(start, free[start]) for start in sorted(free)]


def _with_units(calendar: Calendar, found: Sequence[Offer]) -> list[Offer]:
    """The same times; those at which a needed kind has no free unit are full."""
    starts = [offer.at for offer in found]
    room = [True] * len(starts)
    for units in calendar.pools:
        frees = [free_at(calendar, unit, starts) for unit in units]
        room = [before and any(free[place] for free in frees) for place, before in enumerate(room)]
    return [offer if fits else Offer(offer.at, ()) for offer, fits in zip(found, room, strict=True)]


def decide(calendar: Calendar, wish: Wish, now: datetime) -> Booked | Refused:
    """Whether the wish can be had; a refusal names the next free times as far as the calendar reaches."""
    known = asked_for(calendar, wish)
    horizon_end = now + calendar.policy.horizon
    if wish.start < now + calendar.policy.notice:
        return Refused(Reason.TOO_SOON, next_free(known, now, now))
    if wish.start >= horizon_end:
        return Refused(Reason.TOO_FAR, next_free(known, now, now))
    if floor(wish.start) in known.sits:
        return Refused(Reason.ALREADY, next_free(known, now, wish.start))
    offer = offer_at(known, wish.start, now)
    if offer is None:
        return Refused(Reason.NOT_OFFERED, next_free(known, now, wish.start))
    if not offer.therapists:
        return Refused(Reason.TAKEN, next_free(known, now, wish.start))
    return booked(known, choose(known, offer), wish.start, wish.units)


def offer_at(calendar: Calendar, start: datetime, now: datetime) -> Offer | None:
    """What begins at this very moment, with whoever is free then; None where nothing does."""
    return next(iter(offers(calendar, now, start, start + timedelta(seconds=1))), None) if is_whole(start) else None


def is_whole(start: datetime) -> bool:
    """Whether it is a whole minute: nobody books another, and calculating with whole seconds loses nothing of it."""
    return not start.second and not start.microsecond


def booked(calendar: Calendar, therapist_id: UUID, start: datetime, rather: Sequence[UUID] = ()) -> Booked:
    """The time as it will be written."""
    service = calendar.service
    end = start + service.length
    span = Span(start - service.before, end + service.after)
    if floor(start) in calendar.groups.get(therapist_id, ()):
        return Booked(therapist_id, start, end, span, joins=True)
    units, bounded = choose_units(calendar, floor(start), rather), calendar.bounded
    bounds, known_until = bounded is None or therapist_id in bounded, calendar.elsewhere.get(therapist_id)
    elsewhere, unread = known_until is not None, known_until is not None and floor(span.until_at) > known_until
    return Booked(therapist_id, start, end, span, units, elsewhere=elsewhere, unread=unread, bounded=bounds)


def choose_units(calendar: Calendar, at: int, rather: Sequence[UUID] = ()) -> tuple[UUID, ...]:
    """One free unit of each needed kind: one of `rather` if it is free, else the least used of that day and of all
    time that is known, then the clinic's order. Raises ValueError when a kind has none.
    """
    day = _day_of(calendar.zone, at)

    def load(unit: UUID) -> tuple[bool, int, int]:
        busy = calendar.busy.get(unit, ())
        return unit not in rather, sum(day[0] <= begin < day[1] for begin, _ in busy), len(busy)

    return tuple(
        min((unit for unit in units if free_at(calendar, unit, [at])[0]), key=load) for units in calendar.pools
    )


def next_free(calendar: Calendar, now: datetime, from_at: datetime, count: int = NEXT_FREE) -> tuple[datetime, ...]:
    """The first free starts from a moment on, as far as a window reaches."""
    for span in (SOON, WINDOW):
        found = [offer.start for offer in offers(calendar, now, from_at, from_at + span) if offer.therapists]
        if len(found) >= count:
            break
    return tuple(found[:count])


def choose(calendar: Calendar, offer: Offer) -> UUID:
    """Who takes it when anyone may: whose group has begun to fill, then fewest times taken (that day, or by fair share
    in all that is known), then longest idle before it, then the clinic's order.

    Raises ValueError when nobody is free.
    """
    fair = calendar.policy.anyone is Anyone.FAIR
    day = _day_of(calendar.zone, offer.at)

    def load(therapist_id: UUID) -> tuple[bool, int, int]:
        busy = calendar.busy.get(therapist_id, ())
        alone = offer.at not in calendar.groups.get(therapist_id, ())
        counted = len(busy) if fair else sum(day[0] <= begin < day[1] for begin, _ in busy)
        return alone, counted, max((end for _, end in busy if end <= offer.at), default=0)

    return min(offer.therapists, key=load)


def places_left(calendar: Calendar, offer: Offer) -> int:
    """In the group of whoever would take it."""
    return calendar.groups.get(choose(calendar, offer), {}).get(offer.at, calendar.service.seats)


def free_at(calendar: Calendar, resource_id: UUID, starts: Sequence[int]) -> list[bool]:
    """For each start whether somebody or something is free from then on for the service and its buffers."""
    return free_starts(_wanted(calendar, starts), calendar.closed(resource_id))


def _wanted(calendar: Calendar, starts: Sequence[int]) -> Wanted:
    service = calendar.service
    return wanted(starts, whole(service.before), whole(service.length) + whole(service.after))


def _day_of(zone: ZoneInfo, at: int) -> Stretch:
    midnight = moment(at).astimezone(zone).replace(hour=0, minute=0, second=0, fold=0)
    return floor(midnight), floor(midnight + ONE_DAY)


def asked_for(calendar: Calendar, wish: Wish) -> Calendar:
    """What is left of it for this wish: its therapist alone, its room alone."""
    if wish.room:
        pools = tuple((wish.room,) if wish.room in units else units for units in calendar.pools)
        calendar = replace(calendar, pools=pools)
    if wish.therapist_id is None:
        return calendar
    hours = {who: week for who, week in calendar.hours.items() if who == wish.therapist_id}
    return replace(calendar, hours=hours)
