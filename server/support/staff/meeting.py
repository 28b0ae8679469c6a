"""Opening the meeting with somebody who was taken: a visit that begins now, with what they said at the door of it."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Viewer
from server.booking import desk
from server.booking import store as bookings
from server.booking.desk import Order
from server.booking.meeting import Meeting
from server.booking.rules import BookingCard, Wish
from server.booking.store import By
from server.booking.walk_in.rules import NO_TIME, time_for
from server.clinic import store as clinics
from server.clinic.rules import Clinic, Means, Service
from server.house import House
from server.patients import store as patients
from server.patients.rules import Person
from server.support import store
from server.support.follow_up.unclosed import meet as opened
from server.support.rules import Said, Way
from server.support.store import Ask
from server.visit import store as visits
from server.visit.acts import act
from server.visit.door import Knock
from server.visit.forms import Arrival
from server.visit.rules import Event, Part
from server.visit.scenes import Scene, view_of
from server.visit.sealed import seal_arrival

MEANS: Mapping[Way, Means] = {Way.VIDEO: Means.VIDEO, Way.PHONE: Means.PHONE}


async def meet(house: House, viewer: Viewer, clinic: Clinic, ask: Ask, said: Said, way: Way) -> BookingCard | None:
    """The visit in which they meet, made once however often it is asked for; None where somebody else has them now."""
    staff_id = viewer.staff_id
    assert staff_id, "the gate lets staff alone through"
    service = await house.db.read(lambda db: _service(db, clinic))
    people = await patients.people(house.db, house.keys, clinic.id, [ask.patient_id])
    if service is None or ask.patient_id not in people:
        return None
    person, by = people[ask.patient_id], By("staff", staff_id)
    order = _order(clinic, service, ask, person, said, way, staff_id)
    ids = desk.ids_of(house, order)
    order = replace(order, also=lambda db: opened(db, house, clinic, ask, staff_id, ids.booking))
    time = time_for(service, staff_id, house.clock())
    while await house.turns.passed(ids.booking):
        pass
    with house.turns.take(ids.booking):
        if not await house.db.read(lambda db: bookings.is_there(db, ids.booking)):
            try:
                if await desk.write(house, order, time, ids, by) is None:
                    return None
            except IntegrityError:  # another node has made it
                pass
    card = await house.db.read(lambda db: bookings.booking_for_visit(db, ids.booking))
    if card:
        await _said_at_the_door(house, clinic, card, said)
    return card


def _order(
    clinic: Clinic, service: Service, ask: Ask, person: Person, said: Said, way: Way, therapist_id: UUID
) -> Order:
    """Nothing is asked for it that a booking may ask: no price, no questions, no confirmation."""
    plain = replace(service, price=None, asks=False, seats=1, intake=None, needs=(), team=False)
    return Order(
        clinic=clinic,
        service=plain,
        hours={},
        wish=Wish(NO_TIME, therapist_id),
        person=person,
        means=MEANS[way],
        meeting=Meeting(said.number) if way is Way.PHONE else Meeting(),
        known_patient=True,
        once=f"support {ask.id.hex} {ask.number}",
        agreed=False,
        walks_in=True,
    )


async def _service(db: AsyncSession, clinic: Clinic) -> Service | None:
    rules = await store.rules_of(db, clinic.id)
    offered = await clinics.services(db, clinic.id, hidden=True)
    return next((one for one in offered if one.id == rules.service), None)


async def _said_at_the_door(house: House, clinic: Clinic, card: BookingCard, said: Said) -> None:
    """What the door of a visit asks was asked when they came: where they are stands beside the call, so that help could
    find them. By video they come into its waiting room when they press (`comes_in`).
    """
    arrival = Arrival(said.place, said.number, "", said.country, said.region)
    key = await house.keys.patient(clinic.id, card.patient_id)
    visit = await house.db.unit(lambda db: visits.ensure(db, card))
    here, next_time = seal_arrival(key, clinic.id, visit.id, arrival)

    async def keep(db: AsyncSession) -> None:
        await visits.set_arrival(db, visit.id, here)
        await patients.keep_arrival(db, clinic.id, card.patient_id, next_time)

    await house.db.unit(keep)


async def comes_in(house: House, viewer: Viewer, clinic: Clinic, card: BookingCard) -> None:
    """The patient goes in: they are in the waiting room from now on. Again is no mistake, and late nothing."""
    visit, now = await house.db.read(lambda db: visits.visit_of(db, card.id)), house.clock()
    view = view_of(card, visit, clinic.policy, now)
    if view.scene is Scene.OPEN:
        await act(Knock(house, viewer, now, card, clinic, visit, view), Event.ARRIVE, Part.PATIENT)
