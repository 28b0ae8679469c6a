"""The chain notices every edit, deletion, reordering, truncation and swapped anchor, and says where."""

from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import uuid4

import pytest
import pytest_asyncio
from cryptography.exceptions import InvalidSignature
from sqlalchemy import text

from server.audit.chain import Anchor, AnchorFile, Sealer, heads, verify
from server.audit.rules import Entry
from server.audit.store import note
from server.crypto import new_secret
from server.db import Database
from server.schema import metadata
from tests.server.conftest import Clock

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)
CLINIC = uuid4()
TABLES = ["audit_entries", "audit_seals"]


@pytest_asyncio.fixture
async def database(any_database_url):
    database = Database(any_database_url)
    tables = [metadata.tables[name] for name in TABLES]
    await database.run_sync(partial(metadata.drop_all, tables=tables))
    await database.run_sync(partial(metadata.create_all, tables=tables))
    yield database
    await database.run_sync(partial(metadata.drop_all, tables=tables))
    await database.close()


@pytest.fixture
def anchors(tmp_path):
    return AnchorFile(tmp_path / "anchors.jsonl", new_secret())


async def write(database, count: int, clinic=CLINIC) -> None:
    async def work(db):
        for number in range(count):
            at = NOW + timedelta(seconds=number)
            note(db, Entry(clinic, "day.seen", "clinic", clinic, "staff", uuid4(), {"patients": number}), at)

    await database.unit(work)


async def tamper(database, *statements: str) -> None:
    """What an intruder with the database's own rights could do: drop the guards, then write."""
    if database.is_sqlite:
        guards = [f"DROP TRIGGER {table}_{verb}" for table in TABLES for verb in ("UPDATE", "DELETE")]
    else:
        guards = [f"ALTER TABLE {table} DISABLE TRIGGER ALL" for table in TABLES]

    async def work(db):
        for statement in (*guards, *statements):
            await db.execute(text(statement))

    await database.unit(work)


async def check(database, anchors):
    return await database.read(partial(verify, clinic=CLINIC, anchors=anchors.read()))


@pytest.mark.asyncio
async def test_a_whole_chain_verifies(database, anchors) -> None:
    await write(database, 20)
    sealer = Sealer(database, anchors, lambda: NOW)
    assert await sealer.seal() == 20
    assert await sealer.seal() == 0
    await sealer.anchor()
    finding = await check(database, anchors)
    assert (finding.sealed, finding.unsealed, finding.broken_at) == (20, 0, None)


@pytest.mark.asyncio
async def test_entries_that_wait_are_told_apart(database, anchors) -> None:
    await write(database, 3)
    assert (await check(database, anchors)).unsealed == 3


@pytest.mark.asyncio
async def test_every_clinic_has_a_chain_of_its_own(database, anchors) -> None:
    other = uuid4()
    await write(database, 3)
    await write(database, 2, other)
    await Sealer(database, anchors, lambda: NOW).seal()
    found = await database.read(heads)
    assert {clinic: number for clinic, (number, _) in found.items()} == {CLINIC: 3, other: 2}


@pytest.mark.asyncio
async def test_the_database_itself_refuses_to_change_the_audit(database, anchors) -> None:
    await write(database, 1)
    for statement in ("UPDATE audit_entries SET action = 'x'", "DELETE FROM audit_entries"):

        async def work(db, statement=statement):
            await db.execute(text(statement))

        with pytest.raises(Exception, match="append-only"):
            await database.unit(work)


FIFTH = "(SELECT entry_id FROM audit_seals WHERE number = 5)"


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("statements", "where"),
    [
        ([f"UPDATE audit_entries SET action = 'nothing' WHERE id = {FIFTH}"], 5),
        ([f"UPDATE audit_entries SET actor_kind = 'patient' WHERE id = {FIFTH}"], 5),
        (["DELETE FROM audit_seals WHERE number = 5"], 5),
        (
            [
                "UPDATE audit_seals SET number = 99 WHERE number = 5",
                "UPDATE audit_seals SET number = 5 WHERE number = 6",
                "UPDATE audit_seals SET number = 6 WHERE number = 99",
            ],
            5,
        ),
        (["DELETE FROM audit_seals WHERE number > 7"], 8),
    ],
    ids=["edited", "another actor", "deleted", "reordered", "truncated"],
)
async def test_tampering_is_found_and_placed(database, anchors, statements, where) -> None:
    await write(database, 10)
    sealer = Sealer(database, anchors, lambda: NOW)
    await sealer.seal()
    await sealer.anchor()
    await tamper(database, *statements)
    assert (await check(database, anchors)).broken_at == where


@pytest.mark.asyncio
async def test_a_chain_rewritten_as_a_whole_differs_from_its_anchor(database, anchors) -> None:
    await write(database, 4)
    sealer = Sealer(database, anchors, lambda: NOW)
    await sealer.seal()
    await sealer.anchor()
    await tamper(database, "DELETE FROM audit_seals", "UPDATE audit_entries SET action = 'nothing'")
    await Sealer(database, anchors, lambda: NOW).seal()
    finding = await check(database, anchors)
    assert finding.broken_at == 4
    assert "anchor" in finding.why


@pytest.mark.asyncio
async def test_a_rewritten_chain_is_found_also_after_its_new_head_was_anchored(database, anchors) -> None:
    """Rewritten while the program was down; started again, the program seals and signs what it finds."""
    await write(database, 4)
    sealer = Sealer(database, anchors, lambda: NOW)
    await sealer.seal()
    await sealer.anchor()
    await tamper(database, "DELETE FROM audit_seals", "UPDATE audit_entries SET action = 'nothing'")
    started_again = Sealer(database, anchors, lambda: NOW)
    await started_again.seal()
    await started_again.anchor()
    assert (await check(database, anchors)).broken_at == 4


@pytest.mark.asyncio
async def test_the_first_seals_are_anchored_at_once_and_later_ones_within_ten_minutes(database, anchors) -> None:
    """So a server that was killed, or that seals less than a thousand entries in its life, has anchors as well."""
    clock = Clock(NOW)
    sealer = Sealer(database, anchors, clock)
    for count in (3, 2):
        await write(database, count)
        await sealer.seal()
    assert [anchor.number for anchor in anchors.read()] == [3]
    clock.forward(minutes=10)
    assert await sealer.seal() == 0
    assert [anchor.number for anchor in anchors.read()] == [3, 5]
    clock.forward(minutes=30)
    await sealer.seal()
    assert [anchor.number for anchor in anchors.read()] == [3, 5], "nothing is new"
    await tamper(database, "DELETE FROM audit_seals", "DELETE FROM audit_entries")
    finding = await check(database, anchors)
    assert (finding.broken_at, finding.why) == (1, "the end of the chain was cut off")


def test_an_anchor_that_is_not_ours_is_refused(anchors, tmp_path) -> None:
    forger = AnchorFile(tmp_path / "anchors.jsonl", new_secret())
    forger.write(Anchor(CLINIC, 1, bytes(32), NOW))
    with pytest.raises(InvalidSignature):
        anchors.read()


@pytest.mark.asyncio
async def test_an_entry_from_a_slow_commit_is_still_sealed(database, anchors) -> None:
    sealer = Sealer(database, anchors, lambda: NOW + timedelta(minutes=5))
    assert await sealer.seal() == 0, "nothing yet; from now on it looks back ten minutes"
    await write(database, 1)
    assert await sealer.seal() == 1
