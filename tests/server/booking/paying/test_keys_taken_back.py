"""A payment that was begun before the clinic took back or changed its keys: no money comes unheard, no time is given
away that may be paid, and what only a person can look up waits for them with one thing to press.
"""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from sqlalchemy import func, select
from starlette.applications import Starlette

from server.access import Role
from server.booking import desk
from server.booking.paying.rules import Kind, Standing
from server.booking.store import By
from server.clinic.paying.tables import PaymentKeysBefore
from server.house import House
from tests.engines.stripe_server import KEY, SECRET, StripeServer
from tests.server.booking.linden import Linden, booked, seed
from tests.server.booking.paying.priced import invoice_for
from tests.server.booking.paying.test_before_the_visit import card_of, due, opened, told
from tests.server.booking.test_by_staff import actions, sign_in_as
from tests.server.conftest import Clock, browser_on
from tests.server.visit.conftest import with_link

pytestmark = pytest.mark.asyncio
OTHER = {"key": "sk_test_AnotherAccountOfTheirs", "hook": "whsec_AnotherEndpointOfTheirs"}
KEYS, INVOICES = "/staff/clinic/paying/keys", "/staff/bookings/invoices"
PAGE = re.compile(r'name="page" value="([^"]+)"')


@pytest_asyncio.fixture
async def admin(app: Starlette, paid_ahead: Linden, house: House) -> AsyncIterator[httpx2.AsyncClient]:
    async with browser_on(app) as browser:
        await sign_in_as(browser, house, paid_ahead, Role.ADMIN)
        yield browser


async def changed(admin: httpx2.AsyncClient, house: House, *, drop: bool) -> None:
    answer = await (admin.post(f"{KEYS}/drop") if drop else admin.post(KEYS, data=OTHER))
    assert answer.status_code == 303
    await due(house)


@pytest.mark.parametrize("drop", [True, False])
async def test_a_page_of_before_is_closed_and_who_had_paid_there_has_paid(
    client: httpx2.AsyncClient, paid_ahead: Linden, house: House, stripe_server: StripeServer,
    admin: httpx2.AsyncClient, drop: bool,
) -> None:  # fmt: skip
    made = await booked(house, paid_ahead)
    jo = await with_link(made, client)
    await opened(jo)
    stripe_server.pay("cs_test_1")  # and the message of it was not told yet
    later = await booked(house, paid_ahead, made.card.starts_at + timedelta(hours=4), name="Kim")
    kim = await with_link(later, client)
    await opened(kim)
    await changed(admin, house, drop=drop)
    found = await invoice_for(house, made.card.id)
    assert found
    assert found.standing is Standing.PAID
    assert stripe_server.sessions["cs_test_2"]["status"] == "expired"
    assert (await card_of(house, kim.made.card.id)).cancelled_at is None


@pytest.mark.parametrize("drop", [True, False])
async def test_what_is_told_late_of_the_old_account_is_heard_and_goes_back_there(
    client: httpx2.AsyncClient, paid_ahead: Linden, house: House, stripe_server: StripeServer,
    admin: httpx2.AsyncClient, clock: Clock, drop: bool,
) -> None:  # fmt: skip
    made = await booked(house, paid_ahead)
    await opened(await with_link(made, client))
    event = stripe_server.pay("cs_test_1")
    stripe_server.away = 1000
    await changed(admin, house, drop=drop)
    assert await told(client, event) == 200
    stripe_server.away = 0
    assert await told(client, event, secret="whsec_nobody") == 400
    await desk.cancel(house, paid_ahead.clinic, made.card, By("staff"))
    await due(house)
    found = await invoice_for(house, made.card.id)
    assert found
    assert (found.total(Kind.PAID), found.total(Kind.RETURNED)) == (9000, 9000)
    clock.forward(days=8)
    await due(house)
    assert await house.db.read(lambda db: db.scalar(select(func.count()).select_from(PaymentKeysBefore))) == 0
    assert await told(client, event) in {400, 404}


@pytest.mark.parametrize("said", ["paid", "unpaid"])
async def test_what_nobody_here_can_ask_stands_and_staff_look_it_up(
    client: httpx2.AsyncClient, paid_ahead: Linden, house: House, stripe_server: StripeServer,
    admin: httpx2.AsyncClient, clock: Clock, said: str,
) -> None:  # fmt: skip
    """The old keys were revoked at Stripe before they were changed here."""
    made = await booked(house, paid_ahead)
    jo = await with_link(made, client)
    await opened(jo)
    stripe_server.dead.add(KEY)
    await changed(admin, house, drop=False)
    clock.forward(hours=1)
    await due(house)
    assert (await card_of(house, made.card.id)).cancelled_at is None
    assert "Please pay by" not in await jo.page()
    await sign_in_as(admin, house, paid_ahead, Role.ADMIN)  # the login of before ended
    page = (await admin.get(INVOICES)).text
    assert "1 payment has to be looked up" in page
    (which,) = PAGE.findall(page)
    answers = [await admin.post(f"{INVOICES}/looked-up", data={"page": which, "said": said}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert (await actions(house)).count("payment.looked_up") == 1
    assert PAGE.findall((await admin.get(INVOICES)).text) == []
    found = await invoice_for(house, made.card.id)
    assert (found.standing if found else None) == (Standing.PAID if said == "paid" else None)


async def test_another_clinics_staff_look_up_nothing_of_this_one(
    client: httpx2.AsyncClient, paid_ahead: Linden, house: House, stripe_server: StripeServer,
    admin: httpx2.AsyncClient, app: Starlette,
) -> None:  # fmt: skip
    await opened(await with_link(await booked(house, paid_ahead), client))
    stripe_server.dead.add(KEY)
    await changed(admin, house, drop=True)
    (which,) = PAGE.findall((await admin.get(INVOICES)).text)
    async with browser_on(app) as stranger:
        await sign_in_as(stranger, house, await seed(house, slug="elm"), Role.ADMIN)
        answer = await stranger.post(f"{INVOICES}/looked-up", data={"page": which, "said": "paid"})
    assert answer.status_code == 404
    assert PAGE.findall((await admin.get(INVOICES)).text) == [which]


async def test_what_can_go_back_by_no_keys_any_more_is_given_back_another_way(
    client: httpx2.AsyncClient, paid_ahead: Linden, house: House, stripe_server: StripeServer,
    admin: httpx2.AsyncClient, clock: Clock, mailer: Any,
) -> None:  # fmt: skip
    made = await booked(house, paid_ahead)
    await opened(await with_link(made, client))
    assert await told(client, stripe_server.pay("cs_test_1"), secret=SECRET) == 200
    stripe_server.dead.add(KEY)
    await changed(admin, house, drop=False)
    await desk.cancel(house, paid_ahead.clinic, made.card, By("staff"))
    for _ in range(14):
        await due(house)
        clock.forward(hours=5)
    found = await invoice_for(house, made.card.id)
    assert found
    assert found.standing is Standing.RETURNING
    await sign_in_as(admin, house, paid_ahead, Role.ADMIN)
    assert "It went back another way" in (await admin.get(f"{INVOICES}/{found.id}")).text
    for _ in range(2):
        assert (await admin.post(f"{INVOICES}/{found.id}/went")).status_code == 303
    found = await invoice_for(house, made.card.id)
    assert found
    assert (found.standing, found.total(Kind.RETURNED)) == (Standing.RETURNED, 9000)
