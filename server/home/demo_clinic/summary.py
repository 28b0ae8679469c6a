"""A summary of the made-up course, which its patient agreed to and which was handed over."""

from uuid import UUID, uuid4

from server.clinic.rules import Clinic
from server.house import House
from server.programmes import store
from server.programmes.keeping import Hand
from server.programmes.summary.forms import Wanted
from server.programmes.summary.keeping import agree, hand_over, make

FOR = Wanted("Dr. Leila Amato, family medicine", "The taper begins after session 30. The PHQ-9 goes on week by week.")
WRITER = "Mara Lind"


async def add_summary(house: House, clinic: Clinic, course_id: UUID, staff_id: UUID) -> UUID:
    """Of this course; its id. The words are those of the clinic's language."""
    now, agreement_id, once = house.clock(), uuid4(), uuid4()
    row = await house.db.read(lambda db: store.course_of(db, clinic.id, course_id))
    assert row
    await house.db.unit(lambda db: agree(db, agreement_id, (clinic.id, row.patient_id), "patient", now))
    hand = Hand(house, clinic.zone, row, staff_id, now, once)
    assert await make(hand, clinic, WRITER, FOR, clinic.language)
    assert await hand_over(hand, once)
    return once
