"""Each reminder goes exactly once, on both engines and with two nodes; it follows a move, and the night before wins."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio
from sqlalchemy import select

from server.app import job_table
from server.booking import desk, store
from server.booking.asking.answering import answer
from server.booking.asking.rules import Answer
from server.booking.desk import Made
from server.booking.reminders import store as reminders
from server.booking.reminders.loop import Reminders
from server.booking.reminders.rules import Fate, Quiet, ReminderRules, Texts
from server.booking.reminders.tables import Reminder
from server.booking.rules import BookingCard, Wish
from server.booking.store import By
from server.house import House
from server.notify.mail import MemoryMailer
from server.notify.sms import MemoryTexter, Sms
from server.outbox import Outbox
from tests.server.booking.linden import THURSDAY, Linden, booked, seed
from tests.server.conftest import Clock

pytestmark = pytest.mark.asyncio
DAYS, HOURS = timedelta(days=2), timedelta(hours=1)
LATER = THURSDAY + timedelta(days=1, hours=1)


@pytest_asyncio.fixture
async def house(either_house: House) -> House:
    """With an outbox that runs nothing by itself, but knows whom to call."""
    built = replace(either_house, texter=MemoryTexter())
    jobs = dict(job_table(built))
    outbox = Outbox(built.db, built.clock, jobs)
    built = replace(built, outbox=outbox, reminders=Reminders(built.db, built.clock, outbox))
    jobs.update(job_table(built))
    return built


@pytest_asyncio.fixture
async def linden(house: House) -> Linden:
    return await seed(house)


@pytest_asyncio.fixture
async def made(house: House, linden: Linden) -> Made:
    """Booked on Monday for Thursday; reminders two days and one hour before."""
    await house.db.unit(lambda db: reminders.set_rules(db, linden.clinic.id, ReminderRules((DAYS, HOURS))))
    made = await booked(house, linden)
    await sent(house)
    return made


async def sent(house: House) -> list[str]:
    """Everything that is due now goes; the subjects of what the patient got."""
    assert isinstance(house.mailer, MemoryMailer)
    await house.reminders.run_due()
    while await house.outbox.run_due():
        pass
    subjects = [letter.subject for letter in house.mailer.sent if not letter.for_staff]
    house.mailer.sent.clear()
    return subjects


def texts(house: House) -> list[Sms]:
    assert isinstance(house.texter, MemoryTexter)
    return house.texter.sent


async def _out_of_order(*_: object) -> None:
    raise OSError("no way out")


async def settled(house: House) -> list[tuple[timedelta, str]]:
    rows = await house.db.read(lambda db: db.scalars(select(Reminder).order_by(Reminder.at, Reminder.before_minutes)))
    return [(timedelta(minutes=row.before_minutes), row.fate) for row in rows]


async def card_of(house: House, made: Made) -> BookingCard:
    card = await house.db.read(lambda db: store.booking_for_visit(db, made.card.id))
    assert card
    return card


async def test_each_goes_once_at_its_moment(house: House, made: Made, clock: Clock) -> None:
    assert await sent(house) == []
    clock.now = THURSDAY - DAYS
    assert await sent(house) == ["Reminder: Thursday 12 March, 8:30"]
    assert await sent(house) == []
    clock.now = THURSDAY - timedelta(minutes=30)
    assert await sent(house) == [], "an hour before is 7:30 in Lisbon, so it went the evening before"
    assert await settled(house) == [(DAYS, Fate.SENT)]


async def test_it_survives_a_restart_between_the_row_and_the_mail(house: House, made: Made, clock: Clock) -> None:
    clock.now = THURSDAY - DAYS
    await house.reminders.run_due()
    again = Reminders(house.db, clock, house.outbox)
    assert await again.run_due() == 0
    assert await sent(house) == ["Reminder: Thursday 12 March, 8:30"]


async def test_two_nodes_send_it_once(house: House, made: Made, clock: Clock) -> None:
    clock.now = THURSDAY - DAYS
    nodes = [Reminders(house.db, clock, house.outbox) for _ in range(4)]
    assert sum(await asyncio.gather(*(node.run_due() for node in nodes))) == 1
    outboxes = [Outbox(house.db, clock, job_table(house)) for _ in range(4)]
    await asyncio.gather(*(one.run_due() for one in outboxes))
    assert await sent(house) == ["Reminder: Thursday 12 March, 8:30"]


async def test_after_a_move_the_old_ones_are_void_and_the_new_time_has_its_own(
    house: House, linden: Linden, made: Made, clock: Clock
) -> None:
    clock.now = THURSDAY - DAYS
    await house.reminders.run_due()
    assert await desk.move(house, linden.clinic, made.card, Wish(LATER), By("patient")) is None
    assert await sent(house) == ["Your time is now Friday 13 March, 9:30"], "the reminder that was queued is void"
    clock.now = LATER - DAYS
    assert await sent(house) == ["Reminder: Friday 13 March, 9:30"]


async def test_moved_there_and_back_reminds_of_the_same_moment_once(
    house: House, linden: Linden, made: Made, clock: Clock
) -> None:
    clock.now = THURSDAY - DAYS
    await sent(house)
    for start in (LATER, THURSDAY):
        card = await card_of(house, made)
        assert await desk.move(house, linden.clinic, card, Wish(start), By("patient")) is None
    assert await sent(house) == ["Your time is now Thursday 12 March, 8:30"]


async def test_what_was_cancelled_after_it_was_queued_reminds_nobody(
    house: House, linden: Linden, made: Made, clock: Clock
) -> None:
    clock.now = THURSDAY - DAYS
    assert await house.reminders.run_due() == 1
    assert await desk.cancel(house, linden.clinic, made.card, By("staff"))
    assert await sent(house) == ["Your time on Thursday 12 March, 8:30 is cancelled"]


async def test_what_has_begun_before_the_mail_left_reminds_nobody(house: House, made: Made, clock: Clock) -> None:
    clock.now = THURSDAY - DAYS
    await house.reminders.run_due()
    clock.now = THURSDAY
    assert await sent(house) == []


async def test_who_books_after_the_moment_gets_the_nearer_one_alone(house: House, linden: Linden, clock: Clock) -> None:
    rules = ReminderRules((DAYS, timedelta(hours=20)), Quiet(0, 0))
    await house.db.unit(lambda db: reminders.set_rules(db, linden.clinic.id, rules))
    clock.now = THURSDAY - timedelta(hours=40)
    await booked(house, linden)
    await sent(house)
    assert await settled(house) == [(DAYS, Fate.BOOKED_LATER)]
    clock.now = THURSDAY - timedelta(hours=20)
    assert await sent(house) == ["Reminder: Thursday 12 March, 8:30"]


async def test_what_the_clinic_has_not_confirmed_reminds_nobody_until_it_does(
    house: House, linden: Linden, clock: Clock
) -> None:
    rules = ReminderRules((DAYS, timedelta(hours=20)), Quiet(0, 0))
    await house.db.unit(lambda db: reminders.set_rules(db, linden.clinic.id, rules))
    made = await booked(house, linden, asks=True)
    await sent(house)
    clock.now = THURSDAY - DAYS
    assert await house.reminders.run_due() == 0
    assert await answer(house, linden.clinic, await card_of(house, made), Answer.CONFIRMED, By("staff"))
    await sent(house)
    assert await settled(house) == [(DAYS, Fate.BOOKED_LATER)]
    clock.now = THURSDAY - timedelta(hours=20)
    assert await sent(house) == ["Reminder: Thursday 12 March, 8:30"]


async def test_a_clinic_without_a_schedule_reminds_nobody_and_a_new_one_holds_at_once(
    house: House, linden: Linden, made: Made, clock: Clock
) -> None:
    await house.db.unit(lambda db: reminders.set_rules(db, linden.clinic.id, ReminderRules(())))
    clock.now = THURSDAY - DAYS
    assert await sent(house) == []
    await house.db.unit(lambda db: reminders.set_rules(db, linden.clinic.id, ReminderRules((DAYS,))))
    assert await sent(house) == ["Reminder: Thursday 12 March, 8:30"]


async def test_a_number_alone_is_reminded_by_message(house: House, linden: Linden, clock: Clock) -> None:
    await booked(house, linden, mail="", phone="+491715550134")
    clock.now = THURSDAY - DAYS
    assert await sent(house) == []
    assert isinstance(house.texter, MemoryTexter)
    [message] = house.texter.sent
    assert message.to == "+491715550134"
    assert message.words.startswith(
        "Linden Practice: your time is Thursday 12 March, 8:30 (in Lisbon). Confirm, move or cancel: http://testserver/l/"
    )
    assert message.words.endswith("/confirm")
    assert len(message.words) <= 300


async def both_ways(house: House, linden: Linden) -> Made:
    """Somebody with an address and a number, in a clinic that writes to both."""
    rules = ReminderRules((DAYS,), texts=Texts.BESIDE)
    await house.db.unit(lambda db: reminders.set_rules(db, linden.clinic.id, rules))
    made = await booked(house, linden, phone="+491715550134")
    await sent(house)
    return made


async def test_mail_and_message_leave_once_each_whichever_node_is_first(
    house: House, linden: Linden, clock: Clock
) -> None:
    made = await both_ways(house, linden)
    clock.now = THURSDAY - DAYS
    nodes = [Reminders(house.db, clock, house.outbox) for _ in range(4)]
    assert sum(await asyncio.gather(*(node.run_due() for node in nodes))) == 1
    outboxes = [Outbox(house.db, clock, job_table(house)) for _ in range(4)]
    await asyncio.gather(*(one.run_due() for one in outboxes))
    assert await sent(house) == ["Reminder: Thursday 12 March, 8:30"]
    assert [one.to for one in texts(house)] == ["+491715550134"]
    told = await house.db.read(lambda db: reminders.told(db, made.card.id))
    assert sorted(one.way for one in told) == ["mail", "sms"]


async def test_a_message_that_fails_is_tried_again_and_the_mail_is_not(
    house: House, linden: Linden, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await both_ways(house, linden)
    clock.now = THURSDAY - DAYS
    with monkeypatch.context() as broken:
        broken.setattr(MemoryTexter, "carry", _out_of_order)
        assert await sent(house) == ["Reminder: Thursday 12 March, 8:30"]
    clock.forward(minutes=10)
    assert await sent(house) == [], "the mail has a row of its own"
    assert len(texts(house)) == 1


async def test_the_message_beside_the_mail_is_void_when_the_time_was_cancelled_meanwhile(
    house: House, linden: Linden, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await both_ways(house, linden)
    clock.now = THURSDAY - DAYS
    with monkeypatch.context() as broken:
        broken.setattr(MemoryTexter, "carry", _out_of_order)
        await sent(house)
    assert await desk.cancel(house, linden.clinic, made.card, By("staff"))
    clock.forward(minutes=10)
    await sent(house)
    assert [one.words for one in texts(house) if "Confirm, move or cancel" in one.words] == []


async def test_a_service_goes_by_its_own_schedule_and_others_by_that_of_the_clinic(
    house: House, linden: Linden, made: Made, clock: Clock
) -> None:
    other = await booked(house, linden, service=linden.first, start=LATER)
    await sent(house)
    await house.db.unit(lambda db: reminders.set_own_spans(db, linden.clinic.id, made.card.service_id, [HOURS * 20]))
    clock.now = THURSDAY - DAYS
    assert await sent(house) == []
    assert other.card.service_id != made.card.service_id
    clock.now = LATER - DAYS
    assert await sent(house) == ["Reminder: Friday 13 March, 9:30"]
    clock.now = THURSDAY - HOURS * 20
    assert await sent(house) == ["Reminder: Thursday 12 March, 8:30"]
