"""Queries of the clinic's own checks of the crisis directory."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.clinic import store as clinics
from server.safety.checking.tables import HelplineCheck
from server.safety.rules import Checked, Entry, line_key, with_checks

EMERGENCY = ""
"""Stands for the emergency numbers of a country."""


async def check(
    db: AsyncSession, clinic_id: UUID, of: tuple[str, str], by: UUID, now: datetime, *, answers: bool
) -> None:
    """Somebody called the number `of` (country, number), and whether it answered."""
    country, number = of
    row = HelplineCheck(id=uuid4(), clinic_id=clinic_id, country=country, number=number, answers=answers)
    row.at, row.by_id = now, by
    db.add(row)
    await db.flush()
    await clinics.note_silent(db, clinic_id, await _silent(db, clinic_id))


async def _silent(db: AsyncSession, clinic_id: UUID) -> set[str]:
    """The lines of which the newest check found that nobody answers."""
    row = HelplineCheck
    asked = select(row.country, row.number, row.answers).where(row.clinic_id == clinic_id).order_by(row.at)
    newest = {(country, number): answers for country, number, answers in await db.execute(asked) if number}
    return {line_key(country, number) for (country, number), answers in newest.items() if not answers}


async def checked(db: AsyncSession, clinic_id: UUID, entry: Entry, zone: ZoneInfo) -> Entry:
    """The entry with what this clinic found; days are those of `zone`."""
    if not entry.country:
        return entry
    row = HelplineCheck
    asked = select(row).where(row.clinic_id == clinic_id, row.country == entry.country).order_by(row.at)
    found = {
        one.number: Checked(one.at.astimezone(zone).date(), one.by_id.hex, answers=one.answers)
        for one in await db.scalars(asked)
    }
    known = replace(entry, checked=found.get(EMERGENCY, entry.checked))
    return with_checks(known, found)
