"""Who is booked with somebody for the rest of the day, and who of the others could take each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import caps, claims
from server.booking import store as booking
from server.booking.freely import reaching
from server.booking.hours import Stretch, hold, stretch
from server.booking.rules import BookingCard, Calendar
from server.booking.unkept.rules import Why
from server.booking.unkept.store import unkept
from server.booking.where.store import ends_for
from server.clinic import store as clinics
from server.clinic.practice import Practice, practice_of
from server.clinic.rules import Clinic
from server.house import House
from server.moments import start_of
from server.patients import store as patients
from server.visit import store as visits
from server.visit.away.rules import Choice, Listed, Other, proposals
from server.visit.rules import State, VisitFacts, state_of

MOST_AT_ONCE = 40
"""Bookings ahead that one page asks about; what is left comes after it."""
OPEN = frozenset({State.BOOKED, State.WAITING})


@dataclass(frozen=True)
class Found:
    """What lies ahead of somebody today."""

    clinic: Clinic
    until_at: datetime
    cards: Sequence[BookingCard]
    others: Mapping[UUID, Sequence[Other]]
    waits: frozenset[UUID]
    room: Mapping[tuple[date, UUID], int]
    doubtful: frozenset[UUID] = frozenset()  # outside of hours, perhaps on purpose


def end_of_day(zone: ZoneInfo, now: datetime) -> datetime:
    """The next midnight in this zone, in UTC."""
    return start_of(datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time(), zone))


async def listed(house: House, clinic_id: UUID, therapist_id: UUID) -> tuple[Found, list[Listed]]:
    """With the names of the patients; a person whose key was destroyed has none."""
    now = house.clock()
    return await _named(house, await house.db.read(lambda db: _load(db, clinic_id, therapist_id, now)))


async def listed_ahead(house: House, clinic_id: UUID, therapist_id: UUID) -> tuple[Found, list[Listed]]:
    """The same of the bookings ahead that nobody will keep: so many of them, the next first."""
    now = house.clock()
    return await _named(house, await house.db.read(lambda db: _load_ahead(db, clinic_id, therapist_id, now)))


async def _named(house: House, loaded: Found) -> tuple[Found, list[Listed]]:
    found = await _who_may(house, loaded)
    clinic_id = found.clinic.id
    people = await patients.people(house.db, house.keys, clinic_id, [card.patient_id for card in found.cards])
    lines = [
        Listed(
            card,
            people[card.patient_id].name if card.patient_id in people else "",
            found.others.get(card.id, ()),
            card.id in found.waits,
        )
        for card in found.cards
    ]
    days = groupby(lines, key=lambda one: _day(found.clinic, one.card))
    proposed = [one for day, those in days for one in proposals(list(those), _room_on(found, day))]
    return found, [_rather_kept(one) if one.card.id in found.doubtful else one for one in proposed]


def _rather_kept(one: Listed) -> Listed:
    return replace(one, proposed=Choice.KEEP.value)


def _day(clinic: Clinic, card: BookingCard) -> date:
    return card.starts_at.astimezone(clinic.zone).date()


def _room_on(found: Found, day: date) -> dict[UUID, int]:
    return {who: left for (when, who), left in found.room.items() if when == day}


async def _who_may(house: House, found: Found) -> Found:
    """Without those who may not treat a patient where they said that they will be; a group goes as one."""
    others = {}
    for card in found.cards:
        able = found.others.get(card.id, ())
        ends = await ends_for(house, found.clinic, card, [one.staff_id for one in able])
        others[card.id] = [one for one in able if card.starts_at < ends.get(one.staff_id, found.until_at)]
    for card in found.cards:
        for one in found.cards if card.seats > 1 else ():
            if one.appointment_id == card.appointment_id:
                others[card.id] = [other for other in others[card.id] if other in others[one.id]]
    return replace(found, others=others)


async def _load(db: AsyncSession, clinic_id: UUID, therapist_id: UUID, now: datetime) -> Found:
    practice = await practice_of(db, clinic_id)
    assert practice is not None, "staff belong to a clinic"
    clinic = practice.clinic
    until = end_of_day(clinic.zone, now)
    all_cards = await booking.bookings_between(db, clinic_id, therapist_id, now - timedelta(hours=12), until)
    known = await visits.visits_of(db, [card.id for card in all_cards])
    states = {card.id: state_of(card, known.get(card.id), clinic.policy, now) for card in all_cards}
    cards = [card for card in all_cards if card.ends_at > now and states[card.id] in OPEN]
    waits = frozenset(card.id for card in cards if states[card.id] is State.WAITING)
    others = {card.id: await _others(db, practice, card, now) for card in cards}
    return Found(clinic, until, cards, others, waits, await _room(db, clinic, cards, others, now))


async def _load_ahead(db: AsyncSession, clinic_id: UUID, therapist_id: UUID, now: datetime) -> Found:
    practice = await practice_of(db, clinic_id)
    assert practice is not None, "staff belong to a clinic"
    # A colleague or another time helps nobody whose room is closed: another room does, booking by booking.
    found = [one for one in await unkept(db, clinic_id, therapist_id, now) if one.why is not Why.ROOM]
    lost = found[:MOST_AT_ONCE]
    known = await visits.visits_of(db, [one.card.id for one in lost])
    open_still = [one for one in lost if _is_open(one.card, known.get(one.card.id), practice.clinic, now)]
    cards = [one.card for one in open_still]
    others = {card.id: await _others(db, practice, card, now) for card in cards}
    until = max((card.ends_at for card in cards), default=now)
    room = await _room(db, practice.clinic, cards, others, now)
    doubtful = frozenset(one.card.id for one in open_still if one.why is Why.HOURS)
    return Found(practice.clinic, until, cards, others, frozenset(), room, doubtful)


def _is_open(card: BookingCard, visit: VisitFacts | None, clinic: Clinic, now: datetime) -> bool:
    return state_of(card, visit, clinic.policy, now) is State.BOOKED


async def _room(
    db: AsyncSession,
    clinic: Clinic,
    cards: Sequence[BookingCard],
    others: Mapping[UUID, Sequence[Other]],
    now: datetime,
) -> dict[tuple[date, UUID], int]:
    """How many more sessions each of these gives on the day of each booking; who bounds nothing is not in it."""
    at = {(_day(clinic, card), one.staff_id): card.starts_at for card in cards for one in others[card.id]}
    left = {pair: await caps.room_left(db, clinic.zone, pair[1], start, now) for pair, start in at.items()}
    return {pair: count for pair, count in left.items() if count is not None}


async def _others(db: AsyncSession, practice: Practice, card: BookingCard, now: datetime) -> list[Other]:
    """Who offers this service and is neither booked nor off then. Hours do not bind staff among themselves; who is
    outside of theirs is not proposed."""
    service = next((one for one in practice.services if one.id == card.service_id), None)
    held = await claims.held_by(db, card.appointment_id)
    offered = practice.offers.get(card.service_id, frozenset()) - {card.therapist_id}
    able = [one for one in practice.therapists if one.staff_id in offered and not one.hidden]
    if service is None or held is None or not able:
        return []
    hours = await clinics.hours(db, [one.staff_id for one in able], service.id)
    alone = replace(service, needs=())  # the room stays the one it is
    clinic = reaching(practice.clinic, card.ends_at, now)
    calendar = await booking.calendar(db, clinic, alone, hours, card.ends_at + claims.LONGEST, now)
    begin, end = stretch(held.span.from_at, held.span.until_at)
    at_work = _at_work(practice.clinic, calendar, stretch(card.starts_at, card.ends_at))
    return [
        Other(one.staff_id, one.slug, one.name, one.staff_id in at_work)
        for one in able
        if not any(taken < end and begin < until for taken, until in calendar.closed(one.staff_id))
    ]


def _at_work(clinic: Clinic, calendar: Calendar, time: Stretch) -> frozenset[UUID]:
    """Whose own hours of that day hold this time."""
    dated = calendar.dated
    return frozenset(who for who, week in calendar.hours.items() if hold(week, clinic.zone, time, dated.get(who, {})))
