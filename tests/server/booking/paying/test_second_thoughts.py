"""Between booking and paying: other languages, second tries, other times, and who is told when nobody paid."""

import sys
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import desk
from server.booking.asking.answering import answer
from server.booking.asking.rules import Answer
from server.booking.paying import checkouts
from server.booking.paying import store as money
from server.booking.paying.rules import Ending, Kind, Standing, Step, Voiding
from server.booking.paying.settling import visit_over
from server.booking.paying.tables import Charge
from server.booking.rules import Wish
from server.booking.store import By
from server.booking.tables import Booking
from server.clinic import store as clinics
from server.clinic.paying.extra import stripe_is_there
from server.clinic.paying.rules import Paying, Way
from server.house import House
from tests.engines.stripe_server import StripeServer
from tests.server.booking.grouping.test_store import filled
from tests.server.booking.linden import THURSDAY, Linden, booked
from tests.server.booking.paying.priced import HALF, invoice_for, priced
from tests.server.booking.paying.test_before_the_visit import card_of, due, opened, told
from tests.server.booking.series.test_desk import made as in_series
from tests.server.booking.series.test_desk import weekly
from tests.server.conftest import Clock
from tests.server.visit.conftest import HERE, Jo, with_link

pytestmark = pytest.mark.asyncio


async def keeps_for(house: House, linden: Linden, hours: int) -> Linden:
    """The practice, which keeps a time unpaid for so long from now on."""
    clinic = replace(linden.clinic, paying=Paying(Way.STRIPE, "EUR", HALF, timedelta(hours=hours)))

    async def work(db: AsyncSession) -> None:
        await clinics.change_clinic(db, clinic, None)

    await house.db.unit(work)
    return replace(linden, clinic=clinic)


async def test_who_reads_arabic_can_pay_although_stripe_has_no_page_in_it(
    client: httpx2.AsyncClient, paid_ahead: Linden, house: House, stripe_server: StripeServer
) -> None:
    jo = await with_link(await booked(house, paid_ahead), client)
    answer = await client.post(f"{jo.url}/pay?lang=ar")
    assert answer.status_code == 303
    assert stripe_server.asked[0].form["locale"] == "auto"
    assert stripe_server.address in (await client.get(f"{jo.url}/pay?lang=ar")).text


async def test_a_page_that_is_there_is_not_asked_for_again(
    client: httpx2.AsyncClient, paid_ahead: Linden, house: House, stripe_server: StripeServer, clock: Clock
) -> None:
    jo = await with_link(await booked(house, paid_ahead), client)
    await opened(jo)
    clock.forward(minutes=3)
    await opened(jo)
    assert len(stripe_server.asked) == 1


async def test_a_try_that_broke_off_is_taken_up_in_the_very_same_words(
    client: httpx2.AsyncClient, paid_ahead: Linden, house: House, stripe_server: StripeServer, clock: Clock
) -> None:
    jo = await with_link(await booked(house, paid_ahead), client)
    ends = clock.now + checkouts.LASTS
    stripe_server.away = 1
    assert (await client.post(f"{jo.url}/pay")).status_code == 503
    clock.forward(minutes=2)
    await opened(jo)
    forms = [asked.form for asked in stripe_server.asked]
    assert forms[0] == forms[1], "else Stripe refuses the same key"
    assert forms[0]["expires_at"] == str(int(ends.timestamp()))


async def test_a_try_that_broke_off_long_ago_begins_anew(
    client: httpx2.AsyncClient, paid_ahead: Linden, house: House, stripe_server: StripeServer, clock: Clock
) -> None:
    linden = await keeps_for(house, paid_ahead, 3)
    jo = await with_link(await booked(house, linden), client)
    stripe_server.away = 1
    await client.post(f"{jo.url}/pay")
    clock.forward(minutes=40)
    await opened(jo)
    first, second = (asked.headers["idempotency-key"] for asked in stripe_server.asked)
    assert first != second, "Stripe takes no page that ends in less than half an hour"


async def test_a_time_that_was_moved_nearer_is_paid_before_it_begins(
    client: httpx2.AsyncClient, paid_ahead: Linden, house: House, clock: Clock, mailer: Any
) -> None:
    linden = await keeps_for(house, paid_ahead, 24)
    clock.now = THURSDAY - timedelta(hours=30)
    made = await booked(house, linden, THURSDAY + timedelta(hours=1))
    clock.now = THURSDAY - timedelta(hours=26)
    near = THURSDAY.replace(day=11, hour=12, minute=0)
    refused = await desk.move(house, linden.clinic, made.card, Wish(near, linden.mara.staff_id), By("staff"))
    assert refused is None, refused
    await due(house)
    charge = await house.db.read(lambda db: money.charge_of(db, made.card.id))
    assert charge
    assert charge.pay_by == near
    clock.now = near + timedelta(minutes=1)
    await due(house)
    assert (await card_of(house, made.card.id)).cancelled_at


async def test_a_therapist_who_heard_of_it_hears_that_nobody_paid(
    client: httpx2.AsyncClient, paid_ahead: Linden, house: House, clock: Clock, mailer: Any
) -> None:
    made = await booked(house, paid_ahead)
    to = Wish(THURSDAY + timedelta(hours=4), paid_ahead.mara.staff_id)
    assert await desk.move(house, paid_ahead.clinic, made.card, to, By("patient")) is None
    await due(house)
    clock.forward(minutes=31)
    await due(house)
    assert (await card_of(house, made.card.id)).cancelled_at
    subjects = [letter.subject.split(":")[0].split(" ")[0] for letter in mailer.sent if letter.for_staff]
    assert subjects == ["Moved", "Cancelled"]


async def test_nobody_comes_in_before_it_is_paid(
    client: httpx2.AsyncClient, paid_ahead: Linden, house: House, stripe_server: StripeServer, clock: Clock
) -> None:
    linden = await keeps_for(house, paid_ahead, 24)
    clock.now = THURSDAY - timedelta(hours=23)
    jo = await with_link(await booked(house, linden), client)
    clock.now = THURSDAY - timedelta(minutes=5)
    for said in (await client.get(f"{jo.url}/arrive"), await jo.arrive()):
        assert (said.status_code, said.headers["location"]) == (303, jo.url)
    assert "Your place is kept until you pay" in await jo.page()
    await opened(jo)
    await told(client, stripe_server.pay(stripe_server.last))
    assert (await client.get(f"{jo.url}/arrive")).status_code == 200
    await client.post(f"{jo.url}/arrive", data=HERE)
    assert "waiting room" in await jo.page()


async def test_who_met_unpaid_can_still_pay(
    client: httpx2.AsyncClient, paid_ahead: Linden, house: House, stripe_server: StripeServer, clock: Clock
) -> None:
    made = await booked(house, paid_ahead)
    assert await house.db.unit(lambda db: visit_over(db, made.card, Ending.MET, clock.now))
    jo = await with_link(made, client)
    await opened(jo)
    await told(client, stripe_server.pay(stripe_server.last))
    found = await invoice_for(house, made.card.id)
    assert found
    assert (found.standing, found.total(Kind.PAID)) == (Standing.PAID, 9000)


async def test_what_is_paid_after_the_clinic_took_its_invoice_out_goes_back(
    client: httpx2.AsyncClient, paid_ahead: Linden, house: House, stripe_server: StripeServer, clock: Clock
) -> None:
    made = await booked(house, paid_ahead)
    jo: Jo = await with_link(made, client)
    await house.db.unit(lambda db: visit_over(db, made.card, Ending.MET, clock.now))
    await opened(jo)
    invoice = await invoice_for(house, made.card.id)
    assert invoice
    out = Step(uuid4(), Kind.VOIDED, 0, clock.now, reason=Voiding.ELSEWHERE)
    await house.db.unit(lambda db: money.step(db, invoice.id, out, "voided", By("staff")))
    await told(client, stripe_server.pay(stripe_server.last))
    await due(house)
    assert [one["amount"] for one in stripe_server.refunds] == ["9000"]


async def test_a_time_that_the_clinic_confirms_waits_for_its_payment_from_then_on(
    client: httpx2.AsyncClient, paid_ahead: Linden, house: House, clock: Clock, mailer: Any
) -> None:
    made = await booked(house, paid_ahead, asks=True)
    jo = await with_link(made, client)
    assert "Please pay by" not in await jo.page()
    by = By("staff", paid_ahead.mara.staff_id)
    assert await answer(house, paid_ahead.clinic, await card_of(house, made.card.id), Answer.CONFIRMED, by)
    await due(house)
    assert "Please pay by" in await jo.page()
    clock.forward(hours=25)
    await due(house)
    assert (await card_of(house, made.card.id)).cancelled_at
    assert await invoice_for(house, made.card.id) is None
    assert [one.subject.split(":")[0] for one in mailer.sent if one.for_staff][-1] == "Cancelled"


async def test_each_date_of_a_series_and_each_seat_of_a_group_has_its_own_price(
    paid_ahead: Linden, house: House
) -> None:
    linden = await priced(house, paid_ahead)
    group = replace(linden, session=replace(linden.session, seats=3))
    await house.db.unit(lambda db: clinics.change_service(db, linden.clinic.id, group.session, house.clock()))
    assert len(await filled(house, group, 3)) == 3
    await house.db.unit(lambda db: clinics.change_service(db, linden.clinic.id, linden.session, house.clock()))
    await in_series(house, linden, weekly(linden, 4))
    asked = select(Charge.booking_id, Booking.price).join(Booking, Booking.id == Charge.booking_id)
    found = (await house.db.read(lambda db: db.execute(asked))).all()
    assert [row.price for row in found] == [9000] * 7


async def test_where_the_extra_was_taken_away_nobody_is_sent_to_a_page_that_cannot_be(
    client: httpx2.AsyncClient, paid_ahead: Linden, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "stripe", None)
    stripe_is_there.cache_clear()
    try:
        jo = await with_link(await booked(house, paid_ahead), client)
        page = await jo.page()
        assert "It costs €90.00." in page
        assert "Pay now" not in page
        assert (await client.post(f"{jo.url}/pay")).headers["location"] == f"{jo.url}/pay"
        assert (await client.get(f"{jo.url}/pay")).headers["location"] == jo.url
        assert await told(client, {"id": "evt_1"}) == 404
    finally:
        stripe_is_there.cache_clear()


async def test_what_went_back_unheard_does_not_go_twice_when_the_key_is_forgotten(
    client: httpx2.AsyncClient, paid_ahead: Linden, house: House, stripe_server: StripeServer, clock: Clock
) -> None:
    jo = await with_link(await booked(house, paid_ahead), client)
    await opened(jo)
    await told(client, stripe_server.pay(stripe_server.last))
    clock.now = THURSDAY - timedelta(hours=3)
    await desk.cancel(house, paid_ahead.clinic, await card_of(house, jo.made.card.id), By("patient"), "ill")
    stripe_server.silent = True
    await due(house)
    assert len(stripe_server.refunds) == 1
    stripe_server.silent = False
    stripe_server.answers.clear()  # Stripe keeps them for a day
    stripe_server.once.clear()
    clock.forward(hours=25)
    await due(house)
    assert len(stripe_server.refunds) == 1
    assert "€45.00 of €90.00 went back to you." in await jo.page()
