"""A practice that is paid before the visit, and a server that stands for Stripe."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.applications import Starlette

from server.clinic.paying import store as settings_of
from server.clinic.paying.rules import StripeKeys, Way
from server.config import Settings
from server.house import House
from tests.engines.stripe_server import KEY, SECRET, StripeServer, start
from tests.server.booking.linden import Linden, seed
from tests.server.booking.paying.priced import priced
from tests.server.conftest import settings_for


@pytest.fixture
def stripe_server() -> Iterator[StripeServer]:
    known, stop = start()
    yield known
    stop()


@pytest.fixture
def settings(tmp_path: Path, stripe_server: StripeServer) -> Settings:
    return settings_for(tmp_path / "data", stripe_api=stripe_server.address)


async def with_keys(house: House, linden: Linden, *hooks: str) -> Linden:
    """Its session costs 90 euros and is paid by Stripe."""
    clinic_id = linden.clinic.id
    keys = StripeKeys(KEY, hooks or (SECRET,))
    sealed = settings_of.sealed(await house.keys.clinic(clinic_id), clinic_id, keys)

    async def work(db: AsyncSession) -> None:
        await settings_of.keep_keys(db, clinic_id, settings_of.named(KEY), sealed, None, house.clock())

    await house.db.unit(work)
    return await priced(house, linden, Way.STRIPE)


@pytest_asyncio.fixture
async def paid_ahead(app: Starlette, house: House) -> Linden:
    """Linden Practice, paid before the visit."""
    return await with_keys(house, await seed(house))
