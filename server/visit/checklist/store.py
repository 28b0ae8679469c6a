"""Queries of the start of a visit. Whoever writes has locked the visit's row in the same unit (visit.store.ensure)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.db import added
from server.visit.checklist.rules import How, Setting
from server.visit.checklist.tables import ChecklistSetting, VisitAnswer, VisitSigning

SIGNED, TAKEN_BACK = "signed", "taken_back"


@dataclass(frozen=True)
class SealedCheck:
    """The newest row of a line."""

    id: UUID
    visit_id: UUID
    line: str
    number: int
    how: How
    blob: bytes
    by: UUID | None
    at: datetime


@dataclass(frozen=True)
class NewCheck:
    """A row to be, written over the line's row of number `over`."""

    id: UUID
    line: str
    over: int
    how: How
    blob: bytes
    list_version: str
    by: UUID | None


@dataclass(frozen=True)
class Overtaken:
    """The line was answered from elsewhere since; nothing was written."""

    number: int


@dataclass(frozen=True)
class Signing:
    """The newest signature under a visit."""

    number: int
    by: UUID | None
    at: datetime
    answered: int
    waived: int


async def checks_of(db: AsyncSession, visit_ids: Collection[UUID]) -> dict[UUID, dict[str, SealedCheck]]:
    """Visit -> line -> its newest row; everybody asked for has an entry."""
    found: dict[UUID, dict[str, SealedCheck]] = {visit_id: {} for visit_id in visit_ids}
    asked = select(VisitAnswer).where(VisitAnswer.visit_id.in_(visit_ids)).order_by(VisitAnswer.number)
    for row in await db.scalars(asked):
        found[row.visit_id][row.line] = SealedCheck(
            row.id, row.visit_id, row.line, row.number, How(row.how), row.value_sealed, row.by_id, row.at
        )
    return found


async def add_check(db: AsyncSession, visit_id: UUID, new: NewCheck, now: datetime) -> int | Overtaken:
    """Write a row over the one its page has seen; the number it got."""
    mine = (VisitAnswer.visit_id == visit_id, VisitAnswer.line == new.line)
    newest = await db.scalar(select(func.max(VisitAnswer.number)).where(*mine)) or 0
    if newest != new.over:
        return Overtaken(newest)
    db.add(
        VisitAnswer(
            id=new.id,
            visit_id=visit_id,
            line=new.line,
            number=newest + 1,
            how=new.how,
            value_sealed=new.blob,
            list_version=new.list_version,
            by_id=new.by,
            at=now,
        )
    )
    await db.flush()
    return newest + 1


async def signing_of(db: AsyncSession, visit_id: UUID) -> tuple[Signing | None, int]:
    """The signature that stands under a visit, if one does, and how many rows there are."""
    asked = select(VisitSigning).where(VisitSigning.visit_id == visit_id).order_by(VisitSigning.number.desc())
    row = await db.scalar(asked.limit(1))
    if row is None:
        return None, 0
    if row.kind != SIGNED:
        return None, row.number
    return Signing(row.number, row.by_id, row.at, row.answered, row.waived), row.number


async def add_signing(
    db: AsyncSession,
    visit_id: UUID,
    row_id: UUID,
    over: int,
    kind: str,
    counts: tuple[int, int],
    list_version: str,
    by: UUID | None,
    now: datetime,
    reason: bytes | None = None,
) -> None:
    """Write a signature, or that it is taken back; `counts` are lines answered and waived."""
    answered, waived = counts
    db.add(
        VisitSigning(
            id=row_id,
            visit_id=visit_id,
            number=over + 1,
            kind=kind,
            answered=answered,
            waived=waived,
            reason_sealed=reason,
            list_version=list_version,
            by_id=by,
            at=now,
        )
    )
    await db.flush()


async def setting_of(db: AsyncSession, clinic_id: UUID) -> Setting | None:
    """What the clinic chose last; None while it chose nothing."""
    asked = select(ChecklistSetting).where(ChecklistSetting.clinic_id == clinic_id)
    row = await db.scalar(asked.order_by(ChecklistSetting.number.desc()).limit(1))
    if row is None:
        return None
    value = row.value
    return Setting(
        on=frozenset(value["on"]),
        words=dict(value["words"]),
        allowed=frozenset(How(one) for one in value["allowed"]),
        kindly=value["kindly"],
        backup=tuple(value["backup"]),
        number=row.number,
        said=value.get("said"),
    )


async def keep_setting(db: AsyncSession, clinic_id: UUID, setting: Setting, by: UUID | None, now: datetime) -> bool:
    """Write what the clinic chose after the setting it saw; False when somebody else chose meanwhile."""
    newest = await db.scalar(select(func.max(ChecklistSetting.number)).where(ChecklistSetting.clinic_id == clinic_id))
    if (newest or 0) != setting.number:
        return False
    value = {
        "on": sorted(setting.on),
        "words": dict(setting.words),
        "allowed": sorted(setting.allowed),
        "kindly": setting.kindly,
        "backup": list(setting.backup),
    }
    if setting.said:
        value["said"] = {tag: dict(words) for tag, words in setting.said.items()}
    row = ChecklistSetting(id=uuid4(), clinic_id=clinic_id, number=setting.number + 1, value=value, by_id=by, at=now)
    return await added(db, row)
