"""Writing one booking of the made-up clinic, and its visit as far as it went."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import store as booking
from server.booking.links import token_of
from server.booking.rules import Booked, Span
from server.clinic.rules import Clinic, Service
from server.crypto import token_hash
from server.home.demo_clinic.people import DAY, MINUTE, Member, Slot
from server.house import House
from server.patients import store as patients
from server.patients.rules import Needs, Person
from server.visit import store as visits
from server.visit.forms import Arrival
from server.visit.rules import Event, State
from server.visit.sealed import seal_arrival, seal_words
from server.visit.talk import store as talk


async def book(
    house: House, clinic: Clinic, team: Sequence[Member], service: Service, slot: Slot, now: datetime
) -> str:
    """Write one booking, and its visit as far as it went; returns the link's token."""
    patient_id, booking_id, link_id = uuid4(), uuid4(), uuid4()
    made_at = min(now, slot.starts_at) - 3 * DAY
    ring = await house.keys.clinic(clinic.id)
    key = await house.keys.make_patient(clinic.id, patient_id, made_at)
    person = Person(patient_id, slot.name, slot.mail, "", Needs(slot.interpreter), "en", clinic.zone.key)
    row = patients.sealed(ring, key, person, made_at)
    token = token_of(house.keys, link_id)
    ends_at = slot.starts_at + service.length
    claim = Span(slot.starts_at - service.before, ends_at + service.after)
    new = booking.NewBooking(
        id=booking_id,
        public_id=uuid4().hex[:20],
        clinic_id=clinic.id,
        service_id=service.id,
        patient_id=patient_id,
        link_id=link_id,
        token_hash=token_hash(token),
        time=Booked(team[slot.therapist].id, slot.starts_at, ends_at, claim),
        zone=clinic.zone.key,
        for_whom="me",
        reason_sealed=None,
    )

    async def work(db: AsyncSession) -> None:
        await patients.add(db, row)
        await booking.add(db, new, made_at, booking.By())
        if slot.state is not State.BOOKED:
            await _visit(db, house, booking_id, slot, now)

    await house.db.unit(work)
    if slot.state is State.WAITING:
        await _answer_at_the_door(house, clinic, patient_id, booking_id)
    return token


async def _visit(db: AsyncSession, house: House, booking_id: UUID, slot: Slot, now: datetime) -> None:
    card = await booking.booking_for_visit(db, booking_id)
    assert card is not None
    visit = await visits.ensure(db, card)
    by = visits.By("patient", card.patient_id)
    arrived = now - slot.waited if slot.state is State.WAITING else slot.starts_at - 5 * MINUTE
    visit = await visits.move(db, card, visit, Event.ARRIVE, State.WAITING, by, arrived)
    if slot.state is State.WAITING:
        return
    led = visits.By("staff", card.therapist_id)
    visit = await visits.move(db, card, visit, Event.ADMIT, State.IN_SESSION, led, slot.starts_at)
    visit = await visits.move(db, card, visit, Event.END, State.ENDED, led, card.ends_at)
    visit = await visits.move(db, card, visit, Event.NOTE_OUTCOME, State.AFTER, led, card.ends_at)
    if slot.outcome:
        await visits.set_outcome(db, visit.id, slot.outcome)


async def _answer_at_the_door(house: House, clinic: Clinic, patient_id: UUID, booking_id: UUID) -> None:
    key = await house.keys.patient(clinic.id, patient_id)
    visit = await house.db.read(lambda db: visits.visit_of(db, booking_id))
    assert visit is not None
    arrival = Arrival("At home, Rua da Rosa 12, Lisbon", "555 0142", "Ana Almeida, sister, 555 0199", "PT")
    here, _ = seal_arrival(key, clinic.id, visit.id, arrival)
    await house.db.unit(lambda db: visits.set_arrival(db, visit.id, here))
    line_id, by, now = uuid4(), visits.By("patient", patient_id), house.clock()
    blob = seal_words(key, clinic.id, "visit_lines", line_id, "I am here, and in no hurry.")
    assert blob is not None, "there are words"
    await house.db.unit(lambda db: talk.add(db, line_id, visit.id, by, blob, now - MINUTE))
