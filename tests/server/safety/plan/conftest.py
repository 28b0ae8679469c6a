"""Jo and her clinic, as for visits; a house on either engine, as for booking."""

import pytest_asyncio

from tests.server.booking.conftest import either_house, new_database
from tests.server.home.space.ways import come_in, handed_over
from tests.server.visit.conftest import browsers, desk, jo, linden, mara, samir

__all__ = ["browsers", "desk", "either_house", "jo", "linden", "mara", "new_database", "samir"]
JO = "jo.almeida@example.org"


@pytest_asyncio.fixture
async def phone(house, jo, mara, browsers):
    """A browser in which Jo's space is open."""
    browser = await browsers()
    await come_in(house, browser, await handed_over(mara, jo.made.card.patient_id), JO, own="yes")
    return browser
