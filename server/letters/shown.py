"""What a thread shows: its letters in order, opened, with who wrote each, what came with it, and who was handed it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.house import House
from server.letters import attached, store
from server.letters.attached import Attached
from server.letters.people import Team, team_of
from server.letters.rules import By, Thread
from server.letters.store import HandOver, Sent


@dataclass(frozen=True)
class Line:
    """One letter, opened; or, without one, that the thread went to somebody else."""

    at: datetime
    letter: Sent | None = None
    text: str = field(default="", repr=False)
    files: Sequence[Attached] = field(default=(), repr=False)
    passed: HandOver | None = None

    @property
    def by_staff(self) -> bool:
        return self.letter is not None and self.letter.by is By.STAFF


async def lines_of(house: House, thread: Thread) -> list[Line]:
    """The first first; empty once the patient's key was destroyed."""

    async def work(db: AsyncSession) -> tuple[list[Sent], list[attached.Row], list[HandOver]]:
        letters = await store.letters_of(db, thread.id)
        rows = await attached.rows_of(db, [one.id for one in letters])
        return letters, rows, await store.hand_overs_of(db, thread.id)

    letters, rows, passed = await house.db.read(work)
    key = (await house.keys.patients(thread.clinic_id, [thread.patient_id])).get(thread.patient_id)
    if key is None:
        return []
    files = [attached.opened(key, thread.clinic_id, row) for row in rows]
    lines = [
        Line(one.sent_at, one, store.open_text(key, thread.clinic_id, one), [f for f in files if f.letter_id == one.id])
        for one in letters
    ]
    return sorted([*lines, *(Line(one.at, passed=one) for one in passed)], key=lambda line: line.at)


async def file_of(house: House, thread: Thread, file_id: UUID) -> tuple[Attached, bytes] | None:
    """A file of this thread and what stands in it. Raises SealBroken."""
    found = {file.id: file for line in await lines_of(house, thread) for file in line.files}.get(file_id)
    if found is None:
        return None
    blob = await house.db.read(lambda db: attached.blob_of(db, found.id))
    return found, await attached.content(found, blob)


async def own_letters(house: House, clinic_id: UUID, patient_id: UUID) -> list[dict[str, object]]:
    """Every thread of a patient as plain data for a file of theirs; times are ISO 8601 with their offset."""

    async def work(db: AsyncSession) -> tuple[list[Thread], Team]:
        return await store.threads_of(db, clinic_id, patient_id), await team_of(db, clinic_id)

    threads, team = await house.db.read(work)
    return [
        {
            "id": str(thread.id),
            "about": thread.topic.value,
            "with": team.names.get(thread.addressee, "") if thread.addressee else "",
            "opened_at": thread.opened_at.isoformat(),
            "closed_at": thread.closed_at.isoformat() if thread.closed_at else None,
            "letters": [_plain(line, team.names) for line in await lines_of(house, thread) if line.letter],
        }
        for thread in threads
    ]


def _plain(line: Line, names: Mapping[UUID, str]) -> dict[str, object]:
    letter = line.letter
    assert letter
    return {
        "id": str(letter.id),
        "by": letter.by.value,
        "name": names.get(letter.by_id, "") if letter.by is By.STAFF and letter.by_id else "",
        "sent_at": letter.sent_at.isoformat(),
        "text": line.text,
        "files": [{"name": file.name, "kind": file.kind, "size": file.size} for file in line.files],
    }
