"""The calendars that Mara keeps elsewhere, one in each state, and the link by which she reads her bookings."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.calendars import store as feeds
from server.booking.calendars.feed_pages import token_of
from server.booking.calendars.rules import Feed, Shows
from server.clinic.calendars import store
from server.clinic.calendars.rules import Access, Busy, Kind, Known, Trouble
from server.crypto import token_hash
from server.house import House
from tests.e2e.people import NOW

LONG_AGO: Sequence[tuple[int, int]] = [(hour * 7200, hour * 7200 + 3600) for hour in range(14)]
"""Times that keep nothing free in any picture."""


async def keep_calendars(house: House, clinic_id: UUID, therapist_id: UUID) -> None:
    """Private is read, Choir cannot be, Family is paused."""
    ring = await house.keys.clinic(clinic_id)
    kinds = {"Private": Kind.CALDAV, "Choir": Kind.LINK, "Family": Kind.LINK}
    ids = {name: uuid4() for name in kinds}
    minute, link_id = timedelta(minutes=1), uuid4()

    async def work(db: AsyncSession) -> None:
        for place, (name, kind) in enumerate(kinds.items()):
            sealed = store.sealed(ring, clinic_id, ids[name], Access("https://calendar.example/a.ics"))
            known = Known(ids[name], clinic_id, therapist_id, name, kind, whole_days=True, access_sealed=sealed)
            await store.add(db, known, NOW - (9 - place) * minute)
            await store.keep_read(
                db, known.id, Busy(LONG_AGO, NOW, NOW), "", int(name == "Family"), NOW - 4 * minute, NOW + minute
            )
        await store.set_writes(db, ids["Private"], True)
        await store.keep_trouble(db, ids["Choir"], Trouble.GONE, NOW - 90 * minute, NOW + minute)
        await store.pause(db, ids["Family"], NOW - 300 * minute)
        feed = Feed(therapist_id, clinic_id, link_id, Shows.NOTHING)
        await feeds.set_feed(db, feed, token_hash(token_of(house.keys, link_id)), NOW)

    await house.db.unit(work)
