"""Giving free times to who waited longest, one at a time, each kept for a while. The outbox calls this.

Nothing here remembers which time became free, or why: it looks at who waits and what is free now, so it may run as
often as it likes, on several nodes at once. That a time is given once is decided where time is taken.
At night nobody is woken: a time is kept all the same, for the first whom it suits, who is asked in the morning.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from server import outbox
from server.booking import claims
from server.booking import store as booking
from server.booking.catalogue import Catalogue, for_public
from server.booking.grouping.keeping import keep_place
from server.booking.grouping.store import Place
from server.booking.meeting import meetings_of
from server.booking.placing import place_for, taken_elsewhere
from server.booking.rules import Booked, Calendar, Offer, booked, choose, offers
from server.booking.waitlist import store
from server.booking.waitlist.dropping import drop_silent
from server.booking.waitlist.rules import (
    OFFERS_AT_ONCE,
    WAITS,
    Ended,
    Offered,
    Waiting,
    first_fit,
    kept_until,
    next_waking,
)
from server.booking.where.rules import NEVER, Ends, Held, ends_of
from server.booking.where.store import held_by
from server.clinic.practice import practice_of
from server.clinic.rules import Clinic, Service
from server.house import House
from server.outbox import Job

FREED = "waitlist.freed"
OFFERED = "waitlist.offered"
LAPSED = "waitlist.lapsed"


@dataclass(frozen=True)
class _Found:
    """Who waits, what they had before, the clinic with what it offers, and where its therapists may treat.

    `ends`: who waits -> from when on each therapist may not treat where they will be.
    """

    known: Catalogue
    line: Sequence[Waiting]
    before: dict[UUID, set[datetime]]
    held: Held
    ends: Mapping[UUID, Ends] = field(default_factory=dict)
    calendars: dict[Hashable, tuple[Calendar, Sequence[Offer]]] = field(default_factory=dict)


async def freed(house: House, job: Job) -> None:
    """A booking of this clinic was cancelled or moved, or something else may have become free."""
    if job.payload.get("to") == "patient":
        return  # the same news, once for each of the two who hear of it
    clinic_id = await house.db.read(lambda db: _clinic_of(db, job))
    if clinic_id:
        await backfill(house, clinic_id)


async def lapsed(house: House, job: Job) -> None:
    """The end of an offer: nobody answered, so the next in line is asked."""
    now = house.clock()

    async def work(db: AsyncSession) -> bool:
        offer = await store.offer_of(db, UUID(job.payload["offer"]))
        if offer is None or offer.expires_at > now:
            return False
        if not await store.end_offer(db, offer, Ended.LAPSED, now):
            return False
        await drop_silent(db, offer, now)
        return True

    await house.db.unit(work)
    await backfill(house, UUID(job.payload["clinic"]))


async def backfill(house: House, clinic_id: UUID) -> int:
    """Offer what is free to who waits, in order; returns how many were offered something."""
    now = house.clock()
    found = await house.db.read(lambda db: _load(db, clinic_id, now))
    if found is None:
        return 0
    asked_at = next_waking(now, found.known.clinic.zone)
    if asked_at > now:  # for what cannot be kept until then
        await house.db.unit(lambda db: look_again(db, clinic_id, now, asked_at))
    found = await _with_places(house, found)
    room = OFFERS_AT_ONCE - sum(one.offer_id is not None for one in found.line)
    given = 0
    for one in found.line:
        if given >= room:
            break
        if one.offer_id is None and await _offer(house, found, one, now, asked_at):
            given += 1
    if given:
        house.outbox.nudge()
        await house.live.changed(f"day:{clinic_id}")
    return given


async def look_again(db: AsyncSession, clinic_id: UUID, now: datetime, at: datetime | None = None) -> None:
    """In the caller's unit: something may be free."""
    outbox.add(db, FREED, {"clinic": str(clinic_id)}, now, due_at=at)


async def _load(db: AsyncSession, clinic_id: UUID, now: datetime) -> _Found | None:
    line = await store.in_line(db, clinic_id, now)
    practice = await practice_of(db, clinic_id) if any(one.offer_id is None for one in line) else None
    if practice is None or not practice.clinic.policy.offer:
        return None
    known = for_public(practice)
    held = await held_by(db, practice.clinic, [card.staff_id for card in known.therapists])
    return _Found(known, line, await store.starts_offered(db, clinic_id), held)


async def _with_places(house: House, found: _Found) -> _Found:
    """The same, with who may treat each of them; nothing is opened where the clinic does not ask."""
    if not found.held:
        return found
    clinic = found.known.clinic
    meetings = await meetings_of(house, clinic.id, found.line, WAITS)
    ends = {one.id: ends_of(found.held, meetings[one.id].where or None, clinic.zone) for one in found.line}
    return replace(found, ends=ends)


async def _offer(house: House, found: _Found, one: Waiting, now: datetime, asked_at: datetime) -> bool:
    """The first time that suits and that nobody else takes meanwhile; they hear of it at `asked_at`."""
    service = found.known.service(one.wanted.service_id)
    never = set(found.before.get(one.id, ()))
    while service:
        calendar, free = await _free(house, found, service, one, now)
        fit = first_fit(one.wanted, free, never)
        until = kept_until(fit.start, found.known.clinic.policy, now, asked_at) if fit else None
        if fit is None:
            return False
        if until is None:  # too near to be thought over; a later one may not be
            never.add(fit.start)
            continue
        time = booked(calendar, choose(calendar, fit), fit.start)
        new = Offered(uuid4(), one.id, time.therapist_id, time.starts_at, until)
        clinic, who = found.known.clinic, one.patient_id
        given = await house.db.unit(partial(_give, clinic, service, time, who, new, now, asked_at))
        found.calendars.clear()
        if given is not None:
            return given
        never.add(fit.start)
    return False


async def _free(
    house: House, found: _Found, service: Service, one: Waiting, now: datetime
) -> tuple[Calendar, Sequence[Offer]]:
    therapist_id, ends = one.wanted.therapist_id, found.ends.get(one.id, {})
    key = service.id, therapist_id, frozenset(ends.items())
    if key not in found.calendars:
        who = [card.staff_id for card in found.known.who(service) if therapist_id in {None, card.staff_id}]
        hours = {one: found.known.practice.week(one, service.id) for one in who if ends.get(one) != NEVER}
        clinic = found.known.clinic
        until = now + clinic.policy.horizon
        calendar = await house.db.read(lambda db: booking.calendar(db, clinic, service, hours, until, now, ends=ends))
        found.calendars[key] = calendar, offers(calendar, now, now, until)
    return found.calendars[key]


async def _give(
    clinic: Clinic,
    service: Service,
    time: Booked,
    who: UUID,
    new: Offered,
    now: datetime,
    asked_at: datetime,
    db: AsyncSession,
) -> bool | None:
    """None when the time went to somebody else, or they are in the group that meets then; False when they wait no more
    or are offered another."""
    place = await place_for(db, clinic, service, time, now, patient_id=who)
    if not place or await taken_elsewhere(db, time):
        return None
    if not await store.give(db, clinic.id, new, now):
        return False
    if service.in_group:
        seat = place if isinstance(place, Place) else None
        await keep_place(db, clinic, service, time, seat, new.id, new.expires_at, now)
    else:
        await claims.hold(db, clinic.id, time.resources, time.claim, new.id, new.expires_at)
    payload = {"offer": str(new.id), "wait": str(new.wait_id), "clinic": str(clinic.id)}
    outbox.add(db, OFFERED, payload, now, due_at=asked_at)
    outbox.add(db, LAPSED, payload, now, due_at=new.expires_at)
    return True


async def _clinic_of(db: AsyncSession, job: Job) -> UUID | None:
    if "clinic" in job.payload:
        return UUID(job.payload["clinic"])
    card = await booking.booking_for_visit(db, UUID(job.payload["booking"]))
    return card.clinic_id if card else None


JOBS = {
    **dict.fromkeys(
        ("booking.cancelled", "booking.moved", "booking.removed", "booking.declined", "booking.released"), freed
    ),
    FREED: freed,
    "clinic.time_freed": freed,
    LAPSED: lapsed,
}
