"""`parlour audit verify` has a line for every clinic, and an emptied record is no good record."""

import pytest
import pytest_asyncio
from sqlalchemy import text

from server.app import prepare
from server.audit.chain import Sealer
from server.audit.commands import anchor_file, findings, sentence
from server.audit.rules import Entry
from server.audit.store import note
from tests.server.booking.linden import seed

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def linden(house):
    """In the records of a program that does not run, so that nobody else seals."""
    await prepare(house)
    yield await seed(house)
    await house.db.close()
    await house.keys.database.close()


async def test_a_clinic_whose_whole_record_is_gone_is_found(house, linden) -> None:
    (finding,) = await findings(house)
    assert finding.clinic == linden.clinic.id
    assert finding.broken_at == 1
    assert "not one entry is left" in sentence(finding)


async def test_a_whole_record_says_how_far_anchors_reach(house, linden) -> None:

    async def work(db) -> None:
        note(db, Entry(linden.clinic.id, "day.seen", "clinic", linden.clinic.id), house.clock())

    await house.db.unit(work)
    await Sealer(house.db, anchor_file(house), house.clock).seal()
    (finding,) = await findings(house)
    assert sentence(finding) == f"{linden.clinic.id}: 1 entries, whole, anchored up to 1"


async def test_a_record_cut_short_while_nobody_looked_is_found(house, linden) -> None:

    async def write(db) -> None:
        for _ in range(12):
            note(db, Entry(linden.clinic.id, "day.seen", "clinic", linden.clinic.id), house.clock())

    async def cut(db) -> None:
        for table in ("audit_entries", "audit_seals"):
            for name in (
                await db.scalars(
                    text(f"SELECT name FROM sqlite_master WHERE tbl_name = '{table}' AND type = 'trigger'")
                )
            ).all():
                await db.execute(text(f"DROP TRIGGER {name}"))
        await db.execute(text("DELETE FROM audit_seals WHERE number > 2"))
        await db.execute(text("DELETE FROM audit_entries WHERE id NOT IN (SELECT entry_id FROM audit_seals)"))

    await house.db.unit(write)
    await Sealer(house.db, anchor_file(house), house.clock).seal()
    await house.db.unit(cut)
    (finding,) = await findings(house)
    assert (finding.broken_at, finding.why) == (3, "the end of the chain was cut off")
