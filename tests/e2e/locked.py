"""Courses of TMS: one that was locked by a press four minutes ago, and one of which a session goes on; and somebody who
is not let go after esketamine.
"""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.cards import bookings_of
from server.clinic.rules import Clinic
from server.home.demo_clinic.course import GIVEN, TMS, halfway, usual
from server.home.demo_clinic.observing import ESKETAMINE, add_observed
from server.house import House
from server.programmes import store
from server.programmes.catalogue import shipped
from server.programmes.course import Entry, Key
from server.programmes.questions import Verdict
from server.programmes.sealed import seal_answers
from tests.e2e.people import NOW


async def locked(house: House, clinic: Clinic, patient_id: UUID, staff_id: UUID) -> UUID:
    """Its id."""
    course_id = await halfway(house, clinic, patient_id, staff_id, NOW)
    key, row_id = await house.keys.patient(clinic.id, patient_id), uuid4()
    pressed = Entry(Key("seizure", GIVEN), NOW - timedelta(minutes=4), Verdict.STOP, staff_id)

    async def work(db: AsyncSession) -> None:
        row = await store.course_of(db, clinic.id, course_id)
        assert row
        await store.add_entry(db, row, row_id, pressed, seal_answers(key, clinic.id, row_id, {}), pressed.at)

    await house.db.unit(work)
    return course_id


async def going(house: House, clinic: Clinic, patient_id: UUID, staff_id: UUID) -> UUID:
    """The id of one whose next session began six minutes ago."""
    course_id = await halfway(house, clinic, patient_id, staff_id, NOW)
    await done(house, clinic, course_id, staff_id, {"today": 14, "threshold": 10, "treatment": 6})
    return course_id


async def done(house: House, clinic: Clinic, course_id: UUID, staff_id: UUID, done: Mapping[str, int]) -> None:
    """These steps of the next session, each so many minutes ago."""
    row = await house.db.read(lambda db: store.course_of(db, clinic.id, course_id))
    assert row
    key, session = await house.keys.patient(clinic.id, row.patient_id), GIVEN + 1

    async def work(db: AsyncSession) -> None:
        for name, minutes in done.items():
            step, row_id = shipped()[TMS].by_id[name], uuid4()
            asked = [one for one in step.questions if not (one.optional or one.only_if or one.of)]
            answers = {one.id: usual(one) for one in asked}
            entry = Entry(Key(name, session), NOW - timedelta(minutes=minutes), Verdict.CLEAR, staff_id)
            await store.add_entry(db, row, row_id, entry, seal_answers(key, clinic.id, row_id, answers), entry.at)

    await house.db.unit(work)


async def stays(house: House, clinic: Clinic, patient_id: UUID, staff_id: UUID) -> UUID:
    """The id of one whose last check before going home was written a minute ago, drowsy and detached, and written later
    than it was.
    """
    course_id = await add_observed(house, clinic, patient_id, staff_id, NOW, timedelta(minutes=128))
    row = await house.db.read(lambda db: store.course_of(db, clinic.id, course_id))
    assert row
    key, row_id, step = (
        await house.keys.patient(clinic.id, patient_id),
        uuid4(),
        shipped()[ESKETAMINE].by_id["discharge"],
    )
    answers = {one.id: usual(one) for one in step.questions if not (one.optional or one.only_if)}
    answers |= {"sedation": "drowsy", "dissociation": "4", "drinks": "no", "breathing": "no", "serious": "no"}
    entry = Entry(Key("discharge", 3), NOW - timedelta(minutes=5), Verdict.STOP, staff_id)
    blob = seal_answers(key, clinic.id, row_id, answers)
    await house.db.unit(lambda db: store.add_entry(db, row, row_id, entry, blob, NOW))
    return course_id


async def booked_ahead(house: House, clinic: Clinic, patient_id: UUID, staff_id: UUID) -> UUID:
    """The id of one to which what its patient has booked belongs."""
    course_id = await halfway(house, clinic, patient_id, staff_id, NOW)
    row = await house.db.read(lambda db: store.course_of(db, clinic.id, course_id))
    assert row

    async def work(db: AsyncSession) -> None:
        cards = await bookings_of(db, clinic.id, row.patient_id, None)
        ahead = [one.id for one in cards if one.starts_at > NOW and one.cancelled_at is None]
        await store.add_bookings(db, row, ahead, NOW)

    await house.db.unit(work)
    return course_id
