"""A letter at the browser of who is to answer: empty, and only where clinic and person want it."""

import pytest

from server.visit.ladder.rules import USUAL, WaitingRules
from server.visit.ladder.store import set_waiting_rules
from tests.engines.told_browser import Browser as Told

pytestmark = pytest.mark.asyncio
MARA, SAMIR = (Told().fields(f"https://fcm.googleapis.com/fcm/send/{who}") for who in ("mara", "samir"))


async def run(house) -> None:
    while await house.outbox.run_due():
        pass


async def test_whoever_is_to_answer_and_agreed_is_knocked_at_once_for_a_letter(
    house, linden, clock, phone, mara, samir
):
    await phone.begins("Nobody agreed yet.")
    await run(house)
    assert house.pusher.knocked == []
    await house.db.unit(lambda db: set_waiting_rules(db, linden.clinic.id, WaitingRules(push=True), USUAL))
    for who, device in ((mara, MARA), (samir, SAMIR)):
        assert (await who.post("/staff/devices", data=device)).json() == {"kept": True}
    await phone.begins("A letter.")
    await run(house)
    assert [one.endpoint for one in house.pusher.knocked] == [MARA["endpoint"]], "it is hers alone"
    clock.forward(minutes=11)
    await house.outbox.run_due()
    assert len(house.pusher.knocked) == 1


async def test_a_knock_that_could_not_leave_in_time_leaves_no_more(house, linden, clock, phone, mara):
    await house.db.unit(lambda db: set_waiting_rules(db, linden.clinic.id, WaitingRules(push=True), USUAL))
    await mara.post("/staff/devices", data=MARA)
    await phone.begins("A letter.")
    await house.outbox.run_due()  # mails, and queues the knock
    clock.forward(minutes=11)
    await run(house)
    assert house.pusher.knocked == []
