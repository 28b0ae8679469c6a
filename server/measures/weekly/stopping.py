"""What is asked every week of one patient, as who treats them sees it; and that it is stopped, or asked again."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.team.store import team
from server.audit.rules import Entry
from server.audit.store import note
from server.clinic.rules import Clinic
from server.house import House
from server.measures import store as measures
from server.measures.alone import store as alone
from server.measures.weekly import store
from server.measures.weekly.rules import State, state_of, week_of
from server.measures.weekly.seen import NOBODY, look


@dataclass(frozen=True)
class Weekly:
    """One measure. `stopped`: since when, and by whom, or ''."""

    key: str
    name: str
    state: State
    stopped: tuple[datetime, str] | None = field(default=None, repr=False)


async def weekly_of(house: House, clinic: Clinic, patient_id: UUID) -> Sequence[Weekly]:
    """All that the clinic asks every week, as it stands with this patient."""
    now = house.clock()
    week = week_of(now, clinic.zone)

    async def work(db: AsyncSession) -> list[Weekly]:
        seen = await look(db, clinic, [patient_id], week, now)
        if not seen.versions:
            return []
        versions = await measures.versions_of(db, clinic.id, set(seen.versions.values()))
        stops = (await store.stops_of(db, clinic.id, [patient_id])).get(patient_id, {})
        names = {one.id: one.name for one in await team(db, clinic.id)} if stops else {}
        said = {key: (at, names.get(by, "")) for key, (at, by) in stops.items()}
        whom = seen.whom.get(patient_id, NOBODY)
        return [
            Weekly(key, versions[version].instrument.name, state_of(key, whom, week), said.get(key))
            for key, version in seen.versions.items()
        ]

    return await house.db.read(work)


async def say(house: House, clinic: Clinic, patient_id: UUID, key: str, entry: Entry, *, stopped: bool) -> None:
    """Stop it, and withdraw what stands, or ask again from the next week on; again is the same."""
    now = house.clock()

    async def work(db: AsyncSession) -> None:
        assert entry.actor_id, "somebody signed in"
        if not await store.say(db, clinic.id, patient_id, key, entry.actor_id, now, stopped=stopped):
            return
        note(db, entry, now)
        for row in await alone.open_of(db, clinic.id, patient_id) if stopped else ():
            if row.key == key and row.week:
                await alone.withdraw(db, row.id, now)

    await house.db.unit(work)
    await house.live.changed(f"day:{clinic.id}")
