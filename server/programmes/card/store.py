"""Whom a clinic's card calls: each word is kept, and the newest counts."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.db import added
from server.programmes.card.rules import Contact, Contacts, Line, every
from server.programmes.tables import ProgrammeContact


async def contacts_of(db: AsyncSession, clinic_id: UUID) -> Contacts:
    """Every line, as it counts now."""
    row = ProgrammeContact
    newest = select(row.line, func.max(row.number).label("number")).where(row.clinic_id == clinic_id)
    last = newest.group_by(row.line).subquery()
    asked = select(row).join(last, (last.c.line == row.line) & (last.c.number == row.number))
    rows = await db.scalars(asked.where(row.clinic_id == clinic_id))
    return every({Line(one.line): Contact(one.phone, one.name, one.by_id, one.at, one.number) for one in rows})


async def choose(
    db: AsyncSession, clinic_id: UUID, line: Line, said: Contact, seen: int, by: UUID | None, now: datetime
) -> bool | None:
    """Say it over word `seen`. True: it is written; False: it counted already; None: somebody was faster."""
    known = (await contacts_of(db, clinic_id))[line]
    if known.says(said):
        return False
    if known.number != seen:
        return None
    new = ProgrammeContact(id=uuid4(), clinic_id=clinic_id, line=line.value, number=known.number + 1)
    new.phone, new.name, new.by_id, new.at = said.phone, said.name, by, now
    return True if await added(db, new) else None
