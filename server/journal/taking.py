"""All that a patient wrote, as plain data that goes along with their record: for themselves, never for staff."""

from typing import Any
from uuid import UUID

from server.house import House
from server.journal.cbt.catalogue import ORDER as TOOLS
from server.journal.cbt.catalogue import tools
from server.journal.cbt.rules import Tool
from server.journal.homework.keeping import tasks_of
from server.journal.homework.rules import Task
from server.journal.keeping import Journal
from server.journal.mood.rules import KIND as MOOD
from server.journal.rules import Entry

KINDS = (MOOD, *TOOLS)
MOOD_WORDS = {
    "": "Diary of moods", "mood": "Mood, 0 to 10", "energy": "Energy, 0 to 10", "anxiety": "Anxiety, 0 to 10",
    "sleep": "Hours of sleep, u4 is less than four", "rest": "How rested, 0 to 10", "doses": "Medicines taken",
    "tags": "Tags", "own": "Own tags", "note": "Note", "urges": "Urges, 0 to 5", "feelings": "Feelings, 0 to 5",
    "skills": "Skills used",
}  # fmt: skip


async def journal_data(house: House, clinic_id: UUID, patient_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Kind -> its entries, the oldest first, words too, and under 'homework' what was given to them; times are ISO 8601
    with their offset.
    """
    kinds = {kind: await Journal(house, clinic_id, patient_id, kind).own() for kind in KINDS}
    found = {kind: [_entry(one) for one in entries] for kind, entries in kinds.items() if entries}
    given = [_task(one) for one in reversed(await tasks_of(house, clinic_id, patient_id))]
    return {**found, "homework": given} if given else found


def labels() -> dict[str, dict[str, str]]:
    """Kind -> field -> its English words, '' for the kind's own; for programs that read it."""
    named = {one.id: {"": one.name["en"], **_fields(one)} for one in tools().values()}
    return {MOOD: MOOD_WORDS, **{kind: named[kind] for kind in TOOLS}}


def _fields(tool: Tool) -> dict[str, str]:
    every = [one for part in tool.parts for one in part.fields]
    return {one.id: one.label["en"] for field in every for one in (field, *field.fields)}


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
