"""What is free, as a booking page asks for it: one window of two weeks, or where the next free time lies."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import attrgetter
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import claims, store
from server.booking.hours import ceiling
from server.booking.rules import WINDOW, Calendar, Offer, offers
from server.booking.where.rules import Ends
from server.clinic.rules import Clinic, Service


@dataclass(frozen=True)
class Offered:
    """Offers of a window, and the first free time of all from now on."""

    calendar: Calendar
    from_at: datetime
    until_at: datetime
    offers: Sequence[Offer]
    first_free: datetime | None


async def offered(
    db: AsyncSession,
    clinic: Clinic,
    service: Service,
    hours: store.Hours,
    now: datetime,
    from_at: datetime | None = None,
    without: UUID | None = None,
    held: UUID | None = None,
    ends: Ends = store.NO_ENDS,
    patient_id: UUID | None = None,
) -> Offered:
    """The window that begins at `from_at`; without it the one that begins now, or where the first free time lies."""
    horizon = now + clinic.policy.horizon
    start = min(max(from_at or now, now), horizon)
    until = min(start + WINDOW, horizon)
    known = await store.calendar(db, clinic, service, hours, until, now, without, held, ends, patient_id)
    all_offers = offers(known, now, now, until)
    first = _first_free(all_offers)
    if first is None and until < horizon:
        ignored = await store.leaving(db, service, without, now)
        further = await claims.taken(db, known.resources, now, horizon, now, ignored, held)
        known = replace(known, busy=further)
        all_offers = offers(known, now, now, horizon)
        first = _first_free(all_offers)
        if from_at is None and first:
            start, until = first, min(first + WINDOW, horizon)
    shown = slice(_place(all_offers, start), _place(all_offers, until))
    return Offered(known, start, until, all_offers[shown], first)


def _place(found: Sequence[Offer], at: datetime) -> int:
    return bisect_left(found, ceiling(at), key=attrgetter("at"))


def _first_free(found: Sequence[Offer]) -> datetime | None:
    return next((offer.start for offer in found if offer.therapists), None)
