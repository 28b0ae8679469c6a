"""Versions of questions as they are read, alone and beside their clinic, on both engines."""

import pytest

from server.clinic.intake import store
from server.clinic.intake.rules import Said
from server.clinic.practice import practice_for
from server.house import House
from tests.server.booking.intake.asked import ask
from tests.server.booking.linden import seed

pytestmark = pytest.mark.asyncio


async def test_beside_its_clinic_a_version_reads_as_it_does_alone(either_house: House) -> None:
    linden = await seed(either_house)
    said: Said = {"ar": {"intro": "قبل أن نلتقي"}}
    written = await ask(
        either_house, linden.clinic.id, linden.session.id, intro='Before we meet, "briefly"', at_booking=True, said=said
    )
    alone = (await either_house.db.read(lambda db: store.forms(db, [written.id])))[written.id]

    async def beside(service_id, form_id=written.id, *, with_form: bool = True):
        found = await either_house.db.read(
            lambda db: practice_for(db, linden.clinic.slug, service_id, "", with_form=with_form)
        )
        assert found
        return found.form(form_id)

    assert await beside(linden.session.id) == alone
    assert alone.published_at is not None
    assert await beside(linden.first.id) is None, "it asks nothing"
    assert await beside(linden.session.id, with_form=False) is None
    other = await ask(either_house, linden.clinic.id, linden.first.id)
    assert await beside(None) == alone, "of a service that is named by its word every one is read"
    assert (await beside(None, other.id)).service_id == linden.first.id
    assert await beside(linden.session.id, other.id) is None
