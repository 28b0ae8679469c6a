"""Linden Practice, whose own site may show its booking."""

import pytest_asyncio
from starlette.applications import Starlette

from server.embed import store
from server.house import House
from tests.server.booking.linden import Linden, seed

SITE = "https://linden.example"


@pytest_asyncio.fixture
async def linden(app: Starlette, house: House) -> Linden:
    clinic = await seed(house)
    await house.db.unit(lambda db: store.add_origin(db, clinic.clinic.id, SITE, None, house.clock()))
    return clinic
