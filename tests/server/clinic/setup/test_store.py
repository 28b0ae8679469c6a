"""However many press the button at once, a link makes one clinic; the same on SQLite and PostgreSQL."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import pytest_asyncio
from sqlalchemy import func, select

from server import schema
from server.access import Role
from server.accounts import store as accounts
from server.accounts.rules import LinkRefusal, Purpose
from server.accounts.tables import Staff, StaffLink
from server.clinic.rules import Service, TherapistCard, usual_week
from server.clinic.setup import store
from server.clinic.tables import Clinic
from server.db import Database
from tests.server.clinic.made import clinic

pytestmark = pytest.mark.asyncio

NOW = datetime(2026, 3, 9, 9, tzinfo=UTC)
SECRET = bytes(32)


@pytest_asyncio.fixture
async def db(any_database_url):
    database = Database(any_database_url)
    await database.run_sync(schema.metadata.create_all)
    yield database
    await database.run_sync(schema.metadata.drop_all)
    await database.close()


def beginning(slug: str) -> store.Beginning:
    made, admin = clinic(slug=slug), uuid4()
    roles = store.first_roles(sees_patients=True)
    return store.Beginning(
        clinic=made,
        palette={},
        admin=accounts.NewStaff(admin, made.id, "Ada", b"-", admin.bytes, roles, "-", NOW),
        invited=None,
        card=TherapistCard(admin, "ada", "Ada", ""),
        service=Service(uuid4(), "A session", "", timedelta(minutes=50), timedelta(), timedelta(minutes=10)),
        week=usual_week(),
        login_token=accounts.new_token(),
    )


async def test_of_nodes_that_start_at_once_one_link_works(db) -> None:
    tokens = await asyncio.gather(*(db.unit(lambda db: store.make_link(db, SECRET, NOW)) for _ in range(5)))
    found = [await db.read(lambda db, token=token: store.find_link(db, token, NOW)) for token in tokens]
    assert sorted(isinstance(one, accounts.OpenLink) for one in found) == [False, False, False, False, True]


async def test_two_links_pressed_at_once_make_one_clinic(db) -> None:
    """Two nodes could each have printed one that still works."""
    links = [
        StaffLink(
            id=uuid4(), purpose=Purpose.SET_UP, token_hash=uuid4().bytes, detail={}, made_at=NOW,
            expires_at=NOW + timedelta(days=1),
        )
        for _ in range(5)
    ]  # fmt: skip

    async def add(db) -> None:
        db.add_all(links)

    await db.unit(add)
    known = [accounts.OpenLink(link.id, Purpose.SET_UP, None, None, {}, link.expires_at) for link in links]
    tries = zip(known, (beginning(f"clinic-{number}") for number in range(5)), strict=True)
    made = await asyncio.gather(
        *(db.unit(lambda db, link=link, new=new: store.begin(db, link, new, NOW)) for link, new in tries)
    )
    assert sorted(one is store.Refusal.OVER for one in made) == [False, True, True, True, True]


async def test_two_who_press_at_once_make_one_clinic(db) -> None:
    token = await db.unit(lambda db: store.make_link(db, SECRET, NOW))
    link = await db.read(lambda db: store.find_link(db, token, NOW))
    tries = [beginning(f"clinic-{number}") for number in range(5)]
    made = await asyncio.gather(*(db.unit(lambda db, new=new: store.begin(db, link, new, NOW)) for new in tries))
    assert sorted(one is store.Refusal.OVER for one in made) == [False, True, True, True, True]

    async def counts(db) -> tuple[int, int]:
        clinics = await db.scalar(select(func.count()).select_from(Clinic))
        return clinics, await db.scalar(select(func.count()).select_from(Staff))

    assert await db.read(counts) == (1, 1)
    assert await db.read(lambda db: store.find_link(db, token, NOW)) is LinkRefusal.OVER
    assert await db.unit(lambda db: store.make_link(db, SECRET, NOW)) is None


async def test_who_sees_no_patients_is_no_therapist() -> None:
    assert store.first_roles(sees_patients=False) == {Role.ADMIN, Role.FRONT_DESK}
