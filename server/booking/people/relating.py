"""What there is between a member of staff and a patient: bookings, a record that was kept, an emergency."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Role, Subject, Viewer
from server.accounts.team.rules import Person
from server.booking.cards import bookings_of, met_since
from server.house import House
from server.patients.care import store
from server.patients.care.rules import LASTS, Known, Why, why

EVER = datetime(1970, 1, 1, tzinfo=UTC)


async def known_between(house: House, viewer: Viewer, clinic_id: UUID, patient_id: UUID) -> Known:
    """What is known between the viewer and this patient; never anything of another clinic."""
    staff_id = viewer.staff_id
    if staff_id is None or viewer.clinic_id != clinic_id:
        return Known()

    async def work(db: AsyncSession) -> Known:
        cards = await bookings_of(db, clinic_id, patient_id, staff_id)
        rows = await store.between(db, clinic_id, patient_id, staff_id)
        ends = [card.ends_at for card in cards if card.cancelled_at is None]
        return Known(ends, rows.kept, rows.glass_until, rows.shared)

    return await house.db.read(work)


async def treated_by(db: AsyncSession, viewer: Viewer, clinic_id: UUID, now: datetime) -> set[UUID] | None:
    """The patients whom the viewer treats now, as `why` says it of one; None: every patient of the clinic."""
    if viewer.staff_id is None or viewer.clinic_id != clinic_id or not viewer.has(Role.THERAPIST):
        return set()
    shared, _ = await store.sharing(db, clinic_id)
    if shared:
        return None
    met = await met_since(db, clinic_id, viewer.staff_id, now - LASTS)
    kept = await store.kept_by(db, clinic_id, viewer.staff_id)
    return met | (kept & await met_since(db, clinic_id, viewer.staff_id, EVER) if kept - met else met)


async def treating(
    db: AsyncSession, clinic_id: UUID, patient_id: UUID, team: Sequence[Person], now: datetime
) -> set[UUID]:
    """Who of the therapists has a care relation with this patient now; what broke glass opens is none."""
    found = set()
    for one in team:
        cards = await bookings_of(db, clinic_id, patient_id, one.id) if Role.THERAPIST in one.roles else []
        rows = await store.between(db, clinic_id, patient_id, one.id)
        ends = [card.ends_at for card in cards if card.cancelled_at is None]
        if why(Known(ends, rows.kept, None, rows.shared), now, therapist=Role.THERAPIST in one.roles):
            found.add(one.id)
    return found


def relation(house: House, viewer: Viewer, known: Known) -> Why | None:
    return why(known, house.clock(), therapist=viewer.has(Role.THERAPIST))


def cared_for(clinic_id: UUID, viewer: Viewer, by: Why | None) -> Subject:
    """The patient as the policy sees them: who of those that look has a care relation."""
    carers = frozenset([viewer.staff_id]) if by and viewer.staff_id else frozenset[UUID]()
    return Subject(clinic_id=clinic_id, carers=carers)
