"""Paying before the visit, on a page of Stripe: from the booking to the money, and back."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import select
from starlette.applications import Starlette

from server.booking import desk, store
from server.booking.paying.rules import Kind, Standing, Why
from server.booking.rules import BookingCard
from server.booking.store import By
from server.booking.tables import Booking
from server.house import House
from server.outbox import OutboxRow
from tests.engines.stripe_server import StripeServer, event_about, signed
from tests.server.booking.linden import THURSDAY, Linden, booked, form
from tests.server.booking.paying.priced import invoice_for
from tests.server.conftest import Clock, browser_on
from tests.server.visit.conftest import Jo, signed_in, with_link

pytestmark = pytest.mark.asyncio
HOOK = "/pay/linden/stripe"


async def due(house: House) -> None:
    """Everything that is due now, near and far, and what comes of it."""
    while await house.outbox.run_due() + await house.couriers.run_due():
        pass


async def told(client: httpx2.AsyncClient, event: dict[str, Any], hook: str = HOOK, **how: Any) -> int:
    """What our server answers to a message of Stripe's; it comes from no browser."""
    body = json.dumps(event).encode()
    headers = {"stripe-signature": signed(body, **how), "sec-fetch-site": "cross-site"}
    return (await client.post(hook, content=body, headers=headers)).status_code


async def opened(jo: Jo) -> str:
    """Jo asks for the page of payment; what stands on the page then."""
    answer = await jo.browser.post(f"{jo.url}/pay")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{jo.url}/pay")
    return (await jo.browser.get(f"{jo.url}/pay")).text


async def card_of(house: House, booking_id: UUID) -> BookingCard:
    found = await house.db.read(lambda db: store.booking_for_visit(db, booking_id))
    assert found
    return found


async def test_a_time_is_kept_for_the_payment_and_the_page_says_until_when(
    client: httpx2.AsyncClient, paid_ahead: Linden, house: House, mailer: Any
) -> None:
    page = (await client.get(f"/c/linden?service={paid_ahead.session.id}")).text
    assert "You pay right after booking; until then the time is kept for you." in page
    answer = await client.post("/c/linden/book", data=form(paid_ahead))
    own = (await client.get(answer.headers["location"])).text
    assert "Please pay by Monday 9 March, 10:30." in own
    assert "Pay €90.00" in own
    await due(house)
    (letter,) = mailer.sent
    assert "It is kept until Monday 9 March, 10:30." in letter.text
    assert not letter.for_staff, "the therapist hears of it when it is paid"


async def test_stripe_learns_an_amount_and_a_random_number_and_no_more(
    client: httpx2.AsyncClient, paid_ahead: Linden, house: House, stripe_server: StripeServer
) -> None:
    jo = await with_link(await booked(house, paid_ahead, reason="I sleep badly"), client)
    page = await opened(jo)
    assert f'href="{stripe_server.address}/c/pay/cs_test_1"' in page
    assert 'rel="noreferrer noopener"' in page
    (asked,) = stripe_server.asked
    said = json.dumps([asked.form, asked.headers, asked.path])
    for word in ("Jo", "Almeida", "almeida", "sleep", "Mara", "session costs", "A session", "Linden"):
        assert word not in said, word
    assert asked.form["line_items[0][price_data][unit_amount]"] == "9000"
    assert asked.form["line_items[0][price_data][product_data][name]"] == "Appointment"
    assert "customer_email" not in asked.form
    assert "uname" not in said
    assert "platform" not in said


async def test_asked_for_twice_there_is_one_page(
    client: httpx2.AsyncClient, paid_ahead: Linden, house: House, stripe_server: StripeServer
) -> None:
    jo = await with_link(await booked(house, paid_ahead), client)
    await opened(jo)
    await opened(jo)
    assert len(stripe_server.sessions) == 1


async def test_when_stripe_is_away_the_time_stays_kept_and_another_press_helps(
    client: httpx2.AsyncClient, paid_ahead: Linden, house: House, stripe_server: StripeServer
) -> None:
    jo = await with_link(await booked(house, paid_ahead), client)
    stripe_server.away = 1
    answer = await client.post(f"{jo.url}/pay")
    assert answer.status_code == 503
    assert "your time stays kept" in answer.text
    assert "Go to the page of payment" in await opened(jo)
    keys = {asked.headers["idempotency-key"] for asked in stripe_server.asked}
    assert len(keys) == 1, "the try that broke off is taken up again"


async def test_paid_it_stands_and_everybody_hears_of_it_once(
    client: httpx2.AsyncClient, paid_ahead: Linden, house: House, stripe_server: StripeServer, mailer: Any
) -> None:
    made = await booked(house, paid_ahead)
    jo = await with_link(made, client)
    await opened(jo)
    event = stripe_server.pay("cs_test_1")
    again = event_about(stripe_server.sessions["cs_test_1"], "checkout.session.async_payment_succeeded")
    assert [await told(client, one) for one in (event, event, again)] == [200, 200, 200]
    await due(house)
    found = await invoice_for(house, made.card.id)
    assert found
    assert (found.number, found.why, found.standing, found.total(Kind.PAID)) == (1, Why.AHEAD, Standing.PAID, 9000)
    assert [letter.for_staff for letter in mailer.sent].count(True) == 1
    page = await jo.page()
    assert "€90.00, paid." in page
    assert "Please pay" not in page
    assert (await client.get(f"{jo.url}/pay")).headers["location"] == jo.url


async def test_unpaid_it_is_free_again_and_nothing_is_owed(
    client: httpx2.AsyncClient, paid_ahead: Linden, house: House, stripe_server: StripeServer, clock: Clock, mailer: Any
) -> None:
    jo = await with_link(await booked(house, paid_ahead), client)
    await opened(jo)
    clock.forward(minutes=29)
    await due(house)
    assert (await card_of(house, jo.made.card.id)).cancelled_at is None
    clock.forward(minutes=2)
    await due(house)
    assert (await card_of(house, jo.made.card.id)).cancelled_at
    assert stripe_server.sessions["cs_test_1"]["status"] == "expired"
    assert "Nothing was paid for it, and nothing is owed." in await jo.page()
    assert await invoice_for(house, jo.made.card.id) is None
    last = mailer.sent[-1]
    assert "Nobody paid for it in time" in last.text
    assert not [letter for letter in mailer.sent if letter.for_staff]
    await booked(house, paid_ahead, name="Kim Berg", mail="kim@example.org")


async def test_a_payment_that_nobody_told_of_yet_is_found_before_the_time_is_freed(
    client: httpx2.AsyncClient, paid_ahead: Linden, house: House, stripe_server: StripeServer, clock: Clock
) -> None:
    jo = await with_link(await booked(house, paid_ahead), client)
    await opened(jo)
    event = stripe_server.pay("cs_test_1")
    clock.forward(minutes=31)
    await due(house)
    assert (await card_of(house, jo.made.card.id)).cancelled_at is None
    assert await told(client, event) == 200
    found = await invoice_for(house, jo.made.card.id)
    assert found
    assert (found.standing, found.total(Kind.PAID)) == (Standing.PAID, 9000)


async def test_a_payment_that_comes_after_the_time_was_freed_goes_back_whole(
    client: httpx2.AsyncClient, paid_ahead: Linden, house: House, stripe_server: StripeServer, clock: Clock
) -> None:
    jo = await with_link(await booked(house, paid_ahead), client)
    await opened(jo)
    event = stripe_server.pay("cs_test_1")
    stripe_server.sessions["cs_test_1"] |= {"payment_status": "unpaid"}  # Stripe itself did not know yet
    clock.forward(minutes=31)
    await due(house)
    assert (await card_of(house, jo.made.card.id)).cancelled_at
    assert await told(client, event) == 200
    await due(house)
    assert [one["amount"] for one in stripe_server.refunds] == ["9000"]
    found = await invoice_for(house, jo.made.card.id)
    assert found
    assert found.standing is Standing.RETURNED


async def test_while_stripe_is_away_a_time_is_freed_all_the_same(
    client: httpx2.AsyncClient, paid_ahead: Linden, house: House, stripe_server: StripeServer, clock: Clock
) -> None:
    jo = await with_link(await booked(house, paid_ahead), client)
    await opened(jo)
    stripe_server.away = 99
    for _ in range(3):
        clock.forward(minutes=31)
        await due(house)
    assert (await card_of(house, jo.made.card.id)).cancelled_at


@pytest.mark.parametrize(("hours", "by", "back"), [(30, "patient", 9000), (3, "patient", 4500), (3, "staff", 9000)])
async def test_what_was_paid_goes_back_by_what_was_said_before(
    client: httpx2.AsyncClient, paid_ahead: Linden, house: House, stripe_server: StripeServer, clock: Clock,
    hours: int, by: str, back: int,
) -> None:  # fmt: skip
    jo = await with_link(await booked(house, paid_ahead), client)
    await opened(jo)
    await told(client, stripe_server.pay("cs_test_1"))
    await due(house)
    clock.now = THURSDAY - timedelta(hours=hours)
    card = await card_of(house, jo.made.card.id)
    await desk.cancel(house, paid_ahead.clinic, card, By(by), "ill" if hours < 24 and by == "patient" else "")
    await due(house)
    (refund,) = stripe_server.refunds
    assert refund == {"payment_intent": "pi_cs_test_1", "amount": str(back)}
    found = await invoice_for(house, jo.made.card.id)
    assert found
    assert (found.standing, found.total(Kind.RETURNED)) == (Standing.RETURNED, back)


async def test_money_goes_back_once_however_often_it_is_tried(
    client: httpx2.AsyncClient, paid_ahead: Linden, house: House, stripe_server: StripeServer, clock: Clock
) -> None:
    jo = await with_link(await booked(house, paid_ahead), client)
    await opened(jo)
    await told(client, stripe_server.pay("cs_test_1"))
    card = await card_of(house, jo.made.card.id)
    await desk.cancel(house, paid_ahead.clinic, card, By("patient"))
    stripe_server.away = 2
    for _ in range(4):
        await due(house)
        clock.forward(minutes=5)
    assert len(stripe_server.refunds) == 1
    page = await jo.page()
    assert "€90.00 of €90.00 went back to you." in page


async def test_a_return_that_stripe_refuses_for_good_is_seen_and_tried_again_by_staff(
    app: Starlette, client: httpx2.AsyncClient, paid_ahead: Linden, house: House, stripe_server: StripeServer,
    clock: Clock,
) -> None:  # fmt: skip
    from server.access import Role
    from tests.server.booking.test_by_staff import sign_in_as

    jo = await with_link(await booked(house, paid_ahead), client)
    await opened(jo)
    await told(client, stripe_server.pay("cs_test_1"))
    await desk.cancel(house, paid_ahead.clinic, await card_of(house, jo.made.card.id), By("patient"))
    stripe_server.refuses = "insufficient funds"
    for _ in range(14):
        await due(house)
        clock.forward(hours=5)
    dead = select(OutboxRow.topic).where(OutboxRow.outcome == "dead")
    assert list(await house.db.read(lambda db: db.scalars(dead))) == ["payment.return"]
    invoice = await invoice_for(house, jo.made.card.id)
    assert invoice
    own = f"/staff/bookings/invoices/{invoice.id}"
    async with browser_on(app) as staff:
        await sign_in_as(staff, house, paid_ahead, Role.FRONT_DESK)
        assert "It did not go back" in (await staff.get(own)).text
        stripe_server.refuses = ""
        stripe_server.answers.clear()  # Stripe keeps them for a day
        for _ in range(2):
            await staff.post(f"{own}/again")
        await due(house)
        page = (await staff.get(own)).text
    assert "It did not go back" not in page
    assert len(stripe_server.refunds) == 1


async def test_paid_twice_the_second_goes_back(
    client: httpx2.AsyncClient, paid_ahead: Linden, house: House, stripe_server: StripeServer
) -> None:
    jo = await with_link(await booked(house, paid_ahead), client)
    await opened(jo)
    event = stripe_server.pay("cs_test_1")
    twice = {**stripe_server.sessions["cs_test_1"], "payment_intent": "pi_second"}
    await told(client, event)
    await told(client, event_about(twice))
    await due(house)
    assert stripe_server.refunds == [{"payment_intent": "pi_second", "amount": "9000"}]


async def test_staff_book_without_waiting_and_the_patient_may_pay_whenever_they_want(
    client: httpx2.AsyncClient, paid_ahead: Linden, house: House, stripe_server: StripeServer, clock: Clock
) -> None:
    from server.booking.desk import Made, Order
    from server.booking.rules import Wish
    from server.patients.rules import Person
    from tests.server.booking.linden import hours_of

    who = paid_ahead.mara.staff_id
    person = Person(desk.NOBODY, "Jo Almeida", "jo@example.org", language="en", zone="Europe/Berlin")
    wish = Wish(THURSDAY, who)
    order = Order(paid_ahead.clinic, paid_ahead.session, hours_of(who), wish, person)
    made = await desk.book(house, order, By("staff", who))
    assert isinstance(made, Made)
    jo = await with_link(made, client)
    clock.forward(hours=3)
    await due(house)
    assert "Please pay by" not in await jo.page()
    assert "Pay now" in await jo.page()
    await opened(jo)
    await told(client, stripe_server.pay("cs_test_1"))
    assert "€90.00, paid." in await jo.page()


async def test_a_session_that_was_held_unpaid_is_asked_for_and_can_still_be_paid(
    app: Starlette, client: httpx2.AsyncClient, paid_ahead: Linden, house: House, stripe_server: StripeServer,
    clock: Clock,
) -> None:  # fmt: skip
    from server.booking.paying.rules import Ending
    from server.booking.paying.settling import visit_over

    linden = paid_ahead
    made = await booked(house, linden)
    jo = await with_link(made, client)
    await opened(jo)
    await told(client, stripe_server.pay("cs_test_1"))
    async with browser_on(app) as mara:
        clock.now = made.card.ends_at
        await signed_in(house, mara, linden.mara.staff_id)
        await mara.post(f"/staff/day/{made.card.public_id}/missed")
    clock.forward(hours=3)
    await due(house)
    found = await invoice_for(house, made.card.id)
    assert found
    assert (found.standing, stripe_server.refunds) == (Standing.PAID, []), "nothing is given back to who did not come"
    card = await card_of(house, made.card.id)
    assert not await house.db.unit(lambda db: visit_over(db, card, Ending.MET, clock.now)), "it is settled already"


async def test_a_program_hears_until_when_it_must_be_paid(
    client: httpx2.AsyncClient, paid_ahead: Linden, house: House
) -> None:
    from tests.server.booking.api.programs import wish

    wanted = wish(paid_ahead) | {"service": str(paid_ahead.session.id)}
    answer = await client.post("/api/v1/clinics/linden/bookings", json=wanted)
    assert answer.status_code == 201, answer.text
    assert answer.json()["pay_by"] == "2026-03-09T09:30:00Z"
    assert answer.json()["price"] == {"amount": 9000, "currency": "EUR", "decimals": 2}
    assert await house.db.read(lambda db: db.scalar(select(Booking.price))) == 9000
