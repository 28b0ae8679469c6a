"""Which provider the sign-in page offers, and what is kept of one, on both databases."""

import pytest
from starlette.applications import Starlette

from server.accounts.sign_on import store
from server.accounts.sign_on.rules import SignOn
from server.config import Settings
from server.house import House
from tests.server.clinic.made import make_clinic

pytestmark = pytest.mark.asyncio


@pytest.fixture
def settings(on_both_engines: Settings) -> Settings:
    return on_both_engines


async def named(house: House, slug: str, *, listed: bool = True) -> SignOn:
    """A clinic whose staff may come in by a provider."""
    clinic = await make_clinic(house, slug=slug, name=slug.title(), listed=listed)
    sealed = store.seal_secret(await house.keys.clinic(clinic.id), clinic.id, f"word of {slug}")
    known = SignOn(clinic.id, f"https://login.{slug}.example", "parlour", slug.title(), False, sealed)
    await house.db.unit(lambda db: store.set_sign_on(db, known, None, house.clock()))
    return known


async def offered(house: House, slug: str = "") -> list[str]:
    return [one.label for one in await house.db.read(lambda db: store.offered(db, slug))]


async def test_an_unlisted_clinic_is_offered_to_who_names_it_or_while_it_is_the_only_one(
    app: Starlette, house: House
) -> None:
    await named(house, "birke", listed=False)
    assert await offered(house) == ["Birke"]
    await named(house, "linden")
    assert await offered(house) == ["Linden"]
    assert await offered(house, "birke") == ["Birke"]
    assert await offered(house, "oak") == []


async def test_a_secret_is_its_own_clinics_and_does_not_outlive_its_issuer(app: Starlette, house: House) -> None:
    known = await named(house, "linden")
    other = await named(house, "birke")
    ring = await house.keys.clinic(known.clinic_id)
    kept = await house.db.read(lambda db: store.sign_on_of(db, known.clinic_id))
    assert kept
    assert store.secret_of(ring, kept) == "word of linden"
    moved = SignOn(known.clinic_id, "https://another.example", "parlour", "Linden", True)
    await house.db.unit(lambda db: store.set_sign_on(db, moved, None, house.clock()))
    kept = await house.db.read(lambda db: store.sign_on_of(db, known.clinic_id))
    assert kept
    assert (kept.issuer, kept.does_factor, store.secret_of(ring, kept)) == ("https://another.example", True, "")
    assert await house.db.unit(lambda db: store.drop_sign_on(db, known.clinic_id))
    assert not await house.db.unit(lambda db: store.drop_sign_on(db, known.clinic_id))
    assert await house.db.read(lambda db: store.sign_on_of(db, other.clinic_id))
