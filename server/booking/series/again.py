"""Where the same patient is booked again: a week later, or where a series has that time already, after it."""

from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from server.booking.rules import BookingCard
from server.booking.series.rules import next_after
from server.booking.series.store import bookings_of_series
from server.house import House
from server.moments import sent


async def book_again(house: House, card: BookingCard, zone: ZoneInfo) -> str:
    """The address of the form in which that time is chosen, if it is free."""
    series_id = card.series_id
    cards = await house.db.read(lambda db: bookings_of_series(db, series_id)) if series_id else []
    at = next_after(card.starts_at, zone, {one.starts_at for one in cards if one.cancelled_at is None})
    asked = {"service": card.service_id, "patient": card.patient_id, "day": at.astimezone(zone).date()}
    return "/staff/bookings/new?" + urlencode({**asked, "start": sent(at)})
