"""After the commit: the pages of everybody for whom a therapist's news are news."""

from uuid import UUID

from server.house import House
from server.visit.queue.store import waiting_public_ids


async def therapist_changed(house: House, clinic_id: UUID, therapist_id: UUID) -> None:
    """The therapist's state or punctuality is new: tell the clinic's day, who waits, and who comes next."""
    now = house.clock()
    told = await house.db.read(lambda db: waiting_public_ids(db, clinic_id, therapist_id, now))
    await house.live.changed(f"day:{clinic_id}")
    for public_id in told:
        await house.live.changed(f"visit:{public_id}")
