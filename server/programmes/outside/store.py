"""What a clinic says of the footings of its programmes: each word is kept, and the newest counts."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import Uuid, column, func, select, table
from sqlalchemy.ext.asyncio import AsyncSession

from server.db import Instant, added
from server.programmes import store
from server.programmes.definition import Definition
from server.programmes.filed.store import offered
from server.programmes.outside.rules import Chosen, Lapse, Lasts, lapses, lasts
from server.programmes.tables import ProgrammeFooting

# Accounts belong to another feature: joined by name.
_staff = table("staff", column("id", Uuid()), column("clinic_id", Uuid()), column("disabled_at", Instant()))


async def chosen(db: AsyncSession, clinic_id: UUID) -> dict[str, dict[str, Chosen]]:
    """Programme -> footing -> what counts now."""
    row = ProgrammeFooting
    newest = select(row.key, row.footing, func.max(row.number).label("number")).where(row.clinic_id == clinic_id)
    last = newest.group_by(row.key, row.footing).subquery()
    asked = (
        select(row, _staff.c.disabled_at)
        .join(last, (last.c.key == row.key) & (last.c.footing == row.footing) & (last.c.number == row.number))
        .outerjoin(_staff, (_staff.c.id == row.staff_id) & (_staff.c.clinic_id == clinic_id))
        .where(row.clinic_id == clinic_id)
    )
    found: dict[str, dict[str, Chosen]] = {}
    for one, gone in await db.execute(asked):
        said = Chosen(one.until, one.warn, one.source, one.staff_id, gone, one.by_id, one.at, one.number)
        found.setdefault(one.key, {})[one.footing] = said
    return found


async def choose(
    db: AsyncSession, clinic_id: UUID, about: tuple[str, str], said: Chosen, by: UUID | None, now: datetime
) -> bool:
    """Say it over what counted, `about` (programme, footing); False where it is that, or somebody was faster."""
    key, footing = about
    known = (await chosen(db, clinic_id)).get(key, {}).get(footing, Chosen())
    if _same(known, said):
        return False
    new = ProgrammeFooting(id=uuid4(), clinic_id=clinic_id, key=key, footing=footing, number=known.number + 1)
    new.until, new.warn, new.source, new.staff_id = said.until, said.warn, said.source, said.staff_id
    new.by_id, new.at = by, now
    return await added(db, new)


def _same(known: Chosen, said: Chosen) -> bool:
    return (known.until, known.warn, known.source, known.staff_id) == (
        said.until, said.warn, said.source, said.staff_id,
    )  # fmt: skip


async def lasting(
    db: AsyncSession, clinic_id: UUID, zone: ZoneInfo, several: Iterable[Definition]
) -> Mapping[str, Lasts]:
    """Programme -> until when its footings hold; no statement where none of them has any."""
    rests = {one.id: one for one in several if one.footings}
    said = await chosen(db, clinic_id) if rests else {}
    return {key: lasts(one, said.get(key, {}), zone) for key, one in rests.items()}


async def lapsing(db: AsyncSession, clinic_id: UUID, zone: ZoneInfo, now: datetime) -> list[Lapse]:
    """Of the programmes that the clinic gives, what ends soon or does not hold."""
    keys = (await store.given(db, clinic_id))[0]
    known = (await offered(db, clinic_id)).items() if keys else ()
    rests = [one.pinned.definition for key, one in known if key in keys and one.pinned.definition.footings]
    said = await chosen(db, clinic_id) if rests else {}
    return [each for one in rests for each in lapses(one, said.get(one.id, {}), zone, now)]
