"""A clinic's picture in its row and beside it, on both databases."""

import pytest
from starlette.applications import Starlette

from server.clinic import store as clinics
from server.clinic.look import store
from server.clinic.look.rules import Mark
from server.config import Settings
from server.house import House
from tests.server.clinic.made import make_clinic

pytestmark = pytest.mark.asyncio
WIDE, HIGH = Mark(b"one", 358, 112), Mark(b"two", 40, 112)


@pytest.fixture
def settings(on_both_engines: Settings) -> Settings:
    return on_both_engines


async def test_a_new_picture_takes_the_place_of_the_one_before_and_its_address_with_it(
    app: Starlette, house: House
) -> None:
    clinic = await make_clinic(house)
    seen = []
    for mark in (WIDE, WIDE, HIGH):
        await house.db.unit(lambda db, mark=mark: store.set_mark(db, clinic.id, mark, None, house.clock()))
        now = await house.db.read(lambda db: clinics.clinic_of(db, clinic.id))
        assert now
        seen.append((now.mark, now.mark_wide, await house.db.read(lambda db: store.mark_at(db, clinic.slug))))
    assert seen[0] == seen[1]
    assert seen[0][0] != seen[2][0]
    assert [one[1:] for one in seen] == [(90, b"one"), (90, b"one"), (10, b"two")]
    assert await house.db.unit(lambda db: store.drop_mark(db, clinic.id))
    assert not await house.db.unit(lambda db: store.drop_mark(db, clinic.id))
    assert await house.db.read(lambda db: store.mark_at(db, clinic.slug)) is None


async def test_other_settings_leave_the_picture_as_it_is(app: Starlette, house: House) -> None:
    clinic = await make_clinic(house)
    await house.db.unit(lambda db: store.set_mark(db, clinic.id, WIDE, None, house.clock()))
    await house.db.unit(lambda db: clinics.change_clinic(db, clinic))
    after = await house.db.read(lambda db: clinics.clinic_of(db, clinic.id))
    assert after
    assert after.mark_wide == 90
