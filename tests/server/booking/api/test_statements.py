"""How many statements a booking by a program takes, on either engine."""

import httpx2
import pytest

from server.config import Settings
from server.house import House
from server.keys import AT_ONCE
from tests.server.booking.api.programs import BOOKINGS, wish
from tests.server.booking.linden import Linden
from tests.server.statements import asked_of

MOST = 12
TO_BE_ALONE = "BEGIN", "SELECT pg_advisory_xact_lock"
"""What takes the writer's lock: SQLite has it in BEGIN, PostgreSQL in a statement of its own."""


@pytest.fixture
def settings(on_both_engines: Settings) -> Settings:
    return on_both_engines


@pytest.mark.asyncio
async def test_a_booking_takes_at_most_twelve_statements_keys_and_audit_included(
    program: httpx2.AsyncClient, house: House, linden: Linden
) -> None:
    """From the second one of a program on: the clinic's own key is opened once. It makes the patients' keys."""
    assert (await program.post(BOOKINGS, json=wish(linden, start="2026-03-12T12:00:00Z"))).status_code == 201
    for _ in range(AT_ONCE - 1):
        await house.keys.new_patient(linden.clinic.id, house.clock())
    with asked_of(house.db, house.keys.database) as asked:
        assert (await program.post(BOOKINGS, json=wish(linden))).status_code == 201
    counted = [text for text in asked if not text.startswith(TO_BE_ALONE)]
    assert any(text.startswith("INSERT INTO wrapped_keys") for text in counted)
    assert any(text.startswith("INSERT INTO audit") for text in counted)
    assert len(counted) <= MOST, "\n".join(text[:90].replace("\n", " ") for text in counted)
