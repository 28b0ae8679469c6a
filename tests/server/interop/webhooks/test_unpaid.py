"""A time that is kept for its payment: other systems hear of it when it stands, and of its end only if they did."""

import json
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import desk, store
from server.booking.paying import checkouts
from server.booking.paying import store as money
from server.booking.paying.payments import News, Paid
from server.booking.paying.receiving import receive
from server.booking.rules import Wish
from server.booking.store import By
from server.clinic.paying.rules import Way
from server.config import Settings
from server.house import House
from tests.engines.elsewhere import Elsewhere
from tests.server.booking.linden import THURSDAY, booked, seed
from tests.server.booking.paying.priced import priced
from tests.server.conftest import settings_for
from tests.server.interop.webhooks.test_sending import hook, spread_and_send

pytestmark = pytest.mark.asyncio


@pytest.fixture
def settings(tmp_path, elsewhere: Elsewhere) -> Settings:  # type: ignore[no-untyped-def]
    return settings_for(tmp_path / "data", private_hosts=elsewhere.host)


async def test_of_a_time_that_nobody_paid_for_others_hear_nothing_and_of_one_that_was_paid_all(
    app: object, house: House, elsewhere: Elsewhere
) -> None:
    linden = await priced(house, await seed(house), Way.STRIPE)
    await hook(house, linden, elsewhere.at("/hear"))
    unpaid = await booked(house, linden)
    later = Wish(THURSDAY + timedelta(hours=4), linden.mara.staff_id)
    assert await desk.move(house, linden.clinic, unpaid.card, later, By("patient")) is None
    await spread_and_send(house)
    assert await desk.cancel(house, linden.clinic, await card_of(house, unpaid.card.id), By("patient"))
    await spread_and_send(house)
    assert elsewhere.asked == []
    paid = await booked(house, linden, name="Kim", mail="kim@example.org")

    async def page(db: AsyncSession) -> UUID:
        charge = await money.charge_of(db, paid.card.id, locked=True)
        assert charge
        return (await checkouts.begin(db, charge, charge.amount, house.clock())).id

    await receive(house, linden.clinic, News("evt", "", Paid(await house.db.unit(page), 9000, "EUR", "pi")))
    await spread_and_send(house)
    assert await desk.cancel(house, linden.clinic, await card_of(house, paid.card.id), By("patient"))
    await spread_and_send(house)
    heard = [json.loads(asked.body) for asked in elsewhere.asked]
    assert [one["type"] for one in heard] == ["booking.created", "booking.cancelled"]
    assert {one["data"]["id"] for one in heard} == {paid.card.public_id}
    asked = await booked(house, linden, name="Lee", mail="lee@example.org", asks=True)
    await spread_and_send(house)
    assert await desk.cancel(house, linden.clinic, await card_of(house, asked.card.id), By("patient"))
    await spread_and_send(house)
    assert len(elsewhere.asked) == 2, "nor of one that the clinic never confirmed"


async def card_of(house: House, booking_id: UUID):  # type: ignore[no-untyped-def]
    found = await house.db.read(lambda db: store.booking_for_visit(db, booking_id))
    assert found
    return found
