"""Linden Practice with two therapists, for tests that need no more of a clinic."""

import pytest_asyncio

from server.clinic.rules import Clinic, TherapistCard
from server.house import House
from tests.server.clinic.made import make_clinic, make_therapist


@pytest_asyncio.fixture
async def clinic(house: House) -> Clinic:
    return await make_clinic(house)


@pytest_asyncio.fixture
async def mara(house: House, clinic: Clinic) -> TherapistCard:
    return await make_therapist(house, clinic, "Mara")


@pytest_asyncio.fixture
async def samir(house: House, clinic: Clinic) -> TherapistCard:
    return await make_therapist(house, clinic, "Samir")
