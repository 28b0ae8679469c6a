"""Who waits in a place that their therapist has no licence for: told on the day's page as soon as they came."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking.rules import BookingCard
from server.clinic.licences import store as licences
from server.clinic.licences.rules import Licence, verdict
from server.clinic.rules import Clinic
from server.house import House
from server.tongues import in_language
from server.visit import store as visits
from server.visit.checklist import store
from server.visit.checklist.rules import LICENCE, How, current, must_decide, said_before
from server.visit.checklist.sealed import open_checks
from server.visit.checklist.store import SealedCheck
from server.visit.rules import State, VisitFacts
from server.visit.sealed import open_arrival

HERE = frozenset({State.WAITING, State.IN_SESSION, State.ON_HOLD})


@dataclass(frozen=True)
class _Rows:
    licences: Sequence[Licence]
    arrivals: Mapping[UUID, bytes]
    checks: Mapping[UUID, Mapping[str, SealedCheck]]


async def without_licence(
    house: House,
    clinic: Clinic,
    staff_id: UUID | None,
    cards: Sequence[BookingCard],
    visits_of: Mapping[UUID, VisitFacts],
    now: datetime,
) -> frozenset[UUID]:
    """Bookings, of those that `staff_id` leads, whose patient is here and in a place nobody decided about yet.

    `visits_of`: booking -> its visit, where there is one.
    """
    led = [(card, visits_of.get(card.id)) for card in cards if card.therapist_id == staff_id]
    here = [(card, visit) for card, visit in led if visit and visit.state in HERE]
    if staff_id is None or not here:
        return frozenset()
    rows = await house.db.read(lambda db: _load(db, clinic, staff_id, [visit.id for _, visit in here]))
    if not (rows.licences or clinic.only_listed):
        return frozenset()
    keys = await house.keys.patients(clinic.id, [card.patient_id for card, _ in here])
    today = now.astimezone(clinic.zone).date()
    found = set()
    for card, visit in here:
        key = keys.get(card.patient_id)
        if key is None:
            continue
        said = said_before(open_arrival(key, clinic.id, visit.id, rows.arrivals.get(visit.id)))
        kept = open_checks(key, clinic.id, rows.checks[visit.id])
        where = current("place", kept, said)
        if where is None:
            continue
        standing = verdict(rows.licences, where.place, today, only_listed=clinic.only_listed)
        if must_decide(standing, where.place, kept.get(LICENCE)):
            found.add(card.id)
    return frozenset(found)


async def _load(db: AsyncSession, clinic: Clinic, staff_id: UUID, visit_ids: Sequence[UUID]) -> _Rows:
    held = (await licences.licences_of(db, clinic.id, [staff_id]))[staff_id]
    if not (held or clinic.only_listed):
        return _Rows(held, {}, {})
    return _Rows(held, await visits.arrival_blobs(db, visit_ids), await store.checks_of(db, visit_ids))


async def kindly_ended(db: AsyncSession, clinic: Clinic, visit_id: UUID, language: str) -> str | None:
    """The clinic's words to a patient who reads this language and whose visit ended over where they are, '' for ours;
    None: it did not."""
    row = (await store.checks_of(db, [visit_id]))[visit_id].get(LICENCE)
    if row is None or row.how is not How.END_KINDLY:
        return None
    setting = await store.setting_of(db, clinic.id)
    return in_language(setting, language, clinic.own or language).kindly if setting and setting.kindly else ""
