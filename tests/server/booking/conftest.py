"""A clinic that can be booked: in the running program, and in a house on either engine."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from starlette.applications import Starlette

from server.app import build_house
from server.house import House
from server.notify.mail import MemoryMailer
from tests.engines.postgres import NewDatabase
from tests.server.booking.linden import Linden, seed
from tests.server.conftest import Clock, settings_for, with_tables


@pytest_asyncio.fixture
async def linden(app: Starlette, house: House) -> Linden:
    """Linden Practice, in the records of the running program."""
    return await seed(house)


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database(request: pytest.FixtureRequest) -> NewDatabase | None:
    """None for SQLite, else what makes an empty PostgreSQL database; sync, so that it may ask for an async fixture."""
    return request.getfixturevalue("new_postgres") if request.param == "postgresql" else None


@pytest_asyncio.fixture
async def either_house(
    new_database: NewDatabase | None, tmp_path: Path, clock: Clock, empty_records: Path
) -> AsyncIterator[House]:
    """The parts of the program on an empty database, once on each engine."""
    urls = {"database_url": await new_database(), "keys_url": await new_database()} if new_database else {}
    built = replace(build_house(settings_for(tmp_path / "data", **urls), clock), mailer=MemoryMailer())
    await with_tables(built, empty_records)
    yield built
    await built.db.close()
    await built.keys.database.close()
