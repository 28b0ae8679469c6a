"""A reminder for devices alone whose push service is away: a real one on loopback that is down, or comes back in time.

It goes by mail or text once nobody tries any more, from two nodes, on both engines; asked again at that very moment.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio
from sqlalchemy import select, update

from server.booking.desk import Made
from server.house import House
from server.journal.reminding import instead
from server.journal.reminding.tables import MoodPrompt
from server.notify.discreet import findings
from server.notify.push import WebPusher, vapid
from server.notify.sms import MemoryTexter
from server.outbox import Outbox
from tests.engines.ports import free_ports
from tests.engines.serving import Handler, serving
from tests.server.booking.conftest import either_house, new_database
from tests.server.booking.linden import Linden, booked, seed
from tests.server.conftest import Clock
from tests.server.journal.reminding.test_instead import with_devices
from tests.server.journal.reminding.test_pages import nudges
from tests.server.journal.reminding.test_ways import nodes_run

__all__ = ["either_house", "new_database"]
pytestmark = pytest.mark.asyncio


class Services:
    """Push services that take what comes while they are up; nobody listens at one that is down."""

    def __init__(self) -> None:
        self.ports = free_ports(2)
        self.took: list[str] = []

    @property
    def devices(self) -> list[str]:
        """One device at each."""
        return [f"http://127.0.0.1:{port}/{name}" for port, name in zip(self.ports, ("phone", "tablet"), strict=True)]

    @contextmanager
    def up(self, which: int = 0) -> Iterator[None]:
        """One of them, for the length of a block."""
        took = self.took

        class Take(Handler):
            def do_POST(self) -> None:  # the library's name
                self.rfile.read(int(self.headers.get("content-length", 0)))
                took.append(self.path)
                self.send_response(201)
                self.send_header("content-length", "0")
                self.end_headers()

        with serving(Take, self.ports[which]):
            yield


@pytest.fixture
def services() -> Services:
    return Services()


@pytest_asyncio.fixture
async def house(either_house: House) -> House:
    pusher = WebPusher(vapid(b"k" * 32), "clinic@testserver", lambda endpoint: endpoint.startswith("http://127.0.0.1:"))
    built = replace(either_house, texter=MemoryTexter(), pusher=pusher)
    return replace(built, outbox=Outbox(built.db, built.clock, {}))


@pytest_asyncio.fixture
async def seeded(house: House) -> Linden:
    return await seed(house)


@pytest_asyncio.fixture
async def made(house: House, seeded: Linden) -> Made:
    return await booked(house, seeded, phone="+351912345678")


async def evening(house: House, clock: Clock) -> None:
    """The moment comes, and two nodes look."""
    clock.now = clock.now.replace(hour=20, minute=5)
    await nodes_run(house)


async def minutes_pass(house: House, clock: Clock, minutes: float = 12) -> None:
    """Every quarter of a minute two nodes look."""
    for _ in range(int(minutes * 4)):
        clock.forward(seconds=15)
        await nodes_run(house)


async def sent(house: House) -> tuple[int, int]:
    """Mails, and text messages."""
    return len(nudges(house.mailer)), len([one for one in house.texter.sent if "reminder" in one.words])


async def test_while_the_service_is_away_it_waits_and_then_goes_by_mail_once(
    house: House, seeded: Linden, made: Made, clock: Clock, services: Services
) -> None:
    await with_devices(house, seeded, made, services.devices[:1])
    await evening(house, clock)
    await minutes_pass(house, clock, 3)
    assert await sent(house) == (0, 0), "it may come back"
    await minutes_pass(house, clock, 12)
    assert await sent(house) == (1, 0)
    (letter,) = nudges(house.mailer)
    assert findings(letter.subject + letter.text + letter.html, ["Jo Almeida"]) == []
    with services.up():  # and a service that comes back too late hears nothing of it
        await minutes_pass(house, clock, 10)
    assert (await sent(house), services.took) == ((1, 0), [])


async def test_a_service_that_comes_back_in_time_is_told_and_no_mail_goes(
    house: House, seeded: Linden, made: Made, clock: Clock, services: Services
) -> None:
    await with_devices(house, seeded, made, services.devices[:1])
    await evening(house, clock)
    await minutes_pass(house, clock, 2)
    with services.up():
        await minutes_pass(house, clock, 15)
    assert (await sent(house), services.took) == ((0, 0), ["/phone"])


async def test_whom_only_a_text_message_reaches_gets_one(
    house: House, seeded: Linden, clock: Clock, services: Services
) -> None:
    by_text = await booked(house, seeded, mail="", phone="+351912345678")
    await with_devices(house, seeded, by_text, services.devices[:1])
    await evening(house, clock)
    await minutes_pass(house, clock, 12)
    assert await sent(house) == (0, 1)
    (text,) = [one for one in house.texter.sent if "reminder" in one.words]
    assert text.to == "+351912345678"
    assert text.words.endswith("/me/now")
    assert findings(text.words, ["Jo Almeida"]) == []


async def test_of_two_services_one_that_is_up_is_enough_and_two_that_are_away_are_one_mail(
    house: House, seeded: Linden, made: Made, clock: Clock, services: Services
) -> None:
    await with_devices(house, seeded, made, services.devices)
    with services.up(1):
        await evening(house, clock)
        await minutes_pass(house, clock, 12)
    assert (await sent(house), services.took) == ((0, 0), ["/tablet"])
    clock.now += timedelta(days=1)
    await evening(house, clock)
    await minutes_pass(house, clock, 12)
    assert await sent(house) == (1, 0)


async def test_whoever_answers_before_it_goes_gets_none(
    house: House, seeded: Linden, made: Made, clock: Clock, services: Services
) -> None:
    await with_devices(house, seeded, made, services.devices[:1])
    await evening(house, clock)
    await minutes_pass(house, clock, 2)
    answered = update(MoodPrompt).values(answered_at=clock())
    await house.db.unit(lambda db: db.execute(answered))
    await minutes_pass(house, clock, 12)
    assert (await sent(house), services.took) == ((0, 0), [])


async def test_a_device_that_takes_it_while_the_mail_waits_keeps_the_mail_from_going(
    house: House, seeded: Linden, made: Made, clock: Clock, services: Services
) -> None:
    """Its knock was on its way when another one was tried for the last time."""
    await with_devices(house, seeded, made, services.devices[:1])
    await evening(house, clock)
    row = await house.db.read(lambda db: db.scalar(select(MoodPrompt)))
    assert row
    about = {"prompt": row.id.hex, "times": 1}
    for _ in range(2):
        await house.db.unit(lambda db: instead.given_up(db, about, clock()))
    await minutes_pass(house, clock, 0.25)
    assert not await house.db.read(lambda db: instead.still_knocks(db, about))
    await house.db.unit(lambda db: instead.took(db, about))
    await minutes_pass(house, clock, 3)
    assert await sent(house) == (0, 0)
    assert await house.db.read(lambda db: instead.still_knocks(db, about)), "others of theirs may show it too"
