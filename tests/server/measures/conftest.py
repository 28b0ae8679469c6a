"""A house on either engine."""

from tests.server.booking.conftest import either_house, linden, new_database  # noqa: F401
