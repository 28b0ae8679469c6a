"""Pages of payment that nobody should pay on any more, and times that nobody can pay for here any more."""

from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from server.audit.store import note
from server.booking import desk
from server.booking.cards import booking_for_visit
from server.booking.paying import checkouts, store
from server.booking.paying.payments import KeysRefused, NotOffered, Paid
from server.booking.paying.receiving import NotOurs, stands_now, take, told
from server.booking.paying.rules import Charge, State
from server.booking.paying.settling import CLOSE
from server.booking.paying.ways import BY_HAND, first_that_knows, way_of, ways_of
from server.booking.rules import BookingCard
from server.booking.store import By
from server.clinic import store as clinics
from server.clinic.paying import store as keys
from server.clinic.rules import Clinic
from server.house import House
from server.outbox import Job

log = structlog.get_logger("payments")
CLOCK = By("clock")


@dataclass(frozen=True)
class Found:
    """A booking for a price."""

    charge: Charge
    card: BookingCard
    clinic: Clinic


async def load(db: AsyncSession, booking_id: UUID) -> Found | None:
    charge = await store.charge_of(db, booking_id)
    card = await booking_for_visit(db, booking_id) if charge else None
    clinic = await clinics.clinic_of(db, card.clinic_id) if card else None
    return Found(charge, card, clinic) if charge and card and clinic else None


async def close(house: House, job: Job) -> None:
    """Of a time that was cancelled, or paid by hand: what was paid meanwhile is known, and goes back."""
    booking_id, owed = UUID(job.payload["booking"]), job.payload["owed"]
    found = await house.db.read(lambda db: load(db, booking_id))
    sessions = await house.db.read(lambda db: checkouts.open_pages(db, booking_id, owed, house.clock()))
    if found and sessions:
        with suppress(KeysRefused):  # the pages end by themselves
            await shut(house, found, sessions)


async def shut(house: House, found: Found, sessions: list[str]) -> bool:
    """Close these pages; whether one of them was paid before. Raises Away, and KeysRefused when no keys of ours open
    the account of one of them: then somebody has to look there, and is told so.
    """
    ways, came, unknown = await ways_of(house, found.clinic), False, False
    for session in sessions:
        try:
            paid = await first_that_knows(ways, lambda way, session=session: way.close_page(session))  # type: ignore[misc]
        except NotOffered:
            unknown = True
            await house.db.unit(lambda db, session=session: checkouts.unasked(db, session, house.clock()))  # type: ignore[misc]
            continue
        await house.db.unit(lambda db, session=session: checkouts.closed(db, session, house.clock()))  # type: ignore[misc]
        came = (paid is not None and await _taken(house, found, paid)) or came
    if unknown and not came:
        raise KeysRefused()
    return came


async def _taken(house: House, found: Found, paid: Paid) -> bool:
    try:
        card = await house.db.unit(lambda db: take(db, found.clinic.id, paid, house.clock()))
    except NotOurs:
        log.warning("payment.not_ours", clinic=str(found.clinic.id))
        return False
    if card:
        await told(house, card)
    return True


async def stopped(house: House, job: Job) -> None:
    """The clinic's keys are gone, or others: nobody pays any more on a page of before. Who did pay there has paid; what
    waits for a payment stands without it where there are no others, and is asked for after the visit.
    """
    clinic_id, now = UUID(job.payload["clinic"]), house.clock()
    for booking_id in await house.db.read(lambda db: store.awaiting(db, clinic_id)):
        await stands_unpaid(house, booking_id)
    for booking_id in await house.db.read(lambda db: checkouts.with_open_pages(db, clinic_id, now)):
        found = await house.db.read(lambda db, which=booking_id: load(db, which))  # type: ignore[misc]
        sessions = await house.db.read(lambda db, which=booking_id: checkouts.open_pages(db, which, -1, now))  # type: ignore[misc]
        if found:
            with suppress(KeysRefused):
                await shut(house, found, sessions)


async def forget(house: House, job: Job) -> None:
    """Keys of before are deleted once nothing needs them."""
    await house.db.unit(lambda db: keys.forget(db, UUID(job.payload["clinic"]), house.clock()))


async def stands_unpaid(house: House, booking_id: UUID, *, refused: bool = False) -> bool:
    """A time stands for which nobody can pay here, through no fault of who booked it; False while somebody can.

    `refused`: Stripe just said that the clinic's keys open nothing.
    """
    found = await house.db.read(lambda db: load(db, booking_id))
    if found is None or not (refused or await way_of(house, found.clinic) is BY_HAND):
        return False
    now = house.clock()

    async def work(db: AsyncSession) -> bool:
        await store.charge_of(db, booking_id, locked=True)
        card = await booking_for_visit(db, booking_id)
        if card is None or card.cancelled_at is not None:
            return False
        if not await store.change(db, booking_id, [State.AWAITING], State.OPEN):
            return False
        note(db, desk.entry_of(found.clinic, booking_id, "booking.stands_unpaid", CLOCK), now)
        stands_now(db, card, now)
        return True

    await desk.unit_and_nudge(house, found.card, work)
    return True


JOBS = {CLOSE: close, keys.STOPPED: stopped, keys.FORGET: forget}
