"""Queries of booking: functions of (db, ...) that return values."""

from server.booking.cards import booking_by_link, booking_for_visit, bookings_between

__all__ = ["booking_by_link", "booking_for_visit", "bookings_between"]
