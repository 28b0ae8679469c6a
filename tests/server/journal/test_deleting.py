"""Deleting an entry of mood deletes it everywhere: row, sealed words, what waits to be done, what is taken along."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select, text

from server.db import Base
from server.journal.tables import JournalEntry
from tests.server.journal.said import NOTE, TAG, said

pytestmark = pytest.mark.asyncio
STAYS = {("audit_entries", "detail"), ("journal_ids", "id")}
"""That something was shared or deleted, and the id that no late device may use again."""


async def where(house, needles: dict[str, bytes]) -> set[tuple[str, str]]:
    """(table, column) of every value that holds one of these, as it is, in hexadecimal or in text."""

    async def work(db) -> set[tuple[str, str]]:
        found = set[tuple[str, str]]()
        for table in Base.metadata.sorted_tables:
            for row in (await db.execute(text(f'SELECT * FROM "{table.name}"'))).mappings():
                found |= {(table.name, name) for name, value in row.items() if holds(value, needles)}
        return found

    return await house.db.read(work)


def holds(value: object, needles: dict[str, bytes]) -> bool:
    plain = value if isinstance(value, bytes) else str(value).encode()
    return any(one in plain for needle in needles.values() for one in forms(needle))


def forms(needle: bytes) -> Iterator[bytes]:
    yield needle
    yield needle.hex().encode()
    if len(needle) == 16:
        yield str(UUID(bytes=needle)).encode()


async def sealed_of(house, own: str) -> dict[str, bytes]:
    """Its id and what was sealed of it, as these lie in their row."""
    row = await house.db.read(lambda db: db.scalar(select(JournalEntry).where(JournalEntry.id == UUID(own))))
    assert row.words_sealed
    return {"id": row.id.bytes, "value": row.value_sealed, "words": row.words_sealed}


async def taken_along(phone, mara, record: UUID) -> dict[str, str]:
    """Every way in which it leaves: theirs, and what their therapist reads or takes."""
    theirs = ("/me/mood/days", "/me/mood/back", "/me/mood/csv", f"/me/record/{record}/json", f"/me/record/{record}")
    staff = (f"/staff/patients/{record}/journal", f"/staff/patients/{record}/record/json")
    return {path: (await who.get(path)).text for who, paths in ((phone, theirs), (mara, staff)) for path in paths}


@pytest.mark.parametrize("every", [False, True], ids=["one", "all_of_it"])
async def test_nothing_of_it_is_left_anywhere_but_that_its_id_was_used(house, phone, mara, jo, every: bool) -> None:
    record = jo.made.card.patient_id
    entry, other = said(note=NOTE, share="all"), said(note="another word", share="all")
    for one in (entry, other):
        assert (await phone.post("/me/mood", data=one)).status_code == 303
    changed = entry | {"number": "1", "note": f"{NOTE} again", "new": TAG}
    before = await sealed_of(house, entry["id"])
    assert (await phone.post(f"/me/mood/entry/{entry['id']}/change", data=changed)).status_code == 303
    needles = {**before, **{f"new {name}": blob for name, blob in (await sealed_of(house, entry["id"])).items()}}
    assert len(set(needles.values())) == 5, "sealed anew"
    shown = await taken_along(phone, mara, record)
    assert {path for path, page in shown.items() if f"{NOTE} again" in page or TAG in page} >= {
        "/me/mood/days", "/me/mood/csv", f"/me/record/{record}/json", f"/staff/patients/{record}/journal",
    }  # fmt: skip
    assert ("journal_entries", "words_sealed") in await where(house, needles)

    await phone.post("/me/mood/delete" if every else f"/me/mood/entry/{entry['id']}/delete")
    assert await where(house, needles) <= STAYS
    kept = await house.db.read(lambda db: db.scalars(select(JournalEntry.id)))
    assert [str(one) for one in kept] == ([] if every else [other["id"]])
    shown = await taken_along(phone, mara, record)
    gone = (NOTE, entry["id"], *(("another word", other["id"]) if every else ()))
    assert [path for path, page in shown.items() for words in gone if words in page] == []
    assert every or "another word" in shown[f"/me/record/{record}/json"]
    while await house.outbox.run_due():
        pass
    assert await where(house, needles) <= STAYS


async def test_its_bytes_are_gone_from_the_files_of_the_database(house, settings, phone) -> None:
    entry = said(note=NOTE)
    await phone.post("/me/mood", data=entry)
    needles = await sealed_of(house, entry["id"])
    await house.db.empty_log()
    assert lies_in(settings.data, needles["words"]), "this test looks at the right files"
    await phone.post(f"/me/mood/entry/{entry['id']}/delete")
    await house.db.empty_log()
    assert not [name for name in ("value", "words") if lies_in(settings.data, needles[name])]


def lies_in(folder: Path, needle: bytes) -> bool:
    """Whether any file below holds it; a row of this size stands in one piece."""
    return any(needle in file.read_bytes() for file in folder.rglob("*") if file.is_file())
