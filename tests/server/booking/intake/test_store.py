"""Answers as rows, on either engine: one set for a booking, over the one that was seen, readable with its key alone."""

from uuid import uuid4

import pytest
from sqlalchemy import event

from server.booking.intake import store
from server.booking.intake.rules import Stage
from server.booking.intake.sealed import open_answers, seal_answers
from server.booking.intake.store import Kept
from server.booking.store import booking_for_visit
from server.house import House
from server.keys import NoKey
from tests.server.booking.intake.asked import NAME, ask
from tests.server.booking.linden import booked, seed

pytestmark = pytest.mark.asyncio


async def a_booking(house: House, **more):
    linden = await seed(house)
    form = await ask(house, linden.clinic.id, linden.session.id, **more)
    card = (await booked(house, linden)).card
    return linden, form, await house.db.read(lambda db: booking_for_visit(db, card.id))


async def keep(house: House, card, kept: Kept) -> bool:
    return await house.db.unit(lambda db: store.keep(db, card.id, card.service_id, kept, house.clock()))


async def test_a_card_names_the_questions_in_use_and_the_sheet_is_open(either_house: House) -> None:
    _, form, card = await a_booking(either_house)
    assert card.intake == form.id
    sheet = await either_house.db.read(lambda db: store.sheet(db, card))
    assert (sheet.stage, sheet.next.questions) == (Stage.OPEN, form.questions)


async def test_of_two_that_saw_the_same_one_is_kept_and_the_other_hears_so(either_house: House) -> None:
    _, form, card = await a_booking(either_house)
    first, second = (Kept(uuid4(), form.id, b"sealed", done=False) for _ in range(2))
    assert await keep(either_house, card, first)
    assert not await keep(either_house, card, second)
    assert await keep(either_house, card, Kept(first.row_id, form.id, b"more", done=True, over=1))
    assert not await keep(either_house, card, Kept(first.row_id, form.id, b"late", done=False, over=1))
    sheet = await either_house.db.read(lambda db: store.sheet(db, card))
    assert (sheet.stage, sheet.row.blob, sheet.row.revision) == (Stage.DONE, b"more", 2)


async def test_answers_open_with_the_patients_key_and_no_more_once_it_is_destroyed(either_house: House) -> None:
    linden, form, card = await a_booking(either_house)
    key, row_id = await either_house.keys.patient(linden.clinic.id, card.patient_id), uuid4()
    sealed = seal_answers(key, linden.clinic.id, row_id, {NAME.id: "Jo", "many": ("a", "b")})
    assert b'"Jo"' not in sealed
    assert await keep(either_house, card, Kept(row_id, form.id, sealed, done=True))
    blob = (await either_house.db.read(lambda db: store.sheet(db, card))).row.blob
    assert open_answers(key, linden.clinic.id, row_id, blob) == {NAME.id: "Jo", "many": ("a", "b")}
    await either_house.keys.destroy(card.patient_id)
    with pytest.raises(NoKey):
        await either_house.keys.patient(linden.clinic.id, card.patient_id)


async def test_days_of_services_that_ask_nothing_cost_no_statement(either_house: House) -> None:
    linden = await seed(either_house)
    card = (await booked(either_house, linden)).card
    asked: list[str] = []
    for engine in either_house.db.engines:
        event.listen(engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    assert await either_house.db.read(lambda db: store.sheets(db, [card])) == {}
    assert not [text for text in asked if "intake" in text]
