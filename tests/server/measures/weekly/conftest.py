"""Jo, who met Mara in the week before and has a space of her own; the clinic asks the GAD-7 every week."""

from datetime import UTC, datetime, timedelta

import pytest_asyncio

from tests.server.booking.conftest import either_house, new_database
from tests.server.journal.conftest import browsers, jo, linden, mara, phone
from tests.server.measures.asked import use
from tests.server.visit.conftest import samir, signed_in

__all__ = ["browsers", "either_house", "jo", "linden", "mara", "new_database", "phone", "samir"]
MONDAY = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
"""Ten in the morning in Berlin, a week after Jo met Mara."""
WEEK = timedelta(days=7)


@pytest_asyncio.fixture
async def weekly(house, linden, jo, mara, phone, clock) -> str:
    """Where Jo is asked."""
    await use(house, linden.clinic.id, gad7="each_week")
    clock.now = MONDAY
    await signed_in(house, mara, linden.mara.staff_id)
    return f"/me/asked/{jo.made.card.patient_id}"
