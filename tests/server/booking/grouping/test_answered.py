"""What a booking is answered with, on both engines, where it begins a group, joins one or is asked for."""

from dataclasses import replace

import pytest

from server.booking.desk import Made
from server.clinic import store as clinics
from server.house import House
from tests.server.booking.grouping.test_store import HOUR, filled, fresh, join, practice
from tests.server.booking.linden import Linden

__all__ = ["practice"]
pytestmark = pytest.mark.asyncio


@pytest.mark.parametrize("kind", ["first", "joins", "shrunk", "asked", "own deadline"])
async def test_what_is_answered_at_once_is_what_stands(either_house: House, practice: Linden, kind: str) -> None:
    """Nobody reads again what was just written, so it must be the same to the last word."""
    service = practice.session
    if kind in {"joins", "shrunk"}:
        await filled(either_house, practice, 1)
    if kind == "shrunk":
        service = replace(service, seats=2)
    if kind == "asked":
        service = replace(service, seats=1, asks=True)
    if kind == "own deadline":
        service = replace(service, seats=1, change_until=2 * HOUR)
    await either_house.db.unit(lambda db: clinics.change_service(db, practice.clinic.id, service, either_house.clock()))
    called = {practice.mara.staff_id: practice.mara.name}
    made = await join(either_house, practice, "jo", service=service, called=called)
    assert isinstance(made, Made)
    assert made.card == await fresh(either_house, made.card)
