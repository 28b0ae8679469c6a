"""A group as one: cancelled or moved with everybody in it, in one unit. Each of them is told; the therapist once."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from server import outbox
from server.audit.store import note
from server.booking import caps, claims, desk, moves, store
from server.booking.placing import taken_elsewhere
from server.booking.public import pick_of
from server.booking.rules import WINDOW, Booked, BookingCard, Reason, Refused, Wish, decide
from server.booking.store import By
from server.booking.where.rules import Ends
from server.booking.where.store import ends_for_all
from server.clinic.changing import is_away
from server.clinic.rules import Clinic
from server.house import House

ROUNDS = 3


async def cancel_all(house: House, clinic: Clinic, card: BookingCard, by: By, *, asked: bool = False) -> int:
    """End the appointment of this booking; returns how many were in it. Again it finds nobody. `asked`: staff do it
    because they who come asked for it."""
    now = house.clock()

    async def work(db: AsyncSession) -> list[BookingCard]:
        await claims.queue_for(db, {card.therapist_id})
        those = await store.bookings_in(db, card.appointment_id)
        for one in those:
            assert await store.cancel(db, one, now, by), "who queues for the therapist is alone with the group"
            note(db, desk.entry_of(clinic, one.id, "booking.cancelled", by, {"asked": True} if asked else {}), now)
        _tell(db, "booking.cancelled", those, now, asked=asked)
        return those

    return await _told(house, await house.db.unit(work))


async def move_all(house: House, clinic: Clinic, card: BookingCard, start: datetime, by: By) -> Refused | None:
    """Give the whole appointment another time, or say why not; its therapist may treat everybody in it then."""
    those = await house.db.read(lambda db: store.bookings_in(db, card.appointment_id)) if clinic.asks_where else []
    ends = await ends_for_all(house, clinic, those, [card.therapist_id])
    for _ in range(ROUNDS):
        to = await house.db.read(lambda db: _look(db, clinic, card, start, house.clock(), ends))
        if isinstance(to, Refused):
            return to
        moved = await _move(house, clinic, card, to, by)
        if moved:
            await _told(house, moved)
            return None
    return Refused(Reason.TAKEN)


async def _look(
    db: AsyncSession, clinic: Clinic, card: BookingCard, start: datetime, now: datetime, ends: Ends
) -> Booked | Refused:
    pick = await pick_of(db, clinic, card)
    until = min(max(start, now), now + clinic.policy.horizon) + WINDOW
    one, moving = store.as_one(pick.service), card.appointment_id
    known = await store.calendar(db, clinic, one, pick.hours, until, now, moving, ends=ends)
    return decide(known, Wish(start, card.therapist_id), now)


async def _move(house: House, clinic: Clinic, card: BookingCard, to: Booked, by: By) -> list[BookingCard]:
    """Nobody, with nothing written, when the time is taken."""
    now, appointment_id = house.clock(), card.appointment_id

    async def work(db: AsyncSession) -> list[BookingCard]:
        await claims.queue_for(db, {card.therapist_id, *to.resources})
        found = await claims.look(db, to.resources, to.claim, now, of=appointment_id)
        if not found.free or await taken_elsewhere(db, to):
            return []
        if await is_away(db, clinic.id, to.therapist_id, to.starts_at, to.ends_at):
            return []
        if not await caps.has_room(db, clinic.zone, to.therapist_id, to.starts_at, now, without=appointment_id):
            return []
        those = await store.bookings_in(db, appointment_id)
        await moves.move_appointment(db, card.clinic_id, appointment_id, found.held, to)
        for one in those:
            assert await store.next_sequence(db, one), "who queues for the therapist is alone with the group"
            await moves.moved(db, one, to, now, by)
            note(db, desk.entry_of(clinic, one.id, "booking.moved", by), now)
        _tell(db, "booking.moved", those, now)
        return those

    return await house.db.unit(work)


def _tell(db: AsyncSession, topic: str, those: list[BookingCard], now: datetime, *, asked: bool = False) -> None:
    """Whoever keeps calendars hears of each; the therapist has one mail for all of them."""
    more = {"asked": True} if asked else {}
    for place, one in enumerate(those):
        for listener in desk.LISTENERS:
            quiet = {"quiet": True} if place and listener == "therapist" else {}
            payload = {"booking": str(one.id), "sequence": one.sequence + 1, "to": listener}
            outbox.add(db, topic, payload | quiet | more, now)


async def _told(house: House, those: list[BookingCard]) -> int:
    if those:
        house.outbox.nudge()
        await house.live.changed(f"day:{those[0].clinic_id}")
    for one in those:
        await house.live.changed(f"visit:{one.public_id}")
    return len(those)
