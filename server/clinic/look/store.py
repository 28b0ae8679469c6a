"""Queries of a clinic's look; values in, values out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.clinic.look.rules import Mark
from server.clinic.look.tables import ClinicMark
from server.clinic.tables import Clinic


@dataclass(frozen=True)
class Look:
    """What a mail needs to look like its clinic; `mark` is empty where there is none, or messages are discreet."""

    palette: Mapping[str, Any]
    mark: bytes = field(repr=False)
    wide: int


async def set_mark(db: AsyncSession, clinic_id: UUID, mark: Mark, by: UUID | None, now: datetime) -> None:
    """Show this picture from now on; its address changes with it, so that no browser shows the one before."""
    row = await db.get(ClinicMark, clinic_id, with_for_update=True)
    if row is None:
        db.add(ClinicMark(clinic_id=clinic_id, image=mark.image, made_at=now, made_by=by))
    else:
        row.image, row.made_at, row.made_by = mark.image, now, by
    name = sha256(mark.image).hexdigest()[:10]
    shown = update(Clinic).where(Clinic.id == clinic_id).values(mark=name, mark_wide=mark.shown_wide)
    await db.execute(shown)


async def drop_mark(db: AsyncSession, clinic_id: UUID) -> bool:
    """Show no picture any more; False when there was none."""
    row = await db.get(ClinicMark, clinic_id, with_for_update=True)
    if row is None:
        return False
    await db.delete(row)
    await db.execute(update(Clinic).where(Clinic.id == clinic_id).values(mark="", mark_wide=0))
    return True


async def mark_at(db: AsyncSession, slug: str) -> bytes | None:
    """The picture of the clinic at this address."""
    asked = select(ClinicMark.image).join(Clinic, Clinic.id == ClinicMark.clinic_id).where(Clinic.slug == slug)
    return await db.scalar(asked)


async def look_of(db: AsyncSession, clinic_id: UUID) -> Look | None:
    """How the mails of a clinic look."""
    asked = select(Clinic.palette, Clinic.discreet, Clinic.mark_wide, ClinicMark.image)
    joined = asked.outerjoin(ClinicMark, ClinicMark.clinic_id == Clinic.id).where(Clinic.id == clinic_id)
    row = (await db.execute(joined)).first()
    if row is None:
        return None
    palette, discreet, wide, image = row
    return Look(palette or {}, b"" if discreet else image or b"", wide)
