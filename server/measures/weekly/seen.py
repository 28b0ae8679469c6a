"""Whom it concerns that a clinic asks something every week, read in as many statements for one as for a thousand."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.cards import visits_of, who_comes
from server.clinic.rules import Clinic
from server.measures import store as measures
from server.measures.schedule import When
from server.measures.weekly import store
from server.measures.weekly.rules import Plan, Week, Whom, in_care, plan
from server.patients.care.store import kept_in
from server.patients.space.store import with_spaces

NOBODY = Whom(cared_for=False, visits=False)


@dataclass(frozen=True)
class Seen:
    """What a clinic asks every week, in which version, and whom it concerns."""

    versions: Mapping[str, UUID]
    whom: Mapping[UUID, Whom]

    def plan(self, patient_id: UUID, week: Week, now: datetime) -> Plan:
        return plan(self.versions, self.whom.get(patient_id, NOBODY), week, now)


async def look(
    db: AsyncSession, clinic: Clinic, among: Collection[UUID] | None, week: Week, now: datetime
) -> Seen:  # fmt: skip
    """Of these patients, or of all."""
    rules = [one for one in (await measures.setting_of(db, clinic.id)).rules if one.when is When.EACH_WEEK]
    spaces = await with_spaces(db, clinic.id, among) if rules else set[UUID]()
    ids = spaces | await store.whose_open(db, clinic.id, among) | set(among or () if rules else ())
    if not ids:
        return Seen({}, {})
    met, kept = await visits_of(db, clinic.id, ids), await kept_in(db, clinic.id, among)
    comes = await who_comes(db, clinic.id, week.begins_at, week.ends_at)
    stops, asked = await store.stops_of(db, clinic.id, ids), await store.asked_of(db, clinic.id, ids, now)
    cared = {one for one in spaces & met.keys() if in_care(*met[one], kept=one in kept, now=now)}
    whom = {one: Whom(one in cared, one in comes, stops.get(one, {}), asked.get(one, ())) for one in ids}
    return Seen({rule.key: rule.version_id for rule in rules}, whom)
