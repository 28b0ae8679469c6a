"""Staff who cancel a series or a group say whose wish it was: what is owed follows from that, as with one booking."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.applications import Starlette

from server.access import Role
from server.booking.paying.rules import Why
from server.clinic import store as clinics
from server.house import House
from tests.server.booking.grouping.test_store import filled
from tests.server.booking.linden import THURSDAY, seed
from tests.server.booking.paying.priced import invoice_for, priced
from tests.server.booking.series.test_desk import made as in_series
from tests.server.booking.series.test_desk import weekly
from tests.server.booking.test_by_staff import sign_in_as
from tests.server.conftest import Clock, browser_on

pytestmark = pytest.mark.asyncio
ASKS = "The patient asked for it"


async def owed(house: House, ids: list) -> list[tuple[Why, int] | None]:
    while await house.outbox.run_due():
        pass
    found = [await invoice_for(house, one) for one in ids]
    return [(one.why, one.amount) if one else None for one in found]


@pytest.mark.parametrize("asked", [True, False])
@pytest.mark.parametrize("whole", [True, False])
async def test_of_a_series_that_staff_cancel_what_is_late_is_owed_if_the_patient_asked(
    app: Starlette, house: House, clock: Clock, asked: bool, whole: bool
) -> None:
    linden = await priced(house, await seed(house))
    series = await in_series(house, linden, weekly(linden, 2))
    clock.now = series.cards[0].starts_at - timedelta(hours=2)
    own = f"/staff/bookings/{series.cards[0].public_id}"
    page, sent = own, f"{own}/cancel"
    if whole:
        page = f"/staff/bookings/series/{series.id}"
        sent = f"{page}/cancel"
    async with browser_on(app) as desk:
        await sign_in_as(desk, house, linden, Role.FRONT_DESK)
        assert ASKS in (await desk.get(page)).text
        fields = {"which": "all"} | ({"asked": "yes"} if asked else {})
        assert (await desk.post(sent, data=fields)).status_code == 303
    ids = [card.id for card in series.cards]
    assert await owed(house, ids) == ([(Why.LATE, 4500), None] if asked else [None, None])


async def test_the_page_of_a_late_cancel_says_what_is_owed_to_who_may_see_money(
    app: Starlette, house: House, clock: Clock
) -> None:
    linden = await priced(house, await seed(house))
    cards = (await in_series(house, linden, weekly(linden, 2))).cards
    clock.now = cards[0].starts_at - timedelta(hours=2)
    own = f"/staff/bookings/{cards[0].public_id}"
    async with browser_on(app) as desk, browser_on(app) as mara:
        await sign_in_as(desk, house, linden, Role.FRONT_DESK)
        await sign_in_as(mara, house, linden)
        assert "Owed in the end" not in (await desk.get(own)).text
        await desk.post(f"{own}/cancel", data={"asked": "yes"})
        assert await owed(house, [cards[0].id]) == [(Why.LATE, 4500)]
        page = (await desk.get(own)).text
        assert re.search(r"Owed in the end</span><span></span><b>€45\.00, <a [^>]*>invoice 1</a>, open</b>", page)
        assert "Owed in the end" not in (await mara.get(own)).text


@pytest.mark.parametrize("asked", [True, False])
async def test_of_a_group_that_staff_cancel_each_owes_their_own_if_they_asked(
    app: Starlette, house: House, clock: Clock, asked: bool
) -> None:
    linden = await priced(house, await seed(house))
    linden = replace(linden, session=replace(linden.session, seats=3))
    await house.db.unit(lambda db: clinics.change_service(db, linden.clinic.id, linden.session, house.clock()))
    cards = await filled(house, linden, 2)
    clock.now = THURSDAY - timedelta(hours=2)
    async with browser_on(app) as desk:
        await sign_in_as(desk, house, linden, Role.FRONT_DESK)
        own = f"/staff/bookings/{cards[0].public_id}/group"
        assert "They asked for it" in (await desk.get(own)).text
        await desk.post(f"{own}/cancel", data={"asked": "yes"} if asked else {})
    ids = [card.id for card in cards]
    assert await owed(house, ids) == ([(Why.LATE, 4500)] * 2 if asked else [None, None])
