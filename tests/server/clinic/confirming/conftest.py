"""Linden Practice in a house on either engine."""

from tests.server.booking.conftest import either_house, new_database

__all__ = ["either_house", "new_database"]
