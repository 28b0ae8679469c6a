"""All that a patient wrote, as plain data that goes along with their record: for themselves, never for staff."""

from typing import Any
from uuid import UUID

from server.house import House
from server.journal.cbt.catalogue import ORDER as TOOLS
from server.journal.keeping import Journal
from server.journal.mood.rules import KIND as MOOD
from server.journal.rules import Entry

KINDS = (MOOD, *TOOLS)


async def journal_data(house: House, clinic_id: UUID, patient_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Kind -> its entries, the oldest first, words too; times are ISO 8601 with their offset."""
    kinds = {kind: await Journal(house, clinic_id, patient_id, kind).own() for kind in KINDS}
    return {kind: [_entry(one) for one in entries] for kind, entries in kinds.items() if entries}


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
