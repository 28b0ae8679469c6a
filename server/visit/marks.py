"""Signs of life: that the patient's page is open, and that the clinic's page showed them. Written sparingly."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.audit.rules import Entry
from server.audit.store import note
from server.house import House
from server.visit import store
from server.visit.door import Knock
from server.visit.rules import SEEN_EVERY, VisitFacts, is_away


async def patient_is_here(knocked: Knock) -> None:
    """Note that the patient's page asked just now; the clinic hears of it when it was thought closed."""
    visit, now = knocked.visit, knocked.now
    if visit is None or (visit.patient_seen_at and now - visit.patient_seen_at < SEEN_EVERY):
        return
    await knocked.house.db.unit(lambda db: store.mark_patient(db, visit.id, now))
    if is_away(visit, now) and visit.left_at is None:
        await knocked.house.live.changed(f"day:{knocked.card.clinic_id}")


async def was_shown(
    house: House, clinic_id: UUID, staff_id: UUID, shown: Sequence[tuple[str, VisitFacts]], *, page_view: bool
) -> None:
    """Note that a page of this member of staff showed these visits (public id, facts).

    The first sight of an arrival is told to the patient's page at once and stands in the audit, unless the page
    view it belongs to stands there already.
    """
    now = house.clock()
    stale = [visit for _, visit in shown if _is_stale(visit, staff_id, house)]
    if not stale:
        return
    first = [(public_id, visit) for public_id, visit in shown if _is_first(visit, staff_id)]

    async def work(db: AsyncSession) -> None:
        await store.mark_shown(db, [visit.id for visit in stale], staff_id, now)
        if first and not page_view:
            detail = {"patients": len(first), "bookings": [visit.booking_id.hex for _, visit in first]}
            note(db, Entry(clinic_id, "waiting.viewed", "clinic", clinic_id, "staff", staff_id, detail), now)

    await house.db.unit(work)
    for public_id, _ in first:
        await house.live.changed(f"visit:{public_id}")


def _is_stale(visit: VisitFacts, staff_id: UUID, house: House) -> bool:
    seen = visit.therapist_seen_at if staff_id == visit.therapist_id else visit.staff_seen_at
    return seen is None or house.clock() - seen >= SEEN_EVERY


def _is_first(visit: VisitFacts, staff_id: UUID) -> bool:
    seen = visit.therapist_seen_at if staff_id == visit.therapist_id else visit.staff_seen_at
    return visit.arrived_at is not None and (seen is None or seen < visit.arrived_at)
