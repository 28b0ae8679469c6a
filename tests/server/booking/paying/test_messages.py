"""Messages of Stripe: signed by who may, not long ago, acted on once, and about this clinic and this amount."""

import json
import time
from dataclasses import replace
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import func, select
from structlog.testing import capture_logs

from server.booking.paying import by_stripe
from server.booking.paying.payments import NotOffered
from server.booking.paying.rules import Standing
from server.booking.paying.tables import HeardEvent
from server.house import House
from tests.engines.stripe_server import SECRET, StripeServer, event_about, signed
from tests.server.booking.linden import THURSDAY, Linden, booked, seed
from tests.server.booking.paying.conftest import with_keys
from tests.server.booking.paying.priced import invoice_for
from tests.server.booking.paying.test_before_the_visit import HOOK, opened, told
from tests.server.visit.conftest import Jo, with_link

pytestmark = pytest.mark.asyncio


async def waiting(client: httpx2.AsyncClient, house: House, linden: Linden) -> Jo:
    jo = await with_link(await booked(house, linden), client)
    await opened(jo)
    return jo


async def test_only_what_is_signed_counts_and_not_for_long(
    client: httpx2.AsyncClient, paid_ahead: Linden, house: House, stripe_server: StripeServer
) -> None:
    jo = await waiting(client, house, paid_ahead)
    event = stripe_server.pay("cs_test_1")
    assert await told(client, event, secret="whsec_SomebodyElse") == 400
    assert await told(client, event, at=time.time() - 600) == 400
    body = json.dumps(event).encode()
    for content, headers in (
        (body, {}),
        (body, {"stripe-signature": "t=1,v1="}),
        (body.replace(b"9000", b"1000"), {"stripe-signature": signed(body)}),
    ):
        assert (await client.post(HOOK, content=content, headers=headers)).status_code == 400
    assert await invoice_for(house, jo.made.card.id) is None
    assert await told(client, event) == 200
    assert await invoice_for(house, jo.made.card.id)


async def test_while_one_secret_takes_over_from_another_both_count(
    client: httpx2.AsyncClient, paid_ahead: Linden, house: House, stripe_server: StripeServer
) -> None:
    await with_keys(house, paid_ahead, "whsec_TheNewOne", SECRET)
    await waiting(client, house, paid_ahead)
    assert await told(client, stripe_server.pay("cs_test_1"), secret="whsec_TheNewOne") == 200
    again = event_about(stripe_server.sessions["cs_test_1"])
    assert await told(client, again, secret=SECRET) == 200


@pytest.mark.parametrize("change", [{"amount_total": 100}, {"currency": "usd"}, {"client_reference_id": "x" * 8}])
async def test_another_amount_currency_or_booking_is_heard_and_changes_nothing(
    client: httpx2.AsyncClient, paid_ahead: Linden, house: House, stripe_server: StripeServer, change: dict
) -> None:
    jo = await waiting(client, house, paid_ahead)
    event = stripe_server.pay("cs_test_1")
    event["data"]["object"] |= change
    assert await told(client, event) == 200
    assert await invoice_for(house, jo.made.card.id) is None


async def test_a_payment_that_this_clinic_knows_nothing_of_is_heard_and_logged_and_changes_nothing(
    client: httpx2.AsyncClient, paid_ahead: Linden, house: House, stripe_server: StripeServer
) -> None:
    other = await with_keys(house, await seed(house, slug="birke", name="Birkenhaus"))
    jo = await waiting(client, house, paid_ahead)
    event = stripe_server.pay("cs_test_1")
    with capture_logs() as lines:
        assert await told(client, event, "/pay/birke/stripe") == 200
        event["data"]["object"]["metadata"] = {"clinic": str(other.clinic.id)}
        assert await told(client, event, "/pay/birke/stripe") == 200
        event["data"]["object"]["client_reference_id"] = str(uuid4())
        assert await told(client, event, "/pay/birke/stripe") == 200
    assert [line["event"] for line in lines].count("payment.not_ours") == 3
    assert await invoice_for(house, jo.made.card.id) is None
    heard = await house.db.read(lambda db: db.scalar(select(func.count()).select_from(HeardEvent)))
    assert heard == 0, "it was not acted on"


async def test_an_event_that_comes_late_or_says_nothing_to_us_changes_nothing(
    client: httpx2.AsyncClient, paid_ahead: Linden, house: House, stripe_server: StripeServer
) -> None:
    jo = await waiting(client, house, paid_ahead)
    expired = event_about(stripe_server.sessions["cs_test_1"], "checkout.session.expired")
    unpaid = event_about(stripe_server.sessions["cs_test_1"])
    paid = stripe_server.pay("cs_test_1")
    assert [await told(client, one) for one in (paid, expired, unpaid)] == [200, 200, 200]
    found = await invoice_for(house, jo.made.card.id)
    assert found
    assert found.standing is Standing.PAID


async def test_where_nobody_pays_by_stripe_there_is_no_such_address(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    assert await told(client, {"id": "evt_1"}) == 404
    assert await told(client, {"id": "evt_1"}, "/pay/nobody/stripe") == 404


@pytest.mark.parametrize(
    ("amount", "currency", "counted"),
    [(9000, "EUR", 9000), (9000, "JPY", 9000), (9000, "KWD", 9000), (9000, "HUF", 9000), (90, "ISK", 9000),
     (90, "RSD", 9000), (9000, "MGA", 9000)],
)  # fmt: skip
async def test_stripe_counts_some_currencies_otherwise_than_we_write_them(amount, currency, counted) -> None:
    assert by_stripe.units(amount, currency) == counted
    assert by_stripe.amount_of(counted, currency) == amount


@pytest.mark.parametrize(("amount", "currency"), [(9001, "KWD"), (9000, "UGX")])
async def test_an_amount_that_stripe_cannot_move_is_never_sent(amount: int, currency: str) -> None:
    with pytest.raises(NotOffered):
        by_stripe.units(amount, currency)


async def test_times_of_others_stay_as_they_were(client: httpx2.AsyncClient, paid_ahead: Linden, house: House) -> None:
    plain = replace(paid_ahead, session=paid_ahead.first)
    made = await booked(house, plain, THURSDAY)
    jo = await with_link(made, client)
    assert "pay" not in (await jo.page()).lower().replace("payment=()", "")
    assert (await client.get(f"{jo.url}/pay")).headers["location"] == jo.url
    assert (await client.get(f"{jo.url}/invoice")).status_code == 404
