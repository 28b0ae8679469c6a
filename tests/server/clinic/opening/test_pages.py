"""The door for who has no link at hand, and who sets its hours."""

import pytest
from sqlalchemy import select

from server.access import Role
from server.audit.tables import AuditEntry
from tests.server.clinic.made import let_in, make_clinic, make_staff

pytestmark = pytest.mark.asyncio


async def test_closed_it_says_when_it_opens_and_offers_the_next_step(client, house, clock) -> None:
    made = await make_clinic(house)
    await let_in(client, house, await make_staff(house, made, "Ada", Role.ADMIN))
    door = f"/c/{made.slug}/waiting-room"
    assert "Come in by your link" in (await client.get(door)).text
    answer = await client.post("/staff/clinic/opening", data={"d0a_from": "13:00", "d0a_until": "17:00"})
    assert answer.headers["location"] == "/staff/clinic?notice=kept"
    closed = (await client.get(door)).text
    assert "We are closed now" in closed
    assert "We open again on Monday 9 March at 13:00." in closed
    assert "Book a time" in closed
    assert "Need help now" in closed
    clock.forward(hours=4)
    assert "Somebody is here until 17:00" in (await client.get(door)).text
    noted = await house.db.read(lambda db: db.scalars(select(AuditEntry.action)))
    assert list(noted) == ["opening.changed"]


async def test_half_a_stretch_is_asked_for_and_nobody_else_sets_hours(client, house) -> None:
    made = await make_clinic(house)
    await let_in(client, house, await make_staff(house, made, "Ada", Role.ADMIN))
    assert (await client.post("/staff/clinic/opening", data={"d0a_from": "13:00"})).status_code == 422
    await let_in(client, house, await make_staff(house, made, "Tove", Role.THERAPIST))
    assert (await client.post("/staff/clinic/opening", data={})).status_code == 403
    assert (await client.get("/c/nobody/waiting-room")).status_code == 404
