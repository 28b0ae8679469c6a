"""A reminder for devices alone whose devices are gone comes by mail or text, once, from any node; on both engines."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import uuid4

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.push import store as push
from server.accounts.push.forms import Subscription
from server.accounts.push.rules import Owner
from server.accounts.push.store import seal_device
from server.booking.desk import Made
from server.booking.reminders.rules import ReminderRules
from server.booking.reminders.store import set_rules
from server.house import House
from server.journal.reminding.forms import DEVICE
from server.notify.discreet import findings
from server.notify.push import Device, Gone
from server.notify.sms import MemoryTexter
from server.outbox import Outbox
from server.patients.space import knocking
from server.patients.space import store as spaces
from server.patients.space.rules import By
from tests.engines.told_browser import Browser
from tests.server.booking.conftest import either_house, new_database
from tests.server.booking.linden import Linden, booked, seed
from tests.server.conftest import Clock
from tests.server.journal.reminding.test_pages import nudges
from tests.server.journal.reminding.test_ways import chosen, nodes_run
from tests.server.visit.push.knocks import devices

__all__ = ["either_house", "new_database"]
pytestmark = pytest.mark.asyncio


class Service:
    """A push service that has forgotten some of its browsers, and is busy once for others."""

    public = "key"

    def __init__(self) -> None:
        self.gone: set[str] = set()
        self.busy: set[str] = set()
        self.took: list[str] = []

    def fits(self, device: Device) -> bool:
        return True

    async def knock(self, device: Device) -> None:
        if device.endpoint in self.gone:
            raise Gone()
        if device.endpoint in self.busy:
            self.busy.remove(device.endpoint)
            raise TimeoutError()
        self.took.append(device.endpoint)


@pytest_asyncio.fixture
async def house(either_house: House) -> House:
    built = replace(either_house, texter=MemoryTexter(), pusher=Service())
    return replace(built, outbox=Outbox(built.db, built.clock, {}))


@pytest_asyncio.fixture
async def seeded(house: House) -> Linden:
    return await seed(house)


@pytest_asyncio.fixture
async def made(house: House, seeded: Linden) -> Made:
    return await booked(house, seeded, phone="+351912345678")


async def with_devices(house: House, seeded: Linden, made: Made, names: Sequence[str]) -> None:
    """Signed in on each of these, told there, and waiting for the evening."""
    clinic_id, patient_id, now = made.card.clinic_id, made.card.patient_id, house.clock()
    key, space_id = await house.keys.clinic(clinic_id), uuid4()

    async def work(db: AsyncSession) -> None:
        await set_rules(db, clinic_id, ReminderRules(by_push=True))
        who = (clinic_id, patient_id, None)
        code_id = await knocking.hand_over(db, b"secret", "k7qmx3pd9", who, seeded.mara.staff_id, now)
        await spaces.add_space(db, clinic_id, now, space_id)
        await spaces.add_member(db, space_id, patient_id, None, code_id, now)
        for name in names:
            login = await spaces.begin_login(db, space_id, uuid4().hex, now, name, By.CODES, own=True)
            said = Subscription(**Browser().fields(name))
            await push.keep(db, seal_device(key, clinic_id, Owner(login_id=login), said), now)

    await house.db.unit(work)
    await chosen(house, made, DEVICE)
    await nodes_run(house)
    house.mailer.sent.clear()


async def evening(house: House, clock: Clock, minute: int = 5) -> int:
    """How many mails went in the stead of a knock."""
    clock.now = clock.now.replace(hour=20, minute=minute)
    await nodes_run(house)
    await nodes_run(house)
    return len(nudges(house.mailer))


async def test_a_device_that_is_gone_is_forgotten_and_one_discreet_mail_goes(
    house: House, seeded: Linden, made: Made, clock: Clock
) -> None:
    await with_devices(house, seeded, made, ["phone"])
    house.pusher.gone = {"phone"}
    assert await evening(house, clock) == 1
    (letter,) = nudges(house.mailer)
    assert findings(letter.subject + letter.text + letter.html, ["Jo Almeida"]) == []
    assert await devices(house) == []
    assert await evening(house, clock, 30) == 1, "and no second one"


async def test_two_devices_that_go_at_once_on_two_nodes_are_one_mail(
    house: House, seeded: Linden, made: Made, clock: Clock
) -> None:
    await with_devices(house, seeded, made, ["phone", "tablet"])
    house.pusher.gone = {"phone", "tablet"}
    assert await evening(house, clock) == 1
    assert await devices(house) == []


@pytest.mark.parametrize("gone", ["phone", "tablet"])
async def test_what_another_device_took_is_not_sent_again(
    house: House, seeded: Linden, made: Made, clock: Clock, gone: str
) -> None:
    await with_devices(house, seeded, made, ["phone", "tablet"])
    house.pusher.gone = {gone}
    assert await evening(house, clock) == 0
    assert len(house.pusher.took) == len(await devices(house)) == 1


async def test_one_that_took_it_and_is_signed_out_before_another_one_is_gone(
    house: House, seeded: Linden, made: Made, clock: Clock
) -> None:
    await with_devices(house, seeded, made, ["phone", "tablet"])
    house.pusher.busy = {"tablet"}
    clock.now = clock.now.replace(hour=20, minute=5)
    await nodes_run(house)
    assert house.pusher.took == ["phone"]
    key = await house.keys.clinic(made.card.clinic_id)
    for row in await devices(house):
        device = await house.db.read(lambda db, row=row: push.device_of(db, row.id))
        if push.open_device(key, device).endpoint == "phone":
            await house.db.unit(lambda db, row=row: push.forget(db, row.id))
    house.pusher.gone = {"tablet"}
    assert await evening(house, clock, 20) == 0


async def test_who_stopped_it_on_the_device_meanwhile_is_reminded_by_mail(
    house: House, seeded: Linden, made: Made, clock: Clock
) -> None:
    await with_devices(house, seeded, made, ["phone"])
    house.pusher.busy = {"phone"}
    clock.now = clock.now.replace(hour=20, minute=5)
    await nodes_run(house)
    (device,) = await devices(house)
    await house.db.unit(lambda db: push.forget(db, device.id))
    await evening(house, clock, 20)
    assert len(nudges(house.mailer)) == 1
