"""Queries of everybody who works at a clinic."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import String, Uuid, column, func, select, table
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Role
from server.accounts.store import NewStaff, add_staff
from server.accounts.tables import Passkey, Staff
from server.accounts.team.rules import Person

# Clinics stand further right: read by name, as foreign keys are.
_clinics = table("clinics", column("id", Uuid()), column("slug", String()))


async def team(db: AsyncSession, clinic_id: UUID, *, lock: bool = False) -> list[Person]:
    """Everybody of a clinic by name; `lock` keeps them as they are until the end of the unit."""
    asked = select(Staff).where(Staff.clinic_id == clinic_id).order_by(Staff.name, Staff.id)
    rows = (await db.scalars(asked.with_for_update() if lock else asked)).all()
    counted = select(Passkey.staff_id, func.count()).where(Passkey.staff_id.in_([row.id for row in rows]))
    passkeys = {row[0]: row[1] for row in await db.execute(counted.group_by(Passkey.staff_id))}
    return [_person(row, passkeys.get(row.id, 0)) for row in rows]


async def clinics_with_staff(db: AsyncSession) -> Sequence[UUID]:
    """Every clinic that somebody works at."""
    return (await db.scalars(select(Staff.clinic_id).distinct())).all()


async def clinics_at(db: AsyncSession) -> dict[str, UUID]:
    """Last part of its address -> clinic."""
    return {slug: clinic_id for clinic_id, slug in await db.execute(select(_clinics.c.id, _clinics.c.slug))}


async def invite(db: AsyncSession, new: NewStaff) -> bool:
    """Write somebody who is invited; False when their address is taken."""
    try:
        async with db.begin_nested():
            await add_staff(db, new)
    except IntegrityError:
        return False
    return True


async def set_roles(db: AsyncSession, staff_id: UUID, roles: frozenset[Role]) -> None:
    (await db.get_one(Staff, staff_id)).roles = sorted(roles)


async def set_disabled(db: AsyncSession, staff_id: UUID, at: datetime | None) -> None:
    """Close an account, or open it again (None)."""
    (await db.get_one(Staff, staff_id)).disabled_at = at


def _person(row: Staff, passkeys: int) -> Person:
    return Person(
        id=row.id,
        clinic_id=row.clinic_id,
        name=row.name,
        roles=frozenset(Role(role) for role in row.roles),
        mail_sealed=row.mail_sealed,
        joined=row.joined_at is not None,
        disabled=row.disabled_at is not None,
        has_totp=row.totp_confirmed_at is not None,
        passkeys=passkeys,
    )
