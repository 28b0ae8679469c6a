"""A clinic whose exercises are looked at."""

import pytest_asyncio
from starlette.applications import Starlette

from server.house import House
from tests.server.booking.linden import Linden, seed


@pytest_asyncio.fixture
async def linden(app: Starlette, house: House) -> Linden:
    return await seed(house)
