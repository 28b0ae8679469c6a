"""Whether a message can reach anybody who is called about somebody in the line."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.push.store import staff_with_devices
from server.accounts.reach.store import reach_of
from server.house import House
from server.visit.ladder.store import waiting_rules


async def reaches(house: House, db: AsyncSession, clinic_id: UUID, staff_ids: Collection[UUID]) -> bool:
    """False where the clinic sends nothing by the ways that all of them chose, and knocks at no browser of theirs."""
    sent = {"mail": house.mailer.sends, "sms": house.texter.sends}
    if any(sent[way] for reach in (await reach_of(db, staff_ids)).values() for way in reach.ways):
        return True
    return (await waiting_rules(db, clinic_id)).push and bool(await staff_with_devices(db, staff_ids))
