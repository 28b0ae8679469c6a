"""Courses of patients whom nobody knows."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from server.house import House
from server.patients import store as patients
from server.patients.rules import Person
from server.programmes import store
from server.programmes.catalogue import shipped, shipped_data
from server.programmes.changes import Change, Kind
from server.programmes.course import Entry, Key
from server.programmes.sealed import CHANGES, seal_answers, seal_reason
from server.programmes.store import Row

JANUARY = datetime.fromisoformat("2024-01-08T09:00+01:00")


async def were(
    house: House,
    clinic_id: UUID,
    by: UUID,
    count: int,
    *,
    name: str = "",
    started: int = 0,
    ended: int = 0,
    began: datetime = JANUARY,
    ended_at: datetime | None = None,
) -> None:
    """So many courses of TMS in January, of which some had a first session a week later and some were ended then."""
    shaped = {**shipped_data()["tms"], **({"name": name} if name else {})}
    for number in range(count):
        patient_id = uuid4()
        key = await house.keys.make_patient(clinic_id, patient_id, house.clock())
        person = patients.sealed(await house.keys.clinic(clinic_id), key, Person(patient_id, "P Q"), house.clock())

        async def work(db: AsyncSession, number=number, patient_id=patient_id, key=key, person=person) -> None:
            await patients.add(db, person)
            version = await store.keep_version(db, clinic_id, shaped, by, began)
            row = Row(uuid4(), clinic_id, patient_id, version, began, by, 0, 0, None)
            assert await store.begin(db, row)
            entry_id, change_id, at = uuid4(), uuid4(), began + timedelta(days=7)
            if number < started:
                entry = Entry(Key(shipped()["tms"].treatment.id, 1), at, by=by)
                await store.add_entry(db, row, entry_id, entry, seal_answers(key, clinic_id, entry_id, {}), at)
            if number < ended:
                change = Change(1, Kind.END, ended_at or at + timedelta(days=1), by)
                blob = seal_reason(key, clinic_id, CHANGES, change_id, "Moved away")
                await store.add_change(db, row, change_id, change, blob)

        await house.db.unit(work)
