"""'Need help now' as a device of one's own keeps it: numbers to tap, and nothing that needs a connection."""

import pytest

from tests.server.home.space.ways import come_in, handed_over
from tests.server.journal.conftest import MAIL, browsers, jo, linden, mara, phone

__all__ = ["browsers", "jo", "linden", "mara", "phone"]

pytestmark = pytest.mark.asyncio


async def test_what_is_kept_calls_and_leads_to_the_plan(phone) -> None:
    kept = (await phone.get("/me/offline/help")).text
    assert kept.index('href="tel:') < kept.index('href="/me/plan"')
    assert not [word for word in ("Almeida", "findahelpline", "<form class", "/support") if word in kept]


async def test_with_a_connection_it_is_the_page_of_the_clinic_for_anybody(phone, browsers) -> None:
    assert (await phone.get("/me/help")).headers["location"] == "/c/linden/help"
    assert (await (await browsers()).get("/me/help")).headers["location"] == "/help"


async def test_a_device_that_others_use_too_keeps_none(house, jo, mara, browsers) -> None:
    shared = await browsers()
    await come_in(house, shared, await handed_over(mara, jo.made.card.patient_id), MAIL)
    assert (await shared.get("/me/offline/help")).status_code == 404
    assert (await shared.get("/me/help")).headers["location"] == "/c/linden/help"
