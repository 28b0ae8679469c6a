"""All that a patient wrote, as plain data that goes along with their record: for themselves, never for staff."""

from typing import Any
from uuid import UUID

from server.house import House
from server.journal.cbt.catalogue import ORDER as TOOLS
from server.journal.homework.keeping import tasks_of
from server.journal.homework.rules import Task
from server.journal.keeping import Journal
from server.journal.mood.rules import KIND as MOOD
from server.journal.rules import Entry

KINDS = (MOOD, *TOOLS)


async def journal_data(house: House, clinic_id: UUID, patient_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Kind -> its entries, the oldest first, words too, and under 'homework' what was given to them; times are ISO 8601
    with their offset.
    """
    kinds = {kind: await Journal(house, clinic_id, patient_id, kind).own() for kind in KINDS}
    found = {kind: [_entry(one) for one in entries] for kind, entries in kinds.items() if entries}
    given = [_task(one) for one in reversed(await tasks_of(house, clinic_id, patient_id))]
    return {**found, "homework": given} if given else found


def _task(one: Task) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "tool": one.tool,
        "for": one.due.isoformat() if one.due else None,
        "given_at": one.at.isoformat(),
        "note": one.note,
        "entry": str(one.entry_id) if one.entry_id else None,
    }


def _entry(one: Entry) -> dict[str, Any]:
    when = one.written
    return {
        "id": str(one.id),
        "day": when.day.isoformat(),
        "written_at": when.at.isoformat(),
        "zone": when.zone,
        "backdated": when.backdated,
        "read_by": one.share.value,
        **one.value,
        "words": dict(one.words),
    }
