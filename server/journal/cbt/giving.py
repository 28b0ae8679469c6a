"""Giving a tool as homework, from the record and from beside a call: read once, written once."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.audit.rules import Entry
from server.audit.store import note
from server.house import House
from server.journal.cbt.catalogue import tools
from server.journal.homework import store
from server.journal.homework.keeping import sealed_note
from server.journal.homework.rules import MOST_NOTE, Task, due_of


def read_task(
    fields: Mapping[str, str], own: UUID, by_id: UUID, now: datetime, today: date
) -> tuple[Task | None, list[str]]:
    """What is to be given, or the fields that need a look. `tool`: its name, and behind a stroke that of a form."""
    kind, _, form = fields.get("tool", "").partition("/")
    known, words = tools().get(kind), fields.get("note", "").strip()
    wrong = [name for name, bad in (("tool", known is None), ("note", len(words) > MOST_NOTE)) if bad]
    try:
        due = due_of(fields.get("due", ""), today)
    except ValueError:
        due, wrong = None, [*wrong, "due"]
    if known is None or wrong:
        return None, wrong
    return Task(own, known.id, known.form(form), due, by_id, now, words), []


async def give_task(house: House, clinic_id: UUID, patient_id: UUID, task: Task) -> None:
    """Write it once, with its trace; again changes nothing."""
    blob = await sealed_note(house, clinic_id, patient_id, task)
    trace = _trace(clinic_id, patient_id, task.by_id, "tool.given", task.id, tool=task.tool)

    async def work(db: AsyncSession) -> None:
        if await store.give(db, clinic_id, patient_id, task, blob):
            note(db, trace, task.at)

    await house.db.unit(work)


async def talked_about(house: House, clinic_id: UUID, patient_id: UUID, task_id: UUID, by_id: UUID) -> None:
    """Therapist and patient have talked about it; again changes nothing."""
    now = house.clock()

    async def work(db: AsyncSession) -> None:
        if await store.see(db, patient_id, task_id, now):
            note(db, _trace(clinic_id, patient_id, by_id, "tool.talked", task_id), now)

    await house.db.unit(work)


async def taken_back(house: House, clinic_id: UUID, patient_id: UUID, task_id: UUID, by_id: UUID) -> None:
    """It is given no more; again changes nothing. What was written for it stays its patient's."""
    now = house.clock()

    async def work(db: AsyncSession) -> None:
        if await store.take_back(db, patient_id, task_id):
            note(db, _trace(clinic_id, patient_id, by_id, "tool.taken_back", task_id), now)

    await house.db.unit(work)


def _trace(clinic_id: UUID, patient_id: UUID, by_id: UUID, action: str, task_id: UUID, **more: object) -> Entry:
    return Entry(clinic_id, action, "patient", patient_id, "staff", by_id, {"task": task_id.hex, **more})
