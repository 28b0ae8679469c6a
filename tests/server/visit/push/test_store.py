"""What is kept of a browser that agreed: once, sealed, few, and not longer than the wait; on both engines."""

import asyncio

import pytest
from sqlalchemy import func, select

from server.accounts.push import store
from server.accounts.push.forms import Subscription
from server.accounts.push.rules import MOST, Owner
from server.accounts.push.store import SealedDevice, open_device, seal_device
from server.accounts.push.tables import PushDevice
from server.booking import desk
from server.booking.store import By as BookedBy
from server.crypto import SealBroken
from server.db import Database
from server.house import House
from server.visit import store as visits
from server.visit.rules import Event, State
from tests.engines.told_browser import Browser
from tests.server.booking.linden import Linden
from tests.server.conftest import Clock
from tests.server.visit.conftest import START, Jo
from tests.server.visit.push.knocks import devices

pytestmark = pytest.mark.asyncio
ENDPOINT = "https://fcm.googleapis.com/fcm/send/planted-canary"


@pytest.fixture
def settings(on_both_engines):
    return on_both_engines


async def sealed(house: House, jo: Jo, endpoint: str = ENDPOINT) -> SealedDevice:
    """A device of Jo in her visit."""
    card = jo.made.card
    key = await house.keys.patient(card.clinic_id, card.patient_id)
    visit = await house.db.unit(lambda db: visits.ensure(db, card))
    said = Subscription(**Browser().fields(endpoint))
    return seal_device(key, card.clinic_id, Owner(visit_id=visit.id), said)


async def test_the_same_browser_on_two_nodes_in_one_moment_is_one_row(house: House, jo: Jo) -> None:
    device, other = await sealed(house, jo), Database(house.settings.data_url)
    took = await asyncio.gather(
        *(node.unit(lambda db: store.keep(db, device, house.clock())) for node in (house.db, other) for _ in range(4))
    )
    await other.close()
    assert sorted(took)[-2:] == [False, True], "one of them wrote it"
    assert len(await devices(house)) == 1


async def test_the_address_is_sealed_with_the_patients_key_and_bound_to_its_row(house: House, jo: Jo) -> None:
    device = await sealed(house, jo)
    await house.db.unit(lambda db: store.keep(db, device, house.clock()))
    (row,) = await devices(house)
    assert b"canary" not in row.subscription_sealed
    assert b"canary" not in row.id.bytes
    key = await house.keys.patient(jo.made.card.clinic_id, jo.made.card.patient_id)
    assert open_device(key, device).endpoint == ENDPOINT
    with pytest.raises(SealBroken):
        open_device(await house.keys.clinic(device.clinic_id), device)
    moved = await sealed(house, jo, ENDPOINT + "2")
    with pytest.raises(SealBroken):
        open_device(key, SealedDevice(moved.id, device.clinic_id, device.owner, device.sealed))


async def test_of_more_than_a_few_the_newest_stay(house: House, jo: Jo, clock: Clock) -> None:
    made = [await sealed(house, jo, f"{ENDPOINT}/{number}") for number in range(MOST + 2)]
    for device in made:
        clock.forward(seconds=1)
        await house.db.unit(lambda db, device=device: store.keep(db, device, clock()))
    assert [row.id for row in await devices(house)] == [device.id for device in made[2:]]


@pytest.mark.parametrize("event", [Event.END, Event.DECLINE])
async def test_the_wait_ends_and_nothing_is_kept(house: House, linden: Linden, jo: Jo, event: Event) -> None:
    device = await sealed(house, jo)
    await house.db.unit(lambda db: store.keep(db, device, house.clock()))

    async def work(db):
        visit = await visits.ensure(db, jo.made.card)
        await visits.move(db, jo.made.card, visit, event, State.ENDED, visits.By("staff", linden.mara.staff_id), START)

    await house.db.unit(work)
    assert await devices(house) == []


async def test_a_cancelled_booking_keeps_nothing_either(house: House, linden: Linden, jo: Jo) -> None:
    device = await sealed(house, jo)
    await house.db.unit(lambda db: store.keep(db, device, house.clock()))
    assert await desk.cancel(house, linden.clinic, jo.made.card, BookedBy())
    await house.outbox.run_due()
    assert await devices(house) == []


async def test_a_wait_that_nobody_ended_is_forgotten_after_a_day(house: House, jo: Jo, clock: Clock) -> None:
    old, new = await sealed(house, jo), await sealed(house, jo, ENDPOINT + "2")
    await house.db.unit(lambda db: store.keep(db, old, clock()))
    clock.forward(days=1, seconds=1)
    await house.db.unit(lambda db: store.keep(db, new, clock()))
    assert [row.id for row in await devices(house)] == [new.id]


async def test_the_clinic_turns_it_off_and_everybodys_devices_are_forgotten(
    house: House, linden: Linden, jo: Jo
) -> None:
    ring = await house.keys.clinic(linden.clinic.id)
    staff = Owner(staff_id=linden.mara.staff_id)
    theirs = seal_device(ring, linden.clinic.id, staff, Subscription(**Browser().fields(ENDPOINT)))
    for device in (await sealed(house, jo), theirs):
        await house.db.unit(lambda db, device=device: store.keep(db, device, house.clock()))
    assert len(await devices(house)) == 2, "one browser may be two people's"
    await house.db.unit(lambda db: store.forget_clinic(db, linden.clinic.id))
    assert await house.db.read(lambda db: db.scalar(select(func.count(PushDevice.id)))) == 0
