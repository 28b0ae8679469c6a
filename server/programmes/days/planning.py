"""Which dates a course lacks, and booking them: through the series engine, so that all of it happens or nothing.

Bookings on days that still fit stay, those that do not move, and what lacks is added. When those that move have moved
and one that is added is lost, the page comes back with what is left to do.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from math import gcd
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.audit.store import note
from server.booking import store as bookings
from server.booking.cards import bookings_named
from server.booking.hours import Stretch, stretch
from server.booking.public import Pick as Chosen
from server.booking.rules import BookingCard
from server.booking.series import desk
from server.booking.series.forms import Pick
from server.booking.series.rules import Every, Step, Wanted
from server.booking.series.store import bookings_of_series
from server.booking.store import By
from server.clinic.rules import Clinic, TherapistCard
from server.patients.rules import Person
from server.programmes import store
from server.programmes.dates import WITHIN_A_DAY, Replanned, Slot, clear_day, replanned, slots
from server.programmes.days.forms import Wish
from server.programmes.keeping import Hand, Standing

FAR = timedelta(days=800)
MINUTE = timedelta(minutes=1)
MOST_A_DAY = 40
"""So many times of one day are looked at for one that is free."""


@dataclass(frozen=True)
class Meant:
    """A course, who gives it with which service, and when."""

    hand: Hand
    clinic: Clinic
    person: Person = field(repr=False)
    chosen: Chosen
    therapist: TherapistCard
    wish: Wish

    @property
    def ground(self) -> desk.Ground:
        return desk.Ground(self.chosen.service, self.chosen.hours, self.chosen.ends)


@dataclass(frozen=True)
class Proposal:
    """What would have to happen; `starts`: of each session that moves or is added."""

    plan: Replanned[BookingCard]
    starts: Mapping[int, datetime]

    @property
    def moving(self) -> Mapping[int, BookingCard]:
        return {slot.session: card for slot, card in self.plan.move}

    @property
    def before(self) -> Mapping[int, datetime]:
        return {session: card.starts_at for session, card in self.moving.items()}


async def proposal(meant: Meant, found: Standing) -> Proposal:
    """What the definition says, on days when the clinic is open, from what is given and booked."""
    house, clinic, now = meant.hand.house, meant.clinic, meant.hand.now

    async def work(db: AsyncSession) -> tuple[list[Stretch], list[BookingCard]]:
        shut = await bookings.closures(db, clinic, now, now + FAR)
        cards = await bookings_named(db, found.loaded.bookings)
        return shut, [card for card in cards.values() if card.cancelled_at is None and card.starts_at > now]

    shut, ahead = await house.db.read(work)
    first = clear_day(found.programme, found.done, meant.wish.first, meant.wish.minute)
    wanted = slots(found.programme, found.done, first, lambda day: is_open(meant, shut, day))
    booked = [(card.starts_at.astimezone(clinic.zone).date(), card) for card in sorted(ahead, key=_start)]
    plan = replanned(wanted, booked)
    open_slots = sorted([*(slot for slot, _ in plan.move), *plan.add], key=lambda slot: slot.session)
    known = [*(card.starts_at for _, card in plan.stay), *given_before(found)]
    starts: dict[int, datetime] = {}
    for slot in open_slots:
        starts[slot.session] = start_of(meant, found, slot, [*known, *starts.values()])
    return Proposal(plan, starts)


def given_before(found: Standing) -> list[datetime]:
    """When sessions began, of this course and of the others of its family."""
    others = (at for other in found.programme.others for at in other.done.begun.values())
    return [*found.done.begun.values(), *others]


def fine(clinic: Clinic, found: Standing) -> Clinic:
    """The clinic as a course with several sessions a day is booked in it: its starts lie as far apart as the course
    wants, also where those of the clinic's own grid do not.
    """
    gaps = [one.gap.length // MINUTE for one in found.programme.definition.phases if one.per_day > 1 and one.gap]
    step = gcd(clinic.policy.step // MINUTE, *gaps)
    return replace(clinic, policy=replace(clinic.policy, step=step * MINUTE))


def is_open(meant: Meant, shut: Sequence[Stretch], day: date) -> bool:
    """Whether the clinic is open when the first session of this day would be."""
    begin = Slot(0, day).start(meant.wish.minute, timedelta(), meant.clinic.zone)
    span = stretch(begin, begin + meant.chosen.service.length)
    return not any(first < span[1] and last > span[0] for first, last in shut)


def start_of(meant: Meant, found: Standing, slot: Slot, known: Sequence[datetime]) -> datetime:
    """The first time of its day, at the distance of the course, that is ahead and as far from those that are `known`;
    where there is none, the one that it would have without them.
    """
    gap = found.programme.phase_of(slot.session).gap
    length = gap.length if gap and gap.length < WITHIN_A_DAY else meant.chosen.service.length
    times = [replace(slot, of_day=n).start(meant.wish.minute, length, meant.clinic.zone) for n in range(MOST_A_DAY)]
    free = (at for at in times if at > meant.hand.now and all(abs(at - other) >= length for other in known))
    return next(free, slot.start(meant.wish.minute, length, meant.clinic.zone))


def too_close(found: Standing, one: Proposal, picks: Sequence[Pick]) -> frozenset[int]:
    """The sessions that would begin sooner after another, given, booked or picked, than the course has between two; of
    those given also one of another course of its family.
    """
    chosen = {pick.number: pick.start for pick in picks if pick.start}
    every = [*given_before(found), *(card.starts_at for _, card in one.plan.stay), *chosen.values()]
    gaps = {number: found.programme.phase_of(number).gap for number in chosen}
    return frozenset(
        number
        for number, at in chosen.items()
        if (gap := gaps[number]) and any(timedelta() < at - other < gap.length for other in every)
    )


def _start(card: BookingCard) -> datetime:
    return card.starts_at


def picks_of(one: Proposal) -> list[Pick]:
    return [Pick(session, start, start) for session, start in sorted(one.starts.items())]


async def looked(meant: Meant, one: Proposal, picks: Sequence[Pick]) -> list[Step]:
    """What stands in the way of each date; nothing is done."""
    if not picks:
        return []
    without = [card.appointment_id for card in one.moving.values()]
    return await desk.look(meant.hand.house, meant.clinic, meant.ground, _wanted(meant, picks), without)


def _wanted(meant: Meant, picks: Sequence[Pick]) -> list[Wanted]:
    who = meant.therapist.staff_id
    return [Wanted(one.number, one.start or one.meant, who, one.start is not None) for one in picks]


async def carry_out(meant: Meant, one: Proposal, picks: Sequence[Pick], once: str, by: By) -> bool:
    """Move what moves, then book what is added; False where a date was taken or a booking changed meanwhile."""
    house, chosen = meant.hand.house, [pick for pick in picks if pick.start]
    moving = [pick for pick in chosen if pick.number in one.moving]
    adding = [pick for pick in chosen if pick.number not in one.moving]
    if moving:
        cards = [one.moving[pick.number] for pick in moving]
        if await desk.move(house, meant.clinic, cards, _numbered(meant, moving, cards), by) is not None:
            return False
    if adding:
        made = await desk.book(house, _order(meant, adding, once), by)
        if not isinstance(made, desk.Made):
            return False
        await _belong(meant, made.id, len(moving))
    return True


def _numbered(meant: Meant, picks: Sequence[Pick], cards: Sequence[BookingCard]) -> list[Wanted]:
    """The desk moves bookings by their number in a series, which two series of one course may share."""
    found = _wanted(meant, picks)
    return [
        Wanted(place, want.start, card.therapist_id)
        for place, (want, card) in enumerate(zip(found, cards, strict=True))
    ]


def _order(meant: Meant, picks: Sequence[Pick], once: str) -> desk.Order:
    return desk.Order(
        clinic=meant.clinic,
        ground=meant.ground,
        every=Every.COURSE,
        wanted=_wanted(meant, picks),
        person=meant.person,
        known_patient=True,
        means=meant.chosen.means,
        once=once,
    )


async def is_done(meant: Meant, once: str) -> bool:
    """Whether this very form was carried out before: its bookings are there."""
    return await desk.is_made(meant.hand.house, _order(meant, (), once))


async def _belong(meant: Meant, series_id: UUID, moved: int) -> None:
    """The bookings of this series belong to the course; the same form again says it once more and changes nothing."""
    hand = meant.hand

    async def work(db: AsyncSession) -> None:
        cards = await bookings_of_series(db, series_id)
        added = await store.add_bookings(db, hand.row, [card.id for card in cards], hand.now)
        if added:
            note(db, hand.trace("course.booked", bookings=added, moved=moved), hand.now)

    await hand.house.db.unit(work)
