"""Letters on either engine: what is sent, reminded of or handed over at once in many places happens once."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Role
from server.home.demo_clinic.letters import Said, write
from server.house import House
from server.letters import drafts, store
from server.letters.drafts import Desk
from server.letters.forms import Written
from server.letters.promises import promise
from server.letters.rules import By, Promise, Reader, Topic
from server.letters.sending import NEW, Plan, send, thread_for
from server.letters.tables import Letter, LetterThread
from server.letters.writing import Came, planned
from server.outbox import OutboxRow
from server.patients.merging.merge import merge
from server.patients.merging.rules import Choice
from tests.server.booking.linden import THURSDAY, Linden, booked, seed

pytestmark = pytest.mark.asyncio
AT_ONCE = 6


async def begun(house: House) -> tuple[Linden, Plan]:
    """A clinic that takes letters, and a first letter that is ready to be sent."""
    linden = await seed(house)
    card = (await booked(house, linden, THURSDAY)).card
    clinic_id, now, once = linden.clinic.id, house.clock(), uuid4()
    await house.db.unit(lambda db: promise(db, clinic_id, Promise(is_open=True), None, now))
    thread = thread_for(clinic_id, card.patient_id, Topic.CARE, linden.mara.staff_id, once, now)
    came, desk = Came({}, Written(once, "Hello")), Desk(clinic_id, card.patient_id, card.patient_id, None)
    by = (By.PATIENT, None)
    return linden, await planned(house, linden.clinic, thread, came, by, desk, begins=True, now=now)


async def counted(db: AsyncSession) -> tuple[int, ...]:
    counts = [select(func.count()).select_from(table) for table in (LetterThread, Letter)]
    told = select(func.count()).select_from(OutboxRow).where(OutboxRow.topic == NEW)
    return tuple([await db.scalar(asked) or 0 for asked in (*counts, told)])


async def test_a_letter_that_is_sent_from_many_windows_is_one_and_told_once(either_house: House) -> None:
    house = either_house
    _, plan = await begun(house)
    now = house.clock()
    sent = await asyncio.gather(*(house.db.unit(lambda db: send(db, plan, now)) for _ in range(AT_ONCE)))
    assert set(sent) == {None}
    assert await house.db.read(counted) == (1, 1, 1)


async def test_who_is_late_is_reminded_once_for_each_wait(either_house: House) -> None:
    house = either_house
    _, plan = await begun(house)
    await house.db.unit(lambda db: send(db, plan, house.clock()))
    assert plan.due
    late, thread_id = plan.due + timedelta(hours=1), plan.thread.id
    assert not await house.db.unit(lambda db: store.remind(db, thread_id, house.clock()))
    reminded = await asyncio.gather(
        *(house.db.unit(lambda db: store.remind(db, thread_id, late)) for _ in range(AT_ONCE))
    )
    assert sum(reminded) == 1
    assert not await house.db.unit(lambda db: store.settle(db, thread_id)), "nobody has opened it"
    await house.db.unit(lambda db: store.opened(db, thread_id, uuid4(), late, staffs=False))
    assert await house.db.unit(lambda db: store.settle(db, thread_id))
    assert await house.db.unit(lambda db: store.wait(db, thread_id, late, late))
    assert await house.db.unit(lambda db: store.remind(db, thread_id, late + timedelta(hours=1)))


async def test_a_thread_goes_to_one_of_two_and_its_reader_counts_it(either_house: House) -> None:
    house = either_house
    linden, plan = await begun(house)
    await house.db.unit(lambda db: send(db, plan, house.clock()))
    mara, samir, now = linden.mara.staff_id, linden.samir.staff_id, house.clock()
    given = await asyncio.gather(
        *(house.db.unit(lambda db: store.hand_over(db, plan.thread, samir, mara, now)) for _ in range(AT_ONCE))
    )
    assert sum(given) == 1
    (passed,) = await house.db.read(lambda db: store.hand_overs_of(db, plan.thread.id))
    assert (passed.from_id, passed.to_id) == (mara, samir)
    therapist, clinic_id = frozenset({Role.THERAPIST}), linden.clinic.id
    for who, stands_in, count in ((mara, (), 0), (samir, (), 1), (mara, (samir,), 1)):
        reader = Reader(who, therapist, frozenset(stands_in))
        assert await house.db.read(lambda db, reader=reader: store.count_waiting(db, clinic_id, reader)) == count
        found = await house.db.read(lambda db, reader=reader: store.threads_for(db, clinic_id, reader, closed=False))
        assert len(found) == count


async def test_of_two_windows_one_saves_a_draft_and_what_was_sent_is_none_again(either_house: House) -> None:
    house = either_house
    _, plan = await begun(house)
    desk, once, now = plan.desk, plan.letter.id, house.clock()
    assert desk

    async def save(over: int) -> int | None:
        return await house.db.unit(lambda db: drafts.save(db, desk, once, over, b"sealed", now))

    first = await asyncio.gather(*(save(0) for _ in range(AT_ONCE)))
    assert sorted(filter(None, first)) == [1]
    second = await asyncio.gather(*(save(1) for _ in range(AT_ONCE)))
    assert sorted(filter(None, second)) == [2]
    await house.db.unit(lambda db: send(db, plan, now))
    assert await house.db.read(lambda db: drafts.draft_at(db, desk)) is None
    assert await save(0) is None
    assert await save(2) is None


async def test_letters_and_drafts_go_with_a_record_that_is_merged(either_house: House) -> None:
    house = either_house
    linden, plan = await begun(house)
    gone = plan.thread.patient_id
    kept = (await booked(house, linden, THURSDAY + timedelta(hours=4), name="Jo Almeida", mail="jo@a.example")).card
    clinic, now = linden.clinic, house.clock()
    thread = await write(house, clinic, gone, linden.mara.staff_id, [Said("A long story", now)])
    assert plan.desk
    key, once = await house.keys.patient(clinic.id, gone), uuid4()
    sealed = drafts.seal_draft(key, clinic.id, once, "Half a letter")
    desk = plan.desk
    await house.db.unit(lambda db: drafts.save(db, desk, once, 0, sealed, now))
    assert await merge(house, clinic.id, kept.patient_id, gone, Choice(), linden.mara.staff_id) is None
    key = await house.keys.patient(clinic.id, kept.patient_id)
    (found,) = await house.db.read(lambda db: store.threads_of(db, clinic.id, kept.patient_id))
    (letter,) = await house.db.read(lambda db: store.letters_of(db, found.id))
    assert (found.id, store.open_text(key, clinic.id, letter)) == (thread.id, "A long story")
    theirs = Desk(clinic.id, kept.patient_id, kept.patient_id, None)
    draft = await house.db.read(lambda db: drafts.draft_at(db, theirs))
    assert draft
    assert drafts.open_draft(key, clinic.id, draft) == "Half a letter"
