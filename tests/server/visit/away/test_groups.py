"""'Away today' with a group: it goes to a colleague as one, or ends as one, and the minute gives back every seat."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select, update

from server.booking.tables import Appointment, Booking, Cancellation, Claim
from server.clinic import store as clinics
from server.house import House
from server.interop.webhooks.rules import Told
from server.interop.webhooks.tables import WebhookMessage
from server.visit.away.tables import AwayBooking
from tests.server.booking.linden import Linden
from tests.server.conftest import Clock
from tests.server.interop.webhooks.test_sending import hook
from tests.server.visit.conftest import START, Browser, Jo, booked_this_morning

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def group(house: House, linden: Linden, jo: Jo, mara: Browser, clock: Clock) -> Browser:
    """Jo and Noor come to one group of Mara's at 15:00; it is ten to three."""
    session = replace(linden.session, seats=3)
    await house.db.unit(lambda db: clinics.change_service(db, linden.clinic.id, session, house.clock()))
    await house.db.unit(
        lambda db: db.execute(update(Appointment).values(seats=3))
    )  # Jo booked when it was given to one
    await booked_this_morning(house, replace(linden, session=session), clock, START)
    return mara


async def all_of(house: House, what: Any) -> list[Any]:
    return list(await house.db.read(lambda db: db.scalars(select(what))))


async def goes(mara: Browser, choice: str = "") -> tuple[str, list[str]]:
    """Presses with this choice for each, or with what is proposed; answers where that leads, and what was proposed."""
    page = (await mara.get("/staff/away")).text
    fields = {"therapist": "mara-lind", "id": re.findall(r'name="id" value="(\w+)"', page)[0]}
    proposed = re.findall(r'value="([\w-]+)" selected', page)
    for public_id, there in zip(re.findall(r'name="choice-(\w+)"', page), proposed, strict=True):
        fields[f"choice-{public_id}"] = choice or there
    return str((await mara.post("/staff/away", data=fields)).headers["location"]), proposed


async def test_a_group_goes_to_the_colleague_as_one_and_comes_back_as_one(
    group: Browser, house: House, linden: Linden
) -> None:
    where, proposed = await goes(group)
    assert proposed == ["samir-haddad"] * 2
    assert [row.became for row in await all_of(house, AwayBooking)] == ["colleague"] * 2
    (appointment,) = await all_of(house, Appointment)
    assert appointment.therapist_id == linden.samir.staff_id
    assert [claim.resource_id for claim in await all_of(house, Claim)] == [linden.samir.staff_id]
    await group.post(f"{where}/undo")
    (appointment,) = await all_of(house, Appointment)
    assert appointment.therapist_id == linden.mara.staff_id
    assert [claim.resource_id for claim in await all_of(house, Claim)] == [linden.mara.staff_id]


async def test_a_group_that_ended_has_all_its_seats_again_within_the_minute(group: Browser, house: House) -> None:
    where, _ = await goes(group, "offer")
    assert not await all_of(house, Claim)
    await group.post(f"{where}/undo")
    assert sorted(await all_of(house, Booking.seat)) == [1, 2]
    assert not await all_of(house, Cancellation)
    assert len(await all_of(house, Claim)) == 1


async def test_one_of_a_group_goes_to_no_colleague_without_the_others(group: Browser, house: House, jo: Jo) -> None:
    page = (await group.get("/staff/away")).text
    fields = {"therapist": "mara-lind", "id": re.findall(r'name="id" value="(\w+)"', page)[0]}
    await group.post("/staff/away", data=fields | {f"choice-{jo.made.card.public_id}": "samir-haddad"})
    assert sorted(row.became for row in await all_of(house, AwayBooking)) == ["kept", "not_free"]


async def test_other_systems_hear_that_it_moved_and_not_that_it_was_made_again(
    group: Browser, house: House, linden: Linden, clock: Clock
) -> None:
    while await house.outbox.run_due():
        pass
    await hook(house, linden, "https://example.org/hear")
    await goes(group)
    clock.forward(seconds=61)
    while await house.outbox.run_due():
        pass
    told = [json.loads(message.body) for message in await all_of(house, WebhookMessage)]
    assert [(one["type"], one["data"]["therapist"]) for one in told] == [(Told.MOVED.value, "samir-haddad")] * 2


async def test_other_systems_hear_nothing_of_what_was_taken_back(
    group: Browser, house: House, linden: Linden, clock: Clock
) -> None:
    while await house.outbox.run_due():
        pass
    await hook(house, linden, "https://example.org/hear")
    where, _ = await goes(group, "offer")
    await group.post(f"{where}/undo")
    where, _ = await goes(group)
    await group.post(f"{where}/undo")
    clock.forward(seconds=61)
    while await house.outbox.run_due():
        pass
    assert not await all_of(house, WebhookMessage)
