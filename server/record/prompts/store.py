"""Queries of a clinic's own questions."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.db import added
from server.record.prompts.forms import data_of, read
from server.record.prompts.rules import Rule
from server.record.prompts.tables import ClinicPrompt, PromptDismissal


@dataclass(frozen=True)
class Kept:
    """A question as it was written last."""

    prompt_id: UUID
    number: int
    rule: Rule
    by_id: UUID | None
    at: datetime


async def prompts_of(db: AsyncSession, clinic_id: UUID) -> list[Kept]:
    """Those that a clinic asks, in the order in which they were first written."""
    asked = select(ClinicPrompt).where(ClinicPrompt.clinic_id == clinic_id)
    newest: dict[UUID, ClinicPrompt] = {}
    for row in await db.scalars(asked.order_by(ClinicPrompt.number, ClinicPrompt.at, ClinicPrompt.id)):
        newest[row.prompt_id] = row
    found = [(row, read(row.value)) for row in newest.values() if not row.gone]
    return [Kept(row.prompt_id, row.number, rule, row.by_id, row.at) for row, rule in found if rule]


async def writings(db: AsyncSession, clinic_id: UUID) -> int:
    """How often a question of the clinic was written so far: no row ever goes, so that each number is one state."""
    return await db.scalar(select(func.count(ClinicPrompt.id)).where(ClinicPrompt.clinic_id == clinic_id)) or 0


async def write(db: AsyncSession, clinic_id: UUID, one: Kept, *, gone: bool = False) -> bool:
    """Write a question under its number; False when somebody else did so first."""
    row = ClinicPrompt(id=uuid4(), clinic_id=clinic_id, prompt_id=one.prompt_id, number=one.number)
    row.value, row.gone, row.by_id, row.at = data_of(one.rule), gone, one.by_id, one.at
    return await added(db, row)


async def dismissed(db: AsyncSession, clinic_id: UUID, patient_id: UUID) -> set[tuple[UUID, str]]:
    """(question, facts) that somebody put aside for this patient."""
    row = PromptDismissal
    asked = select(row.prompt_id, row.facts).where(row.clinic_id == clinic_id, row.patient_id == patient_id)
    return {(prompt_id, facts) for prompt_id, facts in await db.execute(asked)}


async def dismiss(
    db: AsyncSession, row_id: UUID, patient: tuple[UUID, UUID], what: tuple[UUID, str], blob: bytes, by: UUID,
    now: datetime,
) -> bool:  # fmt: skip
    """Put one aside; `patient` is (clinic, patient), `what` (question, facts). False where it was already."""
    clinic_id, patient_id = patient
    row = PromptDismissal(id=row_id, clinic_id=clinic_id, patient_id=patient_id, prompt_id=what[0], facts=what[1])
    row.reason_sealed, row.by_id, row.at = blob, by, now
    return await added(db, row)
