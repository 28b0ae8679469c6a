"""What is known of a patient's care, on either engine: every writing stays, the newest counts."""

import asyncio
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from server.house import House
from server.record.care.keeping import Writing, care_of, write
from server.record.care.rules import Kind, Medicine
from tests.server.booking.linden import booked, seed

pytestmark = pytest.mark.asyncio


async def test_a_change_is_a_new_writing_and_nothing_before_it_goes(either_house: House) -> None:
    house = either_house
    linden = await seed(house)
    ids = (linden.clinic.id, (await booked(house, linden)).card.patient_id)
    one, by = uuid4(), linden.mara.staff_id

    async def put(dose: float, over: int, *, struck: bool = False) -> bool:
        writing = Writing(one, Kind.MEDICINE, Medicine("Sertraline", dose), over, struck)
        return await write(house, *ids, writing, by, house.clock())

    assert await put(50, 0)
    assert await put(50, 0), "the same once more is no second writing"
    assert sorted(await asyncio.gather(put(75, 1), put(100, 1))) == [False, True]
    (entry,) = await care_of(house, *ids)
    assert (entry.number, entry.by_id, entry.struck) == (2, by, False)
    assert not await put(25, 1), "over a writing that its page has not seen"
    for statement in ("UPDATE care_entries SET struck = (1 = 1)", "DELETE FROM care_entries"):
        with pytest.raises(DBAPIError, match="stays as it is"):
            await house.db.unit(lambda db, statement=statement: db.execute(text(statement)))
    assert await write(house, *ids, Writing(one, Kind.MEDICINE, entry.value, 2, True), by, house.clock())
    (entry,) = await care_of(house, *ids)
    assert entry.struck
