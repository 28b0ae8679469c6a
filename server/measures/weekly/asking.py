"""The loop that asks every week what a clinic asks so: every node runs it, and a row for each patient, measure and week
keeps it to one of them.

It looks at whom it concerns anew each time, so that whatever writes of them need not know of it: who left care, was
booked, had it stopped or answered elsewhere is asked no more.
"""

from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server import outbox
from server.audit.rules import Entry
from server.audit.store import note
from server.booking.acting.told import owners_of
from server.booking.reminders.knocking import reaches
from server.clinic import store as clinics
from server.clinic.rules import Clinic
from server.house import House
from server.loops import every
from server.measures.alone import store as alone
from server.measures.alone.telling import ASKED
from server.measures.weekly import store
from server.measures.weekly.rules import Week, may_tell, week_of
from server.measures.weekly.seen import NOBODY, look
from server.patients import store as patients
from server.patients.reaching import reached_by
from server.patients.rules import Person

SECONDS = 300.0


async def run(house: House) -> None:
    """Work until cancelled."""
    await every(SECONDS, partial(ask_weekly, house))


async def ask_weekly(house: House) -> int:
    """Ask what is due this week, and withdraw what is over; returns how many measures this node asked."""
    return sum([await _of(house, clinic) for clinic in await house.db.read(clinics.clinics)])


async def _of(house: House, clinic: Clinic) -> int:
    now = house.clock()
    week = week_of(now, clinic.zone)
    seen = await house.db.read(lambda db: look(db, clinic, None, week, now))
    plans = {one: seen.plan(one, week, now) for one in seen.whom}
    known = await patients.people(house.db, house.keys, clinic.id, [one for one, found in plans.items() if found.ask])
    asked = 0
    for patient_id, found in plans.items():
        hears = patient_id in known and await _hears(house, clinic, known[patient_id], now)
        if hears or found.withdraw:
            asked += await _do(house, clinic, patient_id, week, hears=hears)
    return asked


async def _hears(house: House, clinic: Clinic, person: Person, now: datetime) -> bool:
    """Whether whose space it stands in can be told of it."""
    owners = await owners_of(house, clinic, person)
    if any(reached_by(house, one) for one in owners.values()):
        return True
    return None in owners and await house.db.read(lambda db: reaches(db, clinic.id, person.id, now))


async def _do(house: House, clinic: Clinic, patient_id: UUID, week: Week, *, hears: bool) -> int:
    """As it stands by now: another node may do the same, and they may answer meanwhile. Told once for all of it."""
    now, ids = house.clock(), (clinic.id, patient_id)

    def entry(action: str, key: str) -> Entry:
        return Entry(clinic.id, action, "patient", patient_id, detail={"measure": key, "week": week.day.isoformat()})

    async def work(db: AsyncSession) -> int:
        seen = await look(db, clinic, [patient_id], week, now)
        found, before = seen.plan(patient_id, week, now), seen.whom.get(patient_id, NOBODY).asked
        names = {one.id: one.key for one in before}
        for one in found.withdraw:
            if await alone.withdraw(db, one, now):
                note(db, entry("measure.withdrawn", names[one]), now)
        asked = [key for key in found.ask if hears and await store.ask(db, ids, key, seen.versions[key], week.day, now)]
        for key in asked:
            note(db, entry("measure.asked", key), now)
        if asked and may_tell(before, week):
            outbox.add(db, ASKED, {"clinic": str(clinic.id), "patient": str(patient_id)}, now)
        return len(asked)

    count = await house.db.unit(work)
    if count:
        house.outbox.nudge()
    return count
