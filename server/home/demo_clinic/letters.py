"""Letters of the made-up clinic: one that was answered, one about appointments, one that waits for too long."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import store as booking
from server.booking.rules import BookingCard
from server.clinic.rules import Clinic
from server.crypto import token_hash
from server.home.demo_clinic.people import DAY, MARA, Member
from server.house import House
from server.letters import promises, store
from server.letters.attached import Brought
from server.letters.drafts import Desk
from server.letters.forms import Written
from server.letters.rules import By, Promise, Thread, Topic
from server.letters.sending import send, thread_for
from server.letters.writing import Came, planned
from server.moments import Speaker

NIGHTS = (
    "The first nights after our last talk were better. Since Sunday I lie awake again, mostly between three and five."
)
ANSWER = (
    "Thank you for telling me. Write down when you wake and what goes through your mind, and we look at it together on"
    " {day}. If it gets worse before that, call us."
)
LATER = "Could I come half an hour later next time? My train was changed."
WAITS = "You asked me to write how the week at work went. It was hard, but I stayed for the whole meeting."


@dataclass(frozen=True)
class Said:
    """A letter to be: who wrote it, `staff` None for the patient."""

    text: str = field(repr=False)
    at: datetime
    staff: UUID | None = None
    files: Sequence[Brought] = ()


async def write(house: House, clinic: Clinic, patient_id: UUID, to: UUID | None, letters: Sequence[Said]) -> Thread:
    """A thread with these letters, to this therapist or to the front desk; each side has read what it answers."""
    once, topic = uuid4(), Topic.CARE if to else Topic.DESK
    thread = thread_for(clinic.id, patient_id, topic, to, once, letters[0].at)
    for number, said in enumerate(letters):
        by = (By.STAFF, said.staff) if said.staff else (By.PATIENT, None)
        came = Came({}, Written(once if number == 0 else uuid4(), said.text), said.files)
        desk = Desk(clinic.id, patient_id, said.staff or patient_id, None if number == 0 else thread.id)
        plan = await planned(house, clinic, thread, came, by, desk, begins=number == 0, now=said.at)

        async def work(db: AsyncSession, said: Said = said, plan=plan) -> None:  # type: ignore[no-untyped-def]
            await store.opened(db, thread.id, said.staff or patient_id, said.at, staffs=said.staff is None)
            assert await send(db, plan, said.at) is None

        await house.db.unit(work)
    return thread


async def add_letters(house: House, clinic: Clinic, team: Sequence[Member], token: str, now: datetime) -> None:
    """The clinic takes letters; whom the link is of has written, and so has somebody of last week."""
    mara = team[MARA].id

    async def begin(db: AsyncSession) -> tuple[BookingCard, list[BookingCard]]:
        await promises.promise(db, clinic.id, Promise(is_open=True), None, now - 30 * DAY)
        card = await booking.booking_by_link(db, token_hash(token), now)
        assert card
        return card, await booking.bookings_between(db, clinic.id, mara, now - 14 * DAY, now - DAY)

    alex, before = await house.db.unit(begin)
    day = Speaker(clinic.zone).weekday(alex.starts_at.astimezone(clinic.zone).date())
    answered = [Said(NIGHTS, now - 3 * DAY), Said(ANSWER.format(day=day), now - 2 * DAY, mara)]
    await write(house, clinic, alex.patient_id, mara, answered)
    await write(house, clinic, alex.patient_id, None, [Said(LATER, now - DAY / 2)])
    await write(house, clinic, before[0].patient_id, mara, [Said(WAITS, now - 6 * DAY)])
