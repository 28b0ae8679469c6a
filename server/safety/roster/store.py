"""Queries of the roster; values in, values out."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.team.rules import Person
from server.accounts.team.store import team
from server.clinic.rules import Clinic
from server.safety.roster.rules import Roster, Shift
from server.safety.roster.tables import RosterShift


@dataclass(frozen=True)
class Kept:
    """A row of the roster: of a weekday or of a date. Without a shift: nobody on that date."""

    id: UUID
    weekday: int | None
    day: date | None
    shift: Shift | None


async def kept(db: AsyncSession, clinic_id: UUID, since: date | None = None) -> list[Kept]:
    """What stands in the roster, as it is shown: the week first, then dates from `since` on."""
    asked = select(RosterShift).where(RosterShift.clinic_id == clinic_id)
    if since:
        asked = asked.where(or_(RosterShift.day.is_(None), RosterShift.day >= since))
    return sorted((_kept(row) for row in await db.scalars(asked)), key=_place)


def _kept(row: RosterShift) -> Kept:
    timed = row.staff_id is not None and row.from_minute is not None and row.until_minute is not None
    shift = Shift(row.from_minute, row.until_minute, row.staff_id) if timed else None  # type: ignore[arg-type]
    return Kept(row.id, row.weekday, row.day, shift)


def _place(one: Kept) -> tuple[date, int, int, str]:
    return one.day or date.min, one.weekday or 0, one.shift.from_minute if one.shift else 0, one.id.hex


async def roster_of(db: AsyncSession, clinic: Clinic, people: Sequence[Person] | None = None) -> Roster:
    """The roster of a clinic, without whoever does not work there any more. `people`: its team, where it was read."""
    rows = await kept(db, clinic.id)
    if people is None:
        people = await team(db, clinic.id) if rows else ()
    works = {one.id for one in people if one.joined and not one.disabled}
    week: dict[int, list[Shift]] = defaultdict(list)
    dates: dict[date, list[Shift]] = defaultdict(list)
    for row in rows:
        of = week[row.weekday] if row.weekday is not None else dates[row.day or date.min]
        if row.shift and row.shift.staff_id in works:
            of.append(row.shift)
    return Roster(clinic.zone, dict(week), dict(dates))


async def add_week(db: AsyncSession, clinic_id: UUID, weekdays: Iterable[int], shift: Shift) -> None:
    """The same shift on these days of every week; what stands there already is not doubled."""
    there = {(row.weekday, row.shift) for row in await kept(db, clinic_id)}
    for weekday in weekdays:
        if (weekday, shift) not in there:
            db.add(_row(clinic_id, weekday, None, shift))
    await db.flush()


async def add_date(db: AsyncSession, clinic_id: UUID, day: date, shift: Shift | None) -> None:
    """A shift of one date; None: nobody, in place of all that stood on it."""
    if shift is None:
        await db.execute(delete(RosterShift).where(RosterShift.clinic_id == clinic_id, RosterShift.day == day))
    if (day, shift) not in {(row.day, row.shift) for row in await kept(db, clinic_id)}:
        db.add(_row(clinic_id, None, day, shift))
    await db.flush()


def _row(clinic_id: UUID, weekday: int | None, day: date | None, shift: Shift | None) -> RosterShift:
    row = RosterShift(id=uuid4(), clinic_id=clinic_id, weekday=weekday, day=day)
    if shift:
        row.staff_id, row.from_minute, row.until_minute = shift.staff_id, shift.from_minute, shift.until_minute
    return row


async def drop(db: AsyncSession, clinic_id: UUID, shift_ids: Sequence[UUID]) -> bool:
    """Take shifts out; False when none of them is in the roster of this clinic."""
    mine = (RosterShift.clinic_id == clinic_id, RosterShift.id.in_(shift_ids))
    gone = await db.scalars(delete(RosterShift).where(*mine).returning(RosterShift.id))
    return bool(gone.all())
