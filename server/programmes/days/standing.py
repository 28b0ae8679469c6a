"""The bookings of a course that stand ahead, and their end all at once: the patient is told as of any cancellation."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Viewer
from server.booking import desk
from server.booking.cards import bookings_named
from server.booking.deadlines import Change, staff_may_change
from server.booking.led import by_of, led_by
from server.booking.rules import BookingCard
from server.booking.series import desk as series_desk
from server.booking.series import store as series
from server.booking.series.rules import Scope
from server.clinic.rules import Clinic
from server.house import House
from server.programmes.keeping import Standing


async def ahead(db: AsyncSession, found: Standing, now: datetime) -> list[BookingCard]:
    """Those of a course that may still be cancelled, the earliest first."""
    cards = (await bookings_named(db, found.loaded.bookings)).values()
    return sorted((one for one in cards if staff_may_change(one, now) is Change.ALLOWED), key=lambda one: one.starts_at)


async def cancel_all(house: House, clinic: Clinic, viewer: Viewer, cards: Sequence[BookingCard]) -> None:
    """Cancel these, as far as this viewer may; those of one series in one message, where it has no others ahead."""
    mine = [one for one in cards if led_by(viewer) in (None, one.therapist_id)]
    alone = {one.id: one for one in mine}
    for series_id, of in {one.series_id: one for one in mine if one.series_id}.items():
        whole = await house.db.read(partial(series.bookings_of_series, series_id=series_id))
        still = {one.id for one in whole if staff_may_change(one, house.clock()) is Change.ALLOWED}
        if still <= alone.keys():
            await series_desk.cancel(house, clinic, of, Scope.ALL, by_of(viewer))
            alone = {key: one for key, one in alone.items() if key not in still}
    for card in alone.values():
        await desk.cancel(house, clinic, card, by_of(viewer))
