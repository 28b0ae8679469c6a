"""Queries of tasks; a note stays sealed here. Whoever calls has said whose they are."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.db import added
from server.journal.homework.rules import Task
from server.journal.homework.tables import ToolTask

MOST = 60
Row = tuple[Task, bytes | None]
"""A task without its note, and the note as it lies there."""


async def give(db: AsyncSession, clinic_id: UUID, patient_id: UUID, task: Task, note: bytes | None) -> bool:
    """Write it once; False when it was there before."""
    row = ToolTask(
        id=task.id,
        clinic_id=clinic_id,
        patient_id=patient_id,
        tool=task.tool,
        form=task.form,
        due=task.due,
        note_sealed=note,
        by_id=task.by_id,
        at=task.at,
    )
    return await added(db, row)


async def tasks_of(db: AsyncSession, patient_id: UUID) -> Sequence[Row]:
    """The newest first."""
    asked = select(ToolTask).where(ToolTask.patient_id == patient_id).order_by(ToolTask.at.desc()).limit(MOST)
    return [(_task(row), row.note_sealed) for row in await db.scalars(asked)]


def _task(row: ToolTask) -> Task:
    return Task(
        row.id, row.tool, row.form, row.due, row.by_id, row.at, "", row.entry_id, row.away_at, row.seen_at
    )  # fmt: skip


async def given(db: AsyncSession, patient_id: UUID, tool: str) -> bool:
    """Whether a therapist gave this tool, and did not take it back."""
    mine = (ToolTask.patient_id == patient_id, ToolTask.tool == tool)
    return await db.scalar(select(ToolTask.id).where(*mine).limit(1)) is not None


async def done(db: AsyncSession, patient_id: UUID, tool: str, task_id: UUID, entry_id: UUID) -> None:
    """This entry was written for it; the first one stays."""
    mine = (ToolTask.id == task_id, ToolTask.patient_id == patient_id, ToolTask.tool == tool)
    await db.execute(update(ToolTask).where(*mine, ToolTask.entry_id.is_(None)).values(entry_id=entry_id))


async def done_since(db: AsyncSession, patient_id: UUID, tool: str, entry_id: UUID, at: datetime) -> None:
    """This entry was written at `at`, for everything of the kind that was given by then; the first one stays."""
    mine = (ToolTask.patient_id == patient_id, ToolTask.tool == tool, ToolTask.at <= at)
    await db.execute(update(ToolTask).where(*mine, ToolTask.entry_id.is_(None)).values(entry_id=entry_id))


async def put_away(db: AsyncSession, patient_id: UUID, task_id: UUID, now: datetime) -> None:
    """Its patient wants to see it no more; again changes nothing."""
    mine = (ToolTask.id == task_id, ToolTask.patient_id == patient_id)
    await db.execute(update(ToolTask).where(*mine, ToolTask.away_at.is_(None)).values(away_at=now))


async def see(db: AsyncSession, patient_id: UUID, task_id: UUID, now: datetime) -> bool:
    """They talked about it; False where it is no task of theirs, or they had."""
    mine = (ToolTask.id == task_id, ToolTask.patient_id == patient_id, ToolTask.seen_at.is_(None))
    return await db.scalar(update(ToolTask).where(*mine).values(seen_at=now).returning(ToolTask.id)) is not None


async def take_back(db: AsyncSession, patient_id: UUID, task_id: UUID) -> bool:
    """Delete it; False where it is none of theirs."""
    mine = (ToolTask.id == task_id, ToolTask.patient_id == patient_id)
    return await db.scalar(delete(ToolTask).where(*mine).returning(ToolTask.id)) is not None
