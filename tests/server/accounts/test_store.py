"""The same on SQLite and PostgreSQL: who holds a login, and links that work once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

import server.schema
from server.access import STRANGER, Door, Role
from server.accounts import store
from server.accounts.factors.rules import PasskeyFacts
from server.accounts.factors.store import add_passkey, factors, passkey_used, replace_codes, take_step, use_code
from server.accounts.rules import LinkRefusal, Purpose, Stage
from server.accounts.store import NewStaff
from server.accounts.team.store import invite, set_disabled
from server.db import Database

pytestmark = pytest.mark.asyncio
NOW = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
SECRET = b"s" * 32


@pytest_asyncio.fixture
async def database(any_database_url: str) -> AsyncIterator[Database]:
    made = Database(any_database_url.replace("postgresql://", "postgresql+asyncpg://"))
    await made.run_sync(server.schema.metadata.create_all)
    yield made
    await made.close()


def newcomer() -> NewStaff:
    return NewStaff(uuid4(), uuid4(), "Mara", b"", uuid4().bytes, frozenset({Role.THERAPIST}), "-", NOW)


@pytest_asyncio.fixture
async def mara(database: Database) -> NewStaff:
    new = newcomer()
    await database.unit(lambda db: store.add_staff(db, new))
    return new


async def nobody_runs(db, staff_id: UUID, now: datetime, until: datetime) -> UUID | None:
    return None


async def look(database: Database, token: str, now: datetime, running=nobody_runs):
    return await database.read(lambda db: store.viewer(db, token, now, running))


async def test_a_full_login_is_its_owner(database: Database, mara: NewStaff) -> None:
    token = await database.unit(lambda db: store.start_login(db, mara.id, Stage.FULL, NOW, "Firefox, Linux"))
    viewer, due = await look(database, token, NOW)
    assert (viewer.door, viewer.staff_id, viewer.clinic_id, viewer.roles) == (
        Door.STAFF,
        mara.id,
        mara.clinic_id,
        {Role.THERAPIST},
    )
    assert not due
    assert (await look(database, token, NOW + timedelta(seconds=30)))[1]
    assert (await look(database, token + "x", NOW))[0] == STRANGER


async def test_b16_an_idle_login_opens_the_visit_that_runs_and_nothing_else(database: Database, mara: NewStaff) -> None:
    token = await database.unit(lambda db: store.start_login(db, mara.id, Stage.FULL, NOW))
    visit = uuid4()

    async def runs(db, staff_id: UUID, now: datetime, until: datetime) -> UUID | None:
        return visit if staff_id == mara.id else None

    open_viewer, _ = await look(database, token, NOW + timedelta(minutes=14), runs)
    assert open_viewer.only_visit is None
    for later in (timedelta(minutes=15), timedelta(hours=12)):
        idle, due = await look(database, token, NOW + later, runs)
        assert (idle.staff_id, idle.only_visit, due) == (mara.id, visit, False)
        assert (await look(database, token, NOW + later))[0] == STRANGER


async def test_b16_the_visit_is_asked_for_with_the_end_of_the_login(database: Database, mara: NewStaff) -> None:
    asked: list[datetime] = []

    async def runs(db, staff_id: UUID, now: datetime, until: datetime) -> UUID | None:
        asked.append(until)
        return None

    token = await database.unit(lambda db: store.start_login(db, mara.id, Stage.FULL, NOW))
    seen = NOW + timedelta(hours=11, minutes=50)
    login = (await look(database, token, NOW))[0].login_id
    await look(database, token, NOW + timedelta(days=3), runs)
    await database.unit(lambda db: store.seen(db, login, seen))
    await look(database, token, NOW + timedelta(days=3), runs)
    assert asked == [NOW + timedelta(minutes=15), NOW + timedelta(hours=12)]


async def test_half_a_login_gets_no_such_grace(database: Database, mara: NewStaff) -> None:
    token = await database.unit(lambda db: store.start_login(db, mara.id, Stage.PASSWORD, NOW))

    async def runs(db, staff_id: UUID, now: datetime, until: datetime) -> UUID | None:
        return uuid4()

    assert (await look(database, token, NOW, runs))[0].door is Door.HALF
    assert (await look(database, token, NOW + timedelta(minutes=15), runs))[0] == STRANGER


async def test_a_revoked_login_and_a_closed_account_open_nothing_even_in_a_visit(
    database: Database, mara: NewStaff
) -> None:
    async def runs(db, staff_id: UUID, now: datetime, until: datetime) -> UUID | None:
        return uuid4()

    one = await database.unit(lambda db: store.start_login(db, mara.id, Stage.FULL, NOW))
    two = await database.unit(lambda db: store.start_login(db, mara.id, Stage.FULL, NOW))
    viewer, _ = await look(database, one, NOW)
    assert await database.unit(lambda db: store.end_login(db, viewer.login_id, NOW))
    assert not await database.unit(lambda db: store.end_login(db, viewer.login_id, NOW))
    assert (await look(database, one, NOW, runs))[0] == STRANGER
    await database.unit(lambda db: set_disabled(db, mara.id, NOW))
    assert (await look(database, two, NOW, runs))[0] == STRANGER


async def test_raising_a_login_changes_its_token_and_begins_its_day(database: Database, mara: NewStaff) -> None:
    half = await database.unit(lambda db: store.start_login(db, mara.id, Stage.PASSWORD, NOW))
    viewer, _ = await look(database, half, NOW)
    later = NOW + timedelta(minutes=10)
    assert await database.unit(lambda db: store.raise_login(db, viewer.login_id, "full", later))
    assert (await look(database, half, later))[0] == STRANGER
    assert (await look(database, "full", later + timedelta(minutes=14)))[0].door is Door.STAFF


async def test_an_ended_login_is_not_raised(database: Database, mara: NewStaff) -> None:
    half = await database.unit(lambda db: store.start_login(db, mara.id, Stage.PASSWORD, NOW))
    viewer, _ = await look(database, half, NOW)
    await database.unit(lambda db: store.end_logins(db, mara.id, NOW))
    assert not await database.unit(lambda db: store.raise_login(db, viewer.login_id, "full", NOW))


async def test_one_address_is_one_account(database: Database, mara: NewStaff) -> None:
    again = NewStaff(uuid4(), uuid4(), "Mara", b"", mara.mail_index, frozenset({Role.ADMIN}), None, NOW)
    assert not await database.unit(lambda db: invite(db, again))
    assert (await database.read(lambda db: store.find_account(db, mara.mail_index))).id == mara.id


async def test_a_link_is_used_once_however_many_press_at_the_same_time(database: Database, mara: NewStaff) -> None:
    token = await database.unit(lambda db: store.make_link(db, SECRET, Purpose.RESET, NOW, staff_id=mara.id))
    link = await database.read(lambda db: store.open_link(db, token, NOW))
    used = await asyncio.gather(*(database.unit(lambda db: store.use_link(db, link.id, NOW)) for _ in range(8)))
    assert sum(used) == 1
    assert await database.read(lambda db: store.open_link(db, token, NOW)) is LinkRefusal.OVER


async def test_a_code_and_a_step_are_used_once_however_many_come(database: Database, mara: NewStaff) -> None:
    await database.unit(lambda db: replace_codes(db, mara.id, [b"c" * 32]))
    codes = await asyncio.gather(*(database.unit(lambda db: use_code(db, mara.id, b"c" * 32, NOW)) for _ in range(8)))
    steps = await asyncio.gather(*(database.unit(lambda db: take_step(db, mara.id, 7)) for _ in range(8)))
    assert (sum(codes), sum(steps)) == (1, 1)
    assert not await database.unit(lambda db: take_step(db, mara.id, 6))
    assert await database.unit(lambda db: take_step(db, mara.id, 8))


async def test_a_set_up_link_ends_the_one_before(database: Database) -> None:
    older = await database.unit(lambda db: store.make_link(db, SECRET, Purpose.SET_UP, NOW))
    newer = await database.unit(lambda db: store.make_link(db, SECRET, Purpose.SET_UP, NOW))
    assert await database.read(lambda db: store.open_link(db, older, NOW)) is LinkRefusal.OVER
    assert (await database.read(lambda db: store.open_link(db, newer, NOW))).purpose is Purpose.SET_UP
    assert await database.read(lambda db: store.open_link(db, "x", NOW)) is LinkRefusal.UNKNOWN


async def test_a_passkey_may_count_to_the_last_of_its_32_bits(database: Database, mara: NewStaff) -> None:
    most = 2**32 - 1  # WebAuthn, 6.1: signCount is an unsigned 32-bit integer
    key = PasskeyFacts(uuid4(), b"id", b"key", most - 1, "a key", NOW, None)
    await database.unit(lambda db: add_passkey(db, mara.id, key))
    await database.unit(lambda db: passkey_used(db, key.id, most, NOW))
    kept = await database.read(lambda db: factors(db, mara.id))
    assert [one.sign_count for one in kept.passkeys] == [most]
