"""Who may pass gates, as a clinic says it: each word is kept, and the newest counts."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Role
from server.accounts.team.store import team
from server.db import added
from server.programmes.passing.rules import Passers
from server.programmes.passing.tables import ProgrammePassers


async def clinicians(db: AsyncSession, clinic_id: UUID) -> dict[UUID, str]:
    """Who can answer for what is done in programmes: the therapists of the clinic whose account is open, by name."""
    found = await team(db, clinic_id)
    return {one.id: one.name for one in found if Role.THERAPIST in one.roles and not one.disabled}


async def every(db: AsyncSession, clinic_id: UUID) -> dict[str, Passers]:
    """Family -> whom the clinic named for it; those of which it said something."""
    row = ProgrammePassers
    newest = select(row.family, func.max(row.number).label("number")).where(row.clinic_id == clinic_id)
    last = newest.group_by(row.family).subquery()
    asked = select(row).join(last, (last.c.family == row.family) & (last.c.number == row.number))
    rows = (await db.scalars(asked.where(row.clinic_id == clinic_id))).all()
    here = await clinicians(db, clinic_id) if any(one.people for one in rows) else {}
    return {one.family: _passers(one, here) for one in rows}


async def passers_of(db: AsyncSession, clinic_id: UUID, family: str) -> Passers:
    """Whom the clinic named for this family; nobody for a programme of none."""
    return (await every(db, clinic_id)).get(family, Passers()) if family else Passers()


def _passers(row: ProgrammePassers, here: dict[UUID, str]) -> Passers:
    people = frozenset(UUID(hex=one) for one in row.people)
    names = {staff_id: name for staff_id, name in here.items() if staff_id in people}
    return Passers(people, names, row.by_id, row.at, row.number)


async def choose(
    db: AsyncSession, clinic_id: UUID, family: str, people: frozenset[UUID], seen: int, by: UUID | None, now: datetime
) -> bool | None:
    """Name these over word `seen`. True: it is written; False: it counted already; None: somebody was faster."""
    known = await passers_of(db, clinic_id, family)
    if known.people == people:
        return False
    if known.number != seen:
        return None
    new = ProgrammePassers(id=uuid4(), clinic_id=clinic_id, family=family, number=known.number + 1)
    new.people, new.by_id, new.at = sorted(one.hex for one in people), by, now
    return True if await added(db, new) else None
