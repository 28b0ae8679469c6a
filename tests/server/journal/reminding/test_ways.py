"""A reminder leaves exactly once while two nodes live, by text message where that was chosen; on both engines."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from sqlalchemy import select

from server.app import job_table
from server.booking.desk import Made
from server.booking.reminders.rules import Quiet
from server.house import House
from server.journal.reminding import store
from server.journal.reminding.catalogue import conventions
from server.journal.reminding.forms import Choice
from server.journal.reminding.rules import Wish
from server.journal.reminding.tables import MoodPrompt
from server.notify.discreet import findings
from server.notify.mail import Letter, MemoryMailer
from server.notify.sms import MemoryTexter
from server.outbox import Outbox
from tests.server.booking.conftest import either_house, new_database
from tests.server.booking.linden import booked, seed
from tests.server.conftest import Clock

__all__ = ["either_house", "new_database"]
pytestmark = pytest.mark.asyncio
EVENING = Wish(20 * 60, 0, Quiet(22 * 60, 8 * 60), ZoneInfo("Europe/Lisbon"))


@pytest_asyncio.fixture
async def house(either_house: House) -> House:
    """With an outbox that runs nothing by itself."""
    built = replace(either_house, texter=MemoryTexter())
    return replace(built, outbox=Outbox(built.db, built.clock, {}))


@pytest_asyncio.fixture
async def made(house: House) -> Made:
    return await booked(house, await seed(house), phone="+351912345678")


async def chosen(house: House, made: Made, way: str) -> None:
    about = (made.card.clinic_id, made.card.patient_id, Choice(True, EVENING, way), house.clock(), conventions())
    await house.db.unit(lambda db: store.choose(db, *about))


async def nodes_run(house: House, number: int = 4) -> None:
    """Two live nodes, each of whom looks twice at once, until nothing is due."""
    for _ in range(3):
        nodes = [Outbox(house.db, house.clock, job_table(house)) for _ in range(number)]
        await asyncio.gather(*(node.run_due() for node in nodes))


async def test_while_two_nodes_live_each_evening_has_one_reminder(house: House, made: Made, clock: Clock) -> None:
    await chosen(house, made, "mail")
    for day in (9, 10):
        clock.now = clock.now.replace(day=day, hour=20, minute=5)
        await nodes_run(house)
        assert len([one for one in house.mailer.sent if one.subject == "A small reminder"]) == day - 8
    rows = await house.db.read(lambda db: db.scalars(select(MoodPrompt.times)))
    assert list(rows) == [1, 1]


async def test_by_text_message_it_names_nothing_and_no_mail_goes(house: House, made: Made, clock: Clock) -> None:
    await chosen(house, made, "sms")
    await nodes_run(house)
    house.mailer.sent.clear()
    clock.now = clock.now.replace(hour=20, minute=5)
    await nodes_run(house)
    (text,) = [one for one in house.texter.sent if "reminder" in one.words]
    assert text.to == "+351912345678"
    assert text.words.endswith("/me/now")
    assert findings(text.words, ["Jo Almeida"]) == []
    assert [one for one in house.mailer.sent if one.subject == "A small reminder"] == []


async def test_where_texts_stop_a_mail_goes_in_their_stead(house: House, made: Made, clock: Clock) -> None:
    await chosen(house, made, "sms")
    clock.now = clock.now.replace(hour=20, minute=0) + timedelta(minutes=5)
    await nodes_run(replace(house, texter=MemoryTexter(sends=False)))
    assert len([one for one in house.mailer.sent if one.subject == "A small reminder"]) == 1


async def evenings(house: House, clock: Clock, first: int, last: int) -> None:
    for day in range(first, last + 1):
        clock.now = clock.now.replace(day=day, hour=20, minute=5)
        await nodes_run(house, 1)


async def standing(house: House, made: Made) -> tuple[bool, int]:
    """(whether reminders still go, of how many they are told that they were asked)"""
    patient_id, now = made.card.patient_id, house.clock()
    reminder = await house.db.read(lambda db: store.reminder_of(db, patient_id))
    count = await house.db.read(lambda db: store.count(db, patient_id, now))
    return bool(reminder and reminder.goes), count.asked


class Broken(MemoryMailer):
    async def carry(self, letter: Letter) -> None:
        raise ConnectionError


@pytest.mark.parametrize("mailer", [MemoryMailer(sends=False), Broken()])
async def test_what_never_left_is_left_unanswered_by_nobody(house: House, made: Made, clock: Clock, mailer) -> None:
    await chosen(house, made, "mail")
    await evenings(replace(house, mailer=mailer, texter=MemoryTexter(sends=False)), clock, 9, 17)
    assert await standing(house, made) == (True, 0)
    await evenings(house, clock, 18, 22)
    assert await standing(house, made) == (True, 5)
    await evenings(house, clock, 23, 24)
    assert await standing(house, made) == (False, 5)
