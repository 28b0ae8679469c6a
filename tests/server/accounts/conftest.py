"""Mara runs the clinic and treats, Samir treats, Dana is at the desk."""

from collections.abc import Iterator
from uuid import UUID

import pytest
import pytest_asyncio
from starlette.applications import Starlette

from server import passwords
from server.access import Role
from server.house import House
from tests.server.accounts.people import CHEAP, Member, new_clinic, new_member


@pytest.fixture(autouse=True)
def cheap_hashing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The real parameters cost a second for each sign-in; tests/server/test_passwords.py looks at those."""
    monkeypatch.setattr(passwords, "hasher", CHEAP)
    passwords._stand_in.cache_clear()
    yield
    passwords._stand_in.cache_clear()


@pytest_asyncio.fixture
async def clinic_id(app: Starlette, house: House) -> UUID:
    return await new_clinic(house)


@pytest_asyncio.fixture
async def mara(house: House, clinic_id: UUID) -> Member:
    return await new_member(house, clinic_id, "Mara Lind", Role.ADMIN, Role.THERAPIST)


@pytest_asyncio.fixture
async def samir(house: House, clinic_id: UUID) -> Member:
    return await new_member(house, clinic_id, "Samir Haddad", Role.THERAPIST)


@pytest_asyncio.fixture
async def dana(house: House, clinic_id: UUID) -> Member:
    return await new_member(house, clinic_id, "Dana Novak", Role.FRONT_DESK)
