"""Bringing a file in: a few lines at a time, each batch in one unit that nobody else does at the same time.

It may be begun twice, on two nodes or after one of them fell over: a line that is done says so in its own row, and the
ids of what it makes follow from the file. While it runs, everybody else books as ever.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server import outbox
from server.audit.rules import Entry
from server.audit.store import note
from server.booking import claims
from server.booking import store as bookings
from server.booking.grouping import keeping
from server.booking.grouping.store import Place, place_in
from server.booking.importing import loading, store
from server.booking.importing.loading import Opened
from server.booking.importing.rules import Planned, Telling, counted
from server.booking.importing.store import LineIn, Outcome, State
from server.booking.links import token_of
from server.booking.rules import Booked
from server.booking.store import By, NewBooking
from server.clinic import store as clinics
from server.clinic.rules import Clinic
from server.crypto import token_hash
from server.house import House
from server.outbox import Job
from server.patients import store as patients
from server.patients.rules import ForWhom, Person

AT_ONCE = 25
AGAIN = timedelta(seconds=30)
GO_ON, FORGET = "import.go_on", "import.forget"


@dataclass(frozen=True)
class Making:
    """One line with all that it makes, sealed before the unit."""

    planned: Planned
    patient: patients.Row | None = field(repr=False)
    booking: NewBooking | None


async def start(house: House, clinic: Clinic, one: Opened, by: By) -> bool:
    """Decide now that it comes in, and bring it in; False when somebody else was faster."""
    now = house.clock()
    found = await loading.planned(house, clinic, one, now)
    counts = {verdict.value: number for verdict, number in counted(found).items()}

    async def work(db: AsyncSession) -> bool:
        if not await store.start(db, clinic.id, one.file.id, one.choices.telling, counts, now):
            return False
        note(db, _entry(clinic, one.file.id, "import.started", by, counts), now)
        outbox.add(db, GO_ON, {"clinic": str(clinic.id), "import": str(one.file.id)}, now, due_at=now + AGAIN)
        return True

    if not await house.db.unit(work):
        return False
    await bring_in(house, clinic, one, found, by)
    return True


async def go_on(house: House, job: Job) -> None:
    """Bring in what is left of a file whose import was cut off."""
    clinic_id, import_id = UUID(job.payload["clinic"]), UUID(job.payload["import"])
    clinic = await house.db.read(lambda db: clinics.clinic_of(db, clinic_id))
    file = await house.db.read(lambda db: store.file_of(db, clinic_id, import_id))
    if clinic is None or file is None or file.state is not State.RUNNING:
        return
    one = await loading.opened(house, clinic, file)
    if one:
        found = await loading.planned(house, clinic, one, house.clock())
        await bring_in(house, clinic, one, found, By("staff", file.made_by))


async def forget(house: House, job: Job) -> None:
    """Drop a file that nobody brought in for a day."""
    clinic_id, import_id = UUID(job.payload["clinic"]), UUID(job.payload["import"])
    await house.db.unit(lambda db: store.forget(db, clinic_id, import_id))


async def bring_in(house: House, clinic: Clinic, one: Opened, found: Sequence[Planned], by: By) -> None:
    """Every line that comes in and is not in yet, then the end of it."""
    left = iter([planned for planned in found if planned.comes_in])
    while batch := list(islice(left, AT_ONCE)):
        if not await write_some(house, clinic, one, batch, by):
            return
        house.outbox.nudge()

    async def work(db: AsyncSession) -> bool:
        now = house.clock()
        if not await store.end(db, clinic.id, one.file.id, now):
            return False
        lines, people, booked = await store.came_in(db, one.file.id)
        detail = {"lines": lines, "patients": people, "bookings": booked, "told": one.choices.telling.value}
        note(db, _entry(clinic, one.file.id, "import.done", by, detail), now)
        return True

    await house.db.unit(work)
    await house.live.changed(f"day:{clinic.id}")


async def write_some(house: House, clinic: Clinic, one: Opened, batch: Sequence[Planned], by: By) -> bool:
    """These lines, but for those that are in already; False, with nothing written, when the file is not coming in."""
    now = house.clock()
    makings = await _made(house, clinic, one, batch, now)
    resources = {which for making in makings if making.booking for which in making.booking.time.resources}

    async def work(db: AsyncSession) -> bool:
        done = await store.lock(db, one.file.id, State.RUNNING)
        if done is None:
            return False
        await claims.queue_for(db, resources)
        for making in makings:
            if making.planned.line not in done:
                await _enter(db, clinic, one, making, by, now)
        return True

    return await house.db.unit(work)


async def _enter(db: AsyncSession, clinic: Clinic, one: Opened, making: Making, by: By, now: datetime) -> None:
    planned, new, quiet = making.planned, making.booking, one.choices.telling is not Telling.NOW
    if making.patient is not None:
        await patients.add(db, making.patient)
    place = await _place(db, one, new, now) if new else True
    booked = new if new and place else None
    if booked:
        seat = place if isinstance(place, Place) else None
        if seat:
            await keeping.take(db, seat)
        await bookings.add(db, booked, now, by, seat, although_away=True)  # it was agreed elsewhere
        note(db, _entry(clinic, booked.id, "booking.made", by, {"import": one.file.id.hex}, "booking"), now)
        _tell(db, booked.id, now, quiet=quiet)
    outcome = Outcome.IN if place else Outcome.TAKEN
    hushed = one.choices.telling is Telling.NOTHING
    line = LineIn(
        planned.line, outcome, planned.patient_id, making.patient is not None, booked.id if booked else None, hushed
    )
    await store.add_line(db, one.file.id, line)


async def _place(db: AsyncSession, one: Opened, new: NewBooking, now: datetime) -> Place | bool:
    """Within a unit that has queued: a place in a group that stands, else whether all that it needs is free."""
    time, service = new.time, next(kind for kind in one.team.services if kind.id == new.service_id)
    if service.in_group:
        who, at = time.therapist_id, time.starts_at
        found = await place_in(db, service.id, who, at, now, patient_id=new.patient_id, although_away=True)
        if found is not True or time.joins:
            return found is not True and found
    return (await claims.look(db, time.resources, time.claim, now)).free


def _tell(db: AsyncSession, booking_id: UUID, now: datetime, *, quiet: bool) -> None:
    """The patient gets the ordinary confirmation, unless it is quiet; their therapist has the whole list and no mail
    of each. Programs hear of every one, since they will hear of its changes too."""
    told = {"booking": str(booking_id), "sequence": 0}
    outbox.add(db, "booking.booked", told | {"to": "therapist", "quiet": True}, now)
    if not quiet:
        outbox.add(db, "booking.booked", told | {"to": "patient"}, now)


async def _made(house: House, clinic: Clinic, one: Opened, batch: Sequence[Planned], now: datetime) -> list[Making]:
    new = [planned.patient_id for planned in batch if planned.patient_new and planned.patient_id]
    keys = await house.keys.make_patients(clinic.id, new, now)
    ring = await house.keys.clinic(clinic.id)
    makings = []
    for planned in batch:
        person = _person(clinic, planned)
        row = patients.sealed(ring, keys[person.id], person, now) if planned.patient_new else None
        booking = _booking(house, clinic, one, planned, planned.time) if planned.time else None
        makings.append(Making(planned, row, booking))
    return makings


def _person(clinic: Clinic, planned: Planned) -> Person:
    row = planned.row
    assert row
    assert planned.patient_id
    return Person(planned.patient_id, row.name, row.mail, row.phone, language=clinic.language, zone=clinic.zone.key)


def _booking(house: House, clinic: Clinic, one: Opened, planned: Planned, time: Booked) -> NewBooking:
    assert planned.patient_id
    assert planned.row
    assert planned.row.service_id
    link_id = loading.id_for(house, one.file.id, planned.line, "link")
    service = next(kind for kind in one.team.services if kind.id == planned.row.service_id)
    return NewBooking(
        id=loading.id_for(house, one.file.id, planned.line, "booking"),
        public_id=secrets.token_hex(10),
        clinic_id=clinic.id,
        service_id=service.id,
        patient_id=planned.patient_id,
        link_id=link_id,
        token_hash=token_hash(token_of(house.keys, link_id)),
        time=time,
        zone=clinic.zone.key,
        for_whom=ForWhom.ME,
        means=service.means[0],
        appointment_id=loading.id_for(house, one.file.id, planned.line, "appointment"),
        seats=service.seats,
    )


def _entry(
    clinic: Clinic, subject: UUID, action: str, by: By, detail: Mapping[str, object], kind: str = "import"
) -> Entry:
    return Entry(clinic.id, action, kind, subject, by.kind, by.id, detail)


JOBS = {GO_ON: go_on, FORGET: forget}
