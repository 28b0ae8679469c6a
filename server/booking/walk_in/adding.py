"""Taking somebody in: a booking that begins now and claims nobody's time, with the link that they wait with."""

from contextlib import suppress

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import desk, store
from server.booking.desk import Made, Order
from server.booking.links import token_of
from server.booking.rules import BookingCard
from server.booking.store import By
from server.booking.walk_in.rules import time_for
from server.house import House


async def take_in(house: House, order: Order, by: By) -> Made:
    """The same form again, in this moment or later, is the same person."""
    assert order.wish.therapist_id, "such a form names a therapist"
    ids = desk.ids_of(house, order)
    time = time_for(order.service, order.wish.therapist_id, house.clock())
    while await house.turns.passed(ids.booking):
        pass
    with house.turns.take(ids.booking):
        if not await house.db.read(lambda db: store.is_there(db, ids.booking)):
            with suppress(IntegrityError):  # another node took the same form in
                await desk.write(house, order, time, ids, by)

    async def made(db: AsyncSession) -> tuple[BookingCard | None, str]:
        link_id = await store.link_of(db, ids.booking)
        return await store.booking_for_visit(db, ids.booking), token_of(house.keys, link_id) if link_id else ""

    card, token = await house.db.read(made)
    assert card is not None, "written a moment ago"
    return Made(card, token, keep_link=not desk.mailed(house, order.person))
