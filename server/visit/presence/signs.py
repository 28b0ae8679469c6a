"""Signs of a therapist: that a page is in front of them, and how they are shown to those who wait."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Role, Viewer
from server.house import House
from server.visit.late.rules import Delay
from server.visit.late.store import NamedDelay, delay_of, delays_in
from server.visit.presence import store
from server.visit.presence.rules import HEARD_EVERY, Presence, presence


@dataclass(frozen=True)
class OwnState:
    """What those who wait read about the therapist who looks."""

    presence: Presence
    late: Delay | None = None


async def own_state(house: House, viewer: Viewer) -> OwnState | None:
    """How the viewer is shown to those who wait; None for who leads nobody."""
    staff_id, now = viewer.staff_id, house.clock()
    if staff_id is None or not viewer.has(Role.THERAPIST):
        return None

    async def work(db: AsyncSession) -> OwnState:
        signs = await store.signs_of(db, [staff_id], now)
        return OwnState(presence(signs[staff_id], now), await delay_of(db, staff_id, now))

    return await house.db.read(work)


async def delays_for(house: House, viewer: Viewer) -> list[NamedDelay]:
    """Who of the clinic runs late, for who sees everybody's day."""
    clinic_id, now = viewer.clinic_id, house.clock()
    if clinic_id is None or viewer.has(Role.THERAPIST):
        return []
    return await house.db.read(lambda db: delays_in(db, clinic_id, now))


async def was_heard(house: House, viewer: Viewer) -> None:
    """A page is in front of this therapist now; written sparingly, and read when the patient's page asks again."""
    clinic_id, staff_id, now = viewer.clinic_id, viewer.staff_id, house.clock()
    if clinic_id is None or staff_id is None or not viewer.has(Role.THERAPIST):
        return
    before = await house.db.read(lambda db: store.heard_at(db, staff_id))
    if before is not None and now - before < HEARD_EVERY:
        return
    await house.db.unit(lambda db: store.heard(db, clinic_id, staff_id, now))
