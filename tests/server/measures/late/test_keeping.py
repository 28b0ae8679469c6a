"""Answers that waited on a device, on either engine: each once, the last tap counts, danger is told in any case."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from server.booking.rules import BookingCard
from server.booking.store import booking_for_visit
from server.house import House
from server.measures.late.keeping import Late, keep_late, read_late
from server.measures.results import results_of
from server.measures.risk.history import history_of
from server.measures.sheets import Kept, Overtaken, Sheet, Stage
from server.measures.tables import Measure, MeasureAnswer, MeasureFlag
from server.measures.taking import keep_answer
from server.safety.alerts.tables import Alert
from tests.server.booking.linden import booked, seed
from tests.server.conftest import Clock
from tests.server.measures.asked import answer_all, sheet_of, use

pytestmark = pytest.mark.asyncio


async def a_booking(house: House) -> BookingCard:
    linden = await seed(house)
    await use(house, linden.clinic.id, phq9="intake")
    made = await booked(house, linden)
    card = await house.db.read(lambda db: booking_for_visit(db, made.card.id))
    assert card
    return card


async def tap(
    house: House, card: BookingCard, value: int, minutes: float = 0, *, item: str = "phq9_9",
    own: UUID | None = None, over: UUID | None = None, sheet: Sheet | None = None,
) -> Kept | Overtaken:  # fmt: skip
    late = Late(own or uuid4(), timedelta(minutes=minutes), over)
    return await keep_late(house, card, sheet or await sheet_of(house, card), (item, value), late)


async def count(house: House, table: type) -> int:
    return await house.db.read(lambda db: db.scalar(select(func.count()).select_from(table))) or 0


async def test_what_is_sent_again_is_one_row_and_raises_one_flag(either_house: House) -> None:
    card, own = await a_booking(either_house), uuid4()
    for minutes in (5, 6, 90):
        assert await tap(either_house, card, 2, minutes, own=own) == Kept(1, 9, done=False)
    assert [await count(either_house, one) for one in (MeasureAnswer, MeasureFlag)] == [1, 1]


async def test_of_two_devices_the_answer_counts_that_was_tapped_last_whichever_came_last(either_house: House) -> None:
    card, newer = await a_booking(either_house), uuid4()
    assert await tap(either_house, card, 0, 10, own=newer) == Kept(1, 8, done=False)
    said = await tap(either_house, card, 3, 60)
    assert isinstance(said, Overtaken)
    assert (said.value, said.number, said.id) == (0, 2, newer)
    assert (await sheet_of(either_house, card)).answers == {"phq9_9": 0}
    assert isinstance(await tap(either_house, card, 1, 1), Kept)
    assert (await sheet_of(either_house, card)).answers == {"phq9_9": 1}


async def test_danger_is_told_when_it_comes_though_it_was_answered_otherwise_since_and_stays_told(
    either_house: House,
) -> None:
    card = await a_booking(either_house)
    await tap(either_house, card, 0, 10)
    assert isinstance(await tap(either_house, card, 3, 60), Overtaken)
    assert isinstance(await tap(either_house, card, 0, 1), Kept)
    flag = await either_house.db.read(lambda db: db.scalar(select(MeasureFlag)))
    assert flag
    assert (flag.weight, flag.at, flag.seen_at) == ("urgent", either_house.clock(), None)
    assert await count(either_house, Alert) == 1
    said = await history_of(either_house, card.clinic_id, card.patient_id, flag.measure_id)
    assert [(one.value, one.loud) for one in said] == [(3, True), (0, False), (0, False)]
    assert either_house.clock() - said[0].at == timedelta(hours=1)


async def test_two_dangers_of_two_devices_are_two_flags(either_house: House) -> None:
    card = await a_booking(either_house)
    await tap(either_house, card, 1, 10)
    await tap(either_house, card, 3, 60)
    flags = await either_house.db.read(lambda db: db.scalars(select(MeasureFlag.weight).order_by(MeasureFlag.number)))
    assert list(flags) == ["risk", "urgent"]


async def test_a_change_of_ones_own_answer_is_newer_however_slow_the_network_was(either_house: House) -> None:
    card, first = await a_booking(either_house), uuid4()
    await tap(either_house, card, 2, 0, own=first)  # it took long to get here, so that it seems to be of just now
    assert isinstance(await tap(either_house, card, 1, 0.2, over=first), Kept)
    assert (await sheet_of(either_house, card)).answers == {"phq9_9": 1}


async def test_a_page_that_is_online_changes_what_came_late(either_house: House) -> None:
    card = await a_booking(either_house)
    await tap(either_house, card, 0, 10)
    await tap(either_house, card, 2, 60)
    sheet = await sheet_of(either_house, card)
    number = sheet.given["phq9_9"].number
    assert number == 2
    assert isinstance(await keep_answer(either_house, card, sheet, "phq9_9", 1, number + 1), Kept)
    assert (await sheet_of(either_house, card)).answers == {"phq9_9": 1}


async def test_many_at_once_are_each_kept_and_the_last_ends_it(either_house: House) -> None:
    card = await a_booking(either_house)
    await answer_all(either_house, card, "1........0")
    items = [one.id for one in (await sheet_of(either_house, card)).instrument.items[1:9]]
    ids = [uuid4() for _ in items]
    await asyncio.gather(
        *(tap(either_house, card, 0, 5, item=item, own=own) for item, own in zip(items * 2, ids * 2, strict=True))
    )
    assert await count(either_house, MeasureAnswer) == 10
    assert (await sheet_of(either_house, card)).stage is Stage.DONE
    row = await either_house.db.read(lambda db: db.scalar(select(Measure)))
    assert row
    assert row.begun_at
    assert row.finished_at == either_house.clock()


async def test_a_result_that_came_late_is_of_the_day_on_which_it_was_answered_and_says_when_it_came(
    either_house: House, clock: Clock
) -> None:
    card = await a_booking(either_house)
    asked = clock.now
    clock.forward(days=3)
    items = [one.id for one in (await sheet_of(either_house, card, now=asked)).instrument.items]
    for item in items:
        await tap(either_house, card, 1, 2 * 24 * 60, item=item, sheet=await sheet_of(either_house, card, now=asked))
    row = await either_house.db.read(lambda db: db.scalar(select(Measure)))
    assert row
    assert row.finished_at == row.begun_at == clock() - timedelta(days=2)
    (found,) = await results_of(either_house, card.clinic_id, card.patient_id)
    assert (found.latest.at, found.latest.came) == (clock() - timedelta(days=2), clock())
    said = await history_of(either_house, card.clinic_id, card.patient_id, row.id)
    assert [(one.at, one.came) for one in said] == [(clock() - timedelta(days=2), clock())]


async def test_a_device_whose_clock_was_a_year_off_dates_nothing_before_the_booking(
    either_house: House, clock: Clock
) -> None:
    card = await a_booking(either_house)
    asked = clock.now
    clock.forward(days=3)
    for item in [one.id for one in (await sheet_of(either_house, card, now=asked)).instrument.items]:
        sheet = await sheet_of(either_house, card, now=asked)
        await tap(either_house, card, 0, 365 * 24 * 60, item=item, sheet=sheet)
    row = await either_house.db.read(lambda db: db.scalar(select(Measure)))
    assert row
    assert row.finished_at == card.made_at


async def test_what_came_at_once_says_nothing_of_it(either_house: House) -> None:
    card = await a_booking(either_house)
    await tap(either_house, card, 0, 9)
    (found,) = await results_of(either_house, card.clinic_id, card.patient_id)
    assert found.latest.came is None


async def test_a_form_says_how_long_an_answer_waited_or_that_it_did_not() -> None:
    own = uuid4()
    assert read_late({"item": "a", "number": "1"}) is None
    assert read_late({"id": str(own), "ago": "90"}) == Late(own, timedelta(seconds=90), None)
    assert read_late({"id": str(own), "ago": "-1", "over": "x"}) == Late(own, timedelta(), None)
    assert read_late({"id": "x", "ago": "1"}) is None
