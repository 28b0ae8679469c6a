"""A clinic that can be booked."""

import pytest_asyncio
from starlette.applications import Starlette

from server.house import House
from tests.server.booking.linden import Linden, seed


@pytest_asyncio.fixture
async def linden(app: Starlette, house: House) -> Linden:
    """Linden Practice, in the records of the running program."""
    return await seed(house)
