"""A program on another machine."""

from collections.abc import AsyncIterator

import httpx2
import pytest_asyncio
from starlette.applications import Starlette

from tests.server.booking.api.programs import program_on


@pytest_asyncio.fixture
async def program(app: Starlette) -> AsyncIterator[httpx2.AsyncClient]:
    async with program_on(app) as client:
        yield client
