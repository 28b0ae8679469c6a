"""Jo, her clinic, and a browser of her own in which her space is open."""

import pytest_asyncio

from tests.server.home.space.ways import come_in, handed_over
from tests.server.visit.conftest import browsers, jo, linden, mara

__all__ = ["browsers", "jo", "linden", "mara"]
MAIL = "jo.almeida@example.org"


@pytest_asyncio.fixture
async def phone(house, jo, mara, browsers):
    browser = await browsers()
    await come_in(house, browser, await handed_over(mara, jo.made.card.patient_id), MAIL, own="yes")
    return browser
