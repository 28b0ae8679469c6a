"""A house on either engine, as for booking."""

from tests.server.booking.conftest import either_house, new_database

__all__ = ["either_house", "new_database"]
