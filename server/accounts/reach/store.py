"""Queries of how staff want to be called."""

from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.reach.tables import StaffReach
from server.crypto import Keyring, Place, seal, unseal


@dataclass(frozen=True)
class Reach:
    """What somebody chose; the number stays sealed until it is dialled."""

    staff_id: UUID
    mail: bool = True
    sms: bool = False
    phone_sealed: bytes | None = field(default=None, repr=False)

    @property
    def ways(self) -> tuple[str, ...]:
        """'mail', 'sms': what messages are queued for."""
        return (*(["mail"] if self.mail else []), *(["sms"] if self.sms and self.phone_sealed else []))


def _place(clinic_id: UUID, staff_id: UUID) -> Place:
    return Place(clinic_id, clinic_id, "staff_reach", staff_id, "phone")


def seal_phone(ring: Keyring, staff_id: UUID, phone: str) -> bytes | None:
    return seal(ring, phone, _place(ring.owner, staff_id)) if phone else None


def phone_of(ring: Keyring, reach: Reach) -> str:
    """The number, or ''. Raises SealBroken."""
    return unseal(ring, reach.phone_sealed, _place(ring.owner, reach.staff_id)) if reach.phone_sealed else ""


async def reach_of(db: AsyncSession, staff_ids: Collection[UUID]) -> dict[UUID, Reach]:
    """What each of these people chose; who chose nothing gets mail."""
    found = await db.scalars(select(StaffReach).where(StaffReach.staff_id.in_(staff_ids)))
    rows = {row.staff_id: Reach(row.staff_id, row.mail, row.sms, row.phone_sealed) for row in found}
    return {staff_id: rows.get(staff_id, Reach(staff_id)) for staff_id in staff_ids}


async def set_reach(db: AsyncSession, reach: Reach) -> None:
    row = await db.get(StaffReach, reach.staff_id, with_for_update=True)
    if row is None:
        row = StaffReach(staff_id=reach.staff_id)
        db.add(row)
    row.mail, row.sms, row.phone_sealed = reach.mail, reach.sms, reach.phone_sealed
