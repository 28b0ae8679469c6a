"""The practice that bookings are tested with."""

from tests.server.booking.conftest import either_house, linden, new_database

__all__ = ["either_house", "linden", "new_database"]
