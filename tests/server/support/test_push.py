"""Help now at the browsers of who is on call: empty, where clinic and person want it, and only while it matters."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from server.outbox import OutboxRow
from server.visit.ladder.rules import USUAL, WaitingRules
from server.visit.ladder.store import set_waiting_rules
from tests.engines.told_browser import Browser as Told
from tests.server.support.conftest import base, waiting

pytestmark = pytest.mark.asyncio
MARA, SAMIR = (Told().fields(f"https://fcm.googleapis.com/fcm/send/{who}") for who in ("mara", "samir"))


async def turn_on(house, clinic_id, *, push: bool = True) -> None:
    await house.db.unit(lambda db: set_waiting_rules(db, clinic_id, WaitingRules(push=push), USUAL))


async def knocks(house) -> list[dict[str, str]]:
    """What was queued for browsers: ids and times, and nothing that anybody said."""
    asked = select(OutboxRow.payload).where(OutboxRow.topic == "waiting.knock")
    return list(await house.db.read(lambda db: db.scalars(asked)))


async def test_who_is_on_call_and_agreed_is_knocked_at_until_somebody_takes_them(
    house, on, clock, mara, samir, browsers
):
    assert (await mara.post("/staff/devices", data=MARA)).status_code == 409, "off until the clinic wants it"
    await turn_on(house, on.clinic.id)
    assert (await mara.post("/staff/devices", data=MARA)).json() == {"kept": True}
    await waiting(browsers, name="Robin")
    await house.alerts.run_due()
    await house.outbox.run_due()
    assert [one.endpoint for one in house.pusher.knocked] == [MARA["endpoint"]], "Samir did not agree"
    assert all(set(one) == {"device", "open"} for one in await knocks(house))
    clock.forward(seconds=61)
    await house.alerts.run_due()
    await mara.post(f"{await base(house)}/take")
    await house.outbox.run_due()
    assert len(house.pusher.knocked) == 1, "taken before it went"


async def test_a_colleague_to_whom_somebody_is_handed_hears_it_and_a_clinic_that_turned_it_off_tells_nobody(
    house, on, clock, mara, samir, browsers
):
    await turn_on(house, on.clinic.id)
    await samir.post("/staff/devices", data=SAMIR)
    await waiting(browsers, name="Robin")
    await mara.post(f"{await base(house)}/take")
    handed = await mara.post(f"{await base(house)}/hand", data={"to": str(on.samir.staff_id)})
    assert handed.status_code == 303
    await house.outbox.run_due()
    assert [one.endpoint for one in house.pusher.knocked] == [SAMIR["endpoint"]]
    await turn_on(house, on.clinic.id, push=False)
    clock.now += timedelta(minutes=1)
    await waiting(browsers, name="Kim")
    await house.alerts.run_due()
    await house.outbox.run_due()
    assert len(house.pusher.knocked) == 1
