"""Bringing a file in on either engine: cut off, or begun by two nodes at once, every line comes in once."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Door, Role, Viewer
from server.booking import desk
from server.booking.desk import Made, Order
from server.booking.importing import loading, staging, store, writing
from server.booking.importing.choices import parse_choices
from server.booking.importing.staging import Sent
from server.booking.importing.store import Outcome, State
from server.booking.importing.tables import ImportLine
from server.booking.rules import Wish
from server.booking.store import By
from server.booking.tables import Appointment, Booking, Claim
from server.clinic import store as clinics
from server.house import House
from server.outbox import Job
from server.patients.rules import Person
from server.patients.tables import Patient
from tests.server.booking.linden import Linden, booked, hours_of, seed

pytestmark = pytest.mark.asyncio
ROWS = 60


def table() -> bytes:
    """Sixty people who come to Mara one after the other, from the first of April on, three a day."""
    lines = ["Name,Email,Date,Time,Therapist,Service"]
    for number in range(ROWS):
        day, place = divmod(number, 3)
        lines.append(f"P{number} Q,p{number}@example.org,2026-04-{day + 1:02d},{13 + place}:00,Mara Lind,A session")
    return "\n".join(lines).encode()


async def staged(house: House, linden: Linden, sent: bytes = b"") -> UUID:
    viewer = Viewer(Door.STAFF, uuid4(), linden.clinic.id, uuid4(), roles=frozenset({Role.ADMIN}))
    kept = await staging.stage(house, linden.clinic, viewer, Sent("list.csv", sent or table()))
    assert isinstance(kept, tuple)
    file = await house.db.read(lambda db: store.file_of(db, linden.clinic.id, kept[0]))
    one = await loading.opened(house, linden.clinic, file)
    choices = parse_choices({"outside": "yes"}, one.choices, one.sheet, one.team)
    sealed = loading.sealed_choices(await house.keys.clinic(linden.clinic.id), file, choices)
    await house.db.unit(lambda db: store.choose(db, linden.clinic.id, file.id, sealed))
    return file.id


async def begin(house: House, linden: Linden, import_id: UUID) -> bool:
    file = await house.db.read(lambda db: store.file_of(db, linden.clinic.id, import_id))
    one = await loading.opened(house, linden.clinic, file)
    return one is not None and await writing.start(house, linden.clinic, one, By("staff", file.made_by))


async def go_on(house: House, linden: Linden, import_id: UUID) -> None:
    payload = {"clinic": str(linden.clinic.id), "import": str(import_id)}
    await writing.go_on(house, Job(uuid4(), writing.GO_ON, payload, 1))


async def figures(house: House) -> list[int]:
    async def work(db: AsyncSession) -> list[int]:
        return [
            await db.scalar(select(func.count()).select_from(row)) or 0 for row in (Patient, Booking, Claim, ImportLine)
        ]

    return await house.db.read(work)


async def begin_and_fall(house: House, linden: Linden, import_id: UUID) -> None:
    """The first lines are in, and then the node is gone."""
    file = await house.db.read(lambda db: store.file_of(db, linden.clinic.id, import_id))
    one = await loading.opened(house, linden.clinic, file)
    found = await loading.planned(house, linden.clinic, one, house.clock())
    now, telling = house.clock(), one.choices.telling
    assert await house.db.unit(lambda db: store.start(db, linden.clinic.id, import_id, telling, {}, now))
    coming = [planned for planned in found if planned.comes_in]
    assert await writing.write_some(house, linden.clinic, one, coming[: writing.AT_ONCE], By("staff", file.made_by))


async def test_cut_off_and_taken_up_by_two_at_once_every_line_is_in_once(either_house: House) -> None:
    house, linden = either_house, await seed(either_house)
    import_id = await staged(house, linden)
    await begin_and_fall(house, linden, import_id)
    assert await figures(house) == [writing.AT_ONCE] * 4
    await asyncio.gather(*(go_on(house, linden, import_id) for _ in range(2)))
    assert await figures(house) == [ROWS] * 4
    file = await house.db.read(lambda db: store.file_of(db, linden.clinic.id, import_id))
    assert (file.state, file.table_sealed) == (State.DONE, None)


async def test_pressed_by_two_at_once_it_comes_in_once(either_house: House) -> None:
    house, linden = either_house, await seed(either_house)
    import_id = await staged(house, linden)
    assert sorted(await asyncio.gather(*(begin(house, linden, import_id) for _ in range(3)))) == [False, False, True]
    assert await figures(house) == [ROWS] * 4


async def test_who_takes_a_place_in_a_group_meanwhile_is_brought_into_no_second_one(either_house: House) -> None:
    """The file was looked at before Kim booked a place herself in the group in which it has her."""
    house, linden = either_house, await seed(either_house)
    session, at = replace(linden.session, seats=3), datetime(2026, 4, 1, 11, tzinfo=UTC)
    await house.db.unit(lambda db: clinics.change_service(db, linden.clinic.id, session, house.clock()))
    linden = replace(linden, session=session)
    kim = await booked(house, linden, name="Kim Berg", mail="kim@example.org")
    await booked(house, linden, at, name="Jo Almeida")
    line = b"Kim Berg,kim@example.org,2026-04-01,13:00,Mara Lind,A session"
    import_id = await staged(house, linden, b"Name,Email,Date,Time,Therapist,Service\n" + line)
    file = await house.db.read(lambda db: store.file_of(db, linden.clinic.id, import_id))
    one = await loading.opened(house, linden.clinic, file)
    [planned] = await loading.planned(house, linden.clinic, one, house.clock())
    assert (planned.comes_in, planned.patient_id) == (True, kim.card.patient_id)

    who = Person(kim.card.patient_id, "Kim Berg", "kim@example.org")
    hours = hours_of(linden.mara.staff_id)
    order = Order(linden.clinic, session, hours, Wish(at, linden.mara.staff_id), who, known_patient=True)
    assert isinstance(await desk.book(house, order, By()), Made)
    now = house.clock()
    assert await house.db.unit(lambda db: store.start(db, linden.clinic.id, import_id, one.choices.telling, {}, now))
    assert await writing.write_some(house, linden.clinic, one, [planned], By("staff", file.made_by))
    assert await house.db.read(lambda db: db.scalar(select(ImportLine.outcome))) == Outcome.TAKEN
    seats = select(func.count()).select_from(Booking).join(Appointment, Appointment.id == Booking.appointment_id)
    hers = seats.where(Appointment.starts_at == at, Booking.patient_id == kim.card.patient_id)
    assert await house.db.read(lambda db: db.scalar(hers)) == 1
