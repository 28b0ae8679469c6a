"""Where nobody can pay on a page any more: what is cancelled unpaid, and a clinic that gave its keys away."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.applications import Starlette

from server.access import Role
from server.booking import desk
from server.booking.paying.rules import Kind, Standing
from server.booking.store import By
from server.clinic.paying import store as settings_of
from server.house import House
from tests.engines.stripe_server import StripeServer
from tests.server.booking.linden import THURSDAY, Linden, booked
from tests.server.booking.paying.priced import invoice_for
from tests.server.booking.paying.test_before_the_visit import card_of, due, opened, told
from tests.server.booking.test_by_staff import sign_in_as
from tests.server.conftest import Clock, browser_on
from tests.server.visit.conftest import with_link

pytestmark = pytest.mark.asyncio


async def test_what_is_cancelled_unpaid_is_paid_on_no_page_and_its_therapist_hears_of_neither(
    client: httpx2.AsyncClient, paid_ahead: Linden, house: House, stripe_server: StripeServer, mailer: Any, clock: Clock
) -> None:
    jo = await with_link(await booked(house, paid_ahead), client)
    await opened(jo)
    stripe_server.away = 1
    await client.post(f"{jo.url}/cancel")
    await due(house)
    assert stripe_server.sessions["cs_test_1"]["status"] == "open"
    clock.forward(minutes=1)
    await due(house)
    assert stripe_server.sessions["cs_test_1"]["status"] == "expired"
    assert (await client.get(f"{jo.url}/pay")).headers["location"] == jo.url
    assert not [letter.subject for letter in mailer.sent if letter.for_staff]


async def test_a_payment_that_crosses_with_the_cancelling_goes_back_whole_and_books_nothing(
    client: httpx2.AsyncClient, paid_ahead: Linden, house: House, stripe_server: StripeServer, mailer: Any, clock: Clock
) -> None:
    first = await booked(house, paid_ahead)
    second = await booked(house, paid_ahead, THURSDAY + timedelta(hours=1), name="Kim", mail="kim@example.org")
    event = {}
    for made in (first, second):
        await opened(await with_link(made, client))
        event[made.card.id] = stripe_server.pay(stripe_server.last)
    clock.now = first.card.starts_at - timedelta(hours=3)  # too late to owe nothing, had it been paid
    await desk.cancel(house, paid_ahead.clinic, first.card, By("patient"), "ill")
    await told(client, event[first.card.id])  # before anything came of the cancelling
    await desk.cancel(house, paid_ahead.clinic, second.card, By("patient"), "ill")
    await due(house)  # the page is closed, and tells that it was paid
    await told(client, event[second.card.id])
    await due(house)
    for made in (first, second):
        found = await invoice_for(house, made.card.id)
        assert found
        assert (found.total(Kind.PAID), found.total(Kind.RETURNED)) == (9000, 9000)
        assert found.standing is Standing.RETURNED
    assert [one["amount"] for one in stripe_server.refunds] == ["9000", "9000"]
    assert not [letter.subject for letter in mailer.sent if letter.for_staff]


AR = {"ar": {"words": "إلى DE02 1203 0000 0000 2020 51"}}


async def test_without_the_clinics_keys_the_time_stands_and_the_page_says_how_it_is_paid(
    app: Starlette, client: httpx2.AsyncClient, paid_ahead: Linden, house: House, stripe_server: StripeServer,
    clock: Clock, mailer: Any,
) -> None:  # fmt: skip
    jo = await with_link(await booked(house, paid_ahead), client)

    async def words(db: AsyncSession) -> None:
        await settings_of.keep_words(db, paid_ahead.clinic.id, "To DE02 1203 0000 0000 2020 51", None, clock.now, AR)

    await house.db.unit(words)
    async with browser_on(app) as admin:
        await sign_in_as(admin, house, paid_ahead, Role.ADMIN)
        assert (await admin.post("/staff/clinic/paying/keys/drop")).status_code == 303
    for answer in (await client.post(f"{jo.url}/pay"), await client.get(f"{jo.url}/pay")):
        assert answer.status_code == 200
        assert "It cannot be paid by card here." in answer.text
        assert "DE02 1203 0000 0000 2020 51" in answer.text
        assert "555 0134" in answer.text
        assert "Pay on Stripe" not in answer.text
    assert "إلى DE02 1203" in (await client.get(f"{jo.url}/pay?lang=ar")).text
    await client.get(f"{jo.url}/pay?lang=en")
    await due(house)
    clock.forward(hours=1)
    await due(house)
    assert (await card_of(house, jo.made.card.id)).cancelled_at is None
    assert "Please pay by" not in await jo.page()
    assert [letter.subject.split(":")[0] for letter in mailer.sent if letter.for_staff] == ["Booked"]


async def test_what_stripe_refuses_for_good_is_no_reason_to_try_again_in_a_minute(
    client: httpx2.AsyncClient, paid_ahead: Linden, house: House, stripe_server: StripeServer
) -> None:
    jo = await with_link(await booked(house, paid_ahead), client)
    stripe_server.closed = "the amount must be more"
    answer = await client.post(f"{jo.url}/pay")
    assert answer.status_code == 200
    assert "It cannot be paid by card here." in answer.text
    assert "Please call us before then, so that it stays yours:" in answer.text
    assert "Your time is kept until" in answer.text


async def test_with_keys_that_were_revoked_at_stripe_a_time_stands_and_is_paid_otherwise(
    client: httpx2.AsyncClient, paid_ahead: Linden, house: House, clock: Clock, stripe_server: StripeServer
) -> None:
    jo = await with_link(await booked(house, paid_ahead), client)
    stripe_server.revoked = True
    answer = await client.post(f"{jo.url}/pay")
    assert answer.status_code == 200
    assert "It cannot be paid by card here." in answer.text
    assert "Your time is kept until" not in answer.text
    clock.forward(hours=1)
    await due(house)
    assert (await card_of(house, jo.made.card.id)).cancelled_at is None


async def test_keys_that_are_revoked_while_a_page_is_open_free_no_time_at_the_end_of_the_waiting(
    client: httpx2.AsyncClient, paid_ahead: Linden, house: House, clock: Clock, stripe_server: StripeServer
) -> None:
    jo = await with_link(await booked(house, paid_ahead), client)
    assert (await client.post(f"{jo.url}/pay")).status_code == 303
    stripe_server.revoked = True
    clock.forward(hours=1)
    await due(house)
    assert (await card_of(house, jo.made.card.id)).cancelled_at is None
    assert "Please pay by" not in await jo.page()
