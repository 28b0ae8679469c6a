"""The made-up clinic keeps to the gates of its own programmes."""

import pytest
from sqlalchemy import select

from server.clinic import store as clinics
from server.home.demo_clinic import seeding
from server.home.demo_clinic.observing import ESKETAMINE
from server.house import House
from server.programmes import store
from server.programmes.gates import blocked
from server.programmes.keeping import opened
from server.programmes.rules import State, standing
from server.programmes.tables import Course


@pytest.mark.asyncio
async def test_no_gate_held_a_session_of_esketamine_when_it_began(client, house: House) -> None:
    await seeding.seed(house)
    clinic = await house.db.read(clinics.first_clinic)

    async def work(db):
        patients = await db.scalars(select(Course.patient_id).where(Course.clinic_id == clinic.id))
        return [row for one in set(patients) for row in await store.courses_of(db, clinic.id, one)]

    rows = await house.db.read(work)
    every = [await opened(house, row, clinic.zone, house.clock()) for row in rows]
    one = next(one.standing for one in every if one.standing.programme.definition.id == ESKETAMINE)
    treatment = one.programme.definition.treatment
    assert sorted(one.done.begun) == [1, 2, 3]
    for session, at in one.done.begun.items():
        assert blocked(one.programme, one.done, treatment, session, at) == (), session
    states = standing(one.programme, one.done, house.clock())
    missed = {key.step for key, state in states.items() if state is State.MISSED}
    assert not missed & {"first_phq9", "phq9_before"}
    assert one.done.entries.keys() >= {("first_phq9", 0, 0), *(("phq9_before", number, 0) for number in (1, 2, 3))}
