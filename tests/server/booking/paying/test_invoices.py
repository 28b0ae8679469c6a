"""Prices and invoices as patients and staff see them, from the booking to the money."""

import csv
import io
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.applications import Starlette

from server.access import Role
from server.audit.tables import AuditEntry
from server.booking import desk, store
from server.booking.api import wire
from server.booking.paying.rules import Standing, Why
from server.booking.paying.tables import Charge
from server.booking.store import By
from server.booking.tables import Booking
from server.clinic.paying.rules import Way
from server.house import House
from server.visit.store import SETTLE
from tests.server.booking.linden import THURSDAY, Linden, booked, form
from tests.server.booking.paying.priced import invoice_for, priced
from tests.server.booking.test_by_staff import sign_in_as
from tests.server.conftest import Clock, browser_on
from tests.server.visit.conftest import signed_in, with_link

pytestmark = pytest.mark.asyncio
MONEY = "/staff/bookings/invoices"


async def due(house: House) -> None:
    """Everything that is due now, and what comes of it."""
    while await house.outbox.run_due():
        pass


async def held(house: House, clock: Clock, app: Starlette, linden: Linden, made: Any, outcome: str = "ended") -> None:
    """The session was: Mara ended it, or said that nobody came; two hours later."""
    async with browser_on(app) as mara, browser_on(app) as jo:
        patient = await with_link(made, jo)
        clock.now = THURSDAY
        await signed_in(house, mara, linden.mara.staff_id)
        if outcome == "ended":
            await patient.arrive()
            await mara.post(f"{patient.staff_url}/admit")
            await mara.post(f"{patient.staff_url}/end")
        else:
            clock.now = made.card.ends_at
            await signed_in(house, mara, linden.mara.staff_id)
            await mara.post(f"/staff/day/{made.card.public_id}/missed")
    await due(house)
    clock.forward(hours=2, minutes=1)
    await due(house)


async def test_without_a_price_nothing_is_said_of_money(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    page = (await client.get("/c/linden")).text
    assert "It costs" not in page
    services = (await client.get("/api/v1/clinics/linden/services")).json()["services"]
    assert {one["price"] for one in services} == {None}
    await client.post("/c/linden/book", data=form(linden))
    rows = await house.db.read(lambda db: db.scalars(select(Charge.booking_id)))
    assert rows.all() == []


async def test_the_price_and_what_one_owes_are_said_before_anybody_books(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    linden = await priced(house, linden)
    page = (await client.get(f"/c/linden?service={linden.session.id}")).text
    assert "It costs €90.00. You get an invoice after the visit." in page
    assert "If you cancel in time you pay nothing. If you cancel later you pay 50 % of the price." in page
    assert "If you do not come you pay the whole price. If we cancel, you pay nothing." in page
    assert re.search(r"50 minutes, €90.00", page)
    other = (await client.get(f"/c/linden?service={linden.first.id}")).text
    assert "It costs" not in other
    price = {"amount": 9000, "currency": "EUR", "decimals": 2}
    services = (await client.get("/api/v1/clinics/linden/services")).json()["services"]
    assert [one["price"] for one in services if one["id"] == str(linden.session.id)] == [price]
    slots = await client.get("/api/v1/clinics/linden/slots", params={"service": str(linden.session.id)})
    assert slots.json()["price"] == price


async def test_a_clinic_that_asks_for_nothing_here_shows_its_prices_and_no_more(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    linden = await priced(house, linden, Way.NONE, price=1500, currency="JPY")
    page = (await client.get(f"/c/linden?service={linden.session.id}")).text
    assert "It costs ¥1,500." in page
    assert "you pay" not in page
    await client.post("/c/linden/book", data=form(linden))
    row = await house.db.read(lambda db: db.scalar(select(Booking)))
    assert row
    assert (row.price, row.currency) == (1500, "JPY")
    assert await house.db.read(lambda db: db.scalar(select(Charge))) is None


async def test_a_booking_keeps_its_price_whatever_the_service_costs_later(
    client: httpx2.AsyncClient, linden: Linden, house: House
) -> None:
    linden = await priced(house, linden)
    await client.post("/c/linden/book", data=form(linden))
    await priced(house, linden, price=12000)
    card = await house.db.read(lambda db: db.scalar(select(Booking.public_id)))
    page = (await client.get(f"/visit/{card}")).text
    assert "It costs €90.00." in page


async def test_after_the_visit_there_is_an_invoice_that_tells_nobody_what_it_was_for(
    app: Starlette, client: httpx2.AsyncClient, linden: Linden, house: House, clock: Clock
) -> None:
    linden = await priced(house, linden)
    made = await booked(house, linden)
    await held(house, clock, app, linden, made)
    jo = await with_link(made, client)
    assert "€90.00 to pay." in await jo.page()
    paper = (await client.get(f"{jo.url}/invoice")).text
    assert '<h1 id="paper-title">Invoice 1</h1>' in paper
    assert "€90.00 to pay" in paper
    assert "For Jo Almeida" in paper
    assert "A session" not in paper
    assert "Mara" not in paper
    found = await invoice_for(house, made.card.id)
    assert found
    assert (found.number, found.amount, found.why, found.standing) == (1, 9000, Why.VISIT, Standing.OPEN)


async def test_a_clinic_that_is_not_discreet_names_the_service(
    app: Starlette, client: httpx2.AsyncClient, linden: Linden, house: House, clock: Clock
) -> None:
    linden = await priced(house, replace(linden, clinic=replace(linden.clinic, discreet=False)))
    made = await booked(house, linden)
    await held(house, clock, app, linden, made)
    jo = await with_link(made, client)
    assert "A session" in (await client.get(f"{jo.url}/invoice")).text


async def test_an_end_that_was_taken_back_asks_for_nothing(
    app: Starlette, client: httpx2.AsyncClient, linden: Linden, house: House, clock: Clock
) -> None:
    linden = await priced(house, linden)
    made = await booked(house, linden)
    jo = await with_link(made, client)
    async with browser_on(app) as mara:
        clock.now = THURSDAY
        await signed_in(house, mara, linden.mara.staff_id)
        await jo.arrive()
        for step in ("admit", "end", "reopen"):
            await mara.post(f"{jo.staff_url}/{step}")
    clock.forward(hours=3)
    await due(house)
    assert await invoice_for(house, made.card.id) is None


@pytest.mark.parametrize(
    ("by", "hours", "amount", "why"),
    [("patient", 30, None, None), ("patient", 3, 4500, Why.LATE), ("staff", 3, None, None)],
)
async def test_who_cancels_owes_what_was_said_before(
    linden: Linden, house: House, clock: Clock, by: str, hours: int, amount: int | None, why: Why | None
) -> None:
    linden = await priced(house, linden)
    made = await booked(house, linden)
    clock.now = THURSDAY - timedelta(hours=hours)
    await desk.cancel(house, linden.clinic, made.card, By(by), "ill" if by == "patient" and hours < 24 else "")
    await due(house)
    found = await invoice_for(house, made.card.id)
    assert (found.amount if found else None, found.why if found else None) == (amount, why)


@pytest.mark.parametrize(("hours", "part"), [(30, "nothing"), (3, "50 % of the price")])
async def test_before_anybody_cancels_the_page_says_what_that_costs(
    client: httpx2.AsyncClient, linden: Linden, house: House, clock: Clock, hours: int, part: str
) -> None:
    policy = replace(linden.clinic.policy, late_cancel=True)
    linden = await priced(house, replace(linden, clinic=replace(linden.clinic, policy=policy)))
    jo = await with_link(await booked(house, linden), client)
    clock.now = THURSDAY - timedelta(hours=hours)
    assert f"If you cancel now you pay {part}." in (await client.get(f"{jo.url}/cancel")).text


@pytest.mark.parametrize(("asked", "amount"), [("yes", 4500), ("", None)])
async def test_who_asks_the_desk_to_cancel_owes_as_if_they_had_done_it_themselves(
    client: httpx2.AsyncClient, linden: Linden, house: House, clock: Clock, asked: str, amount: int | None
) -> None:
    linden = await priced(house, linden)
    made = await booked(house, linden)
    clock.now = THURSDAY - timedelta(hours=3)
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    own = f"/staff/bookings/{made.card.public_id}"
    assert "The patient asked for it" in (await client.get(own)).text
    await client.post(f"{own}/cancel", data={"asked": asked})
    await due(house)
    found = await invoice_for(house, made.card.id)
    assert (found.amount if found else None) == amount


async def test_who_does_not_come_owes_what_was_said_before_and_only_once(
    app: Starlette, linden: Linden, house: House, clock: Clock
) -> None:
    linden = await priced(house, linden)
    made = await booked(house, linden)
    await held(house, clock, app, linden, made, "missed")
    found = await invoice_for(house, made.card.id)
    assert found
    assert (found.amount, found.why) == (9000, Why.MISSED)


async def invoiced(app: Starlette, house: House, linden: Linden, clock: Clock, name: str = "Jo Almeida") -> Linden:
    linden = await priced(house, linden)
    made = await booked(house, linden, name=name)
    await held(house, clock, app, linden, made)
    return linden


async def test_staff_write_down_that_it_was_paid_once(
    app: Starlette, client: httpx2.AsyncClient, linden: Linden, house: House, clock: Clock
) -> None:
    linden = await invoiced(app, house, linden, clock)
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    listed = (await client.get(MONEY)).text
    assert "<h1>1 invoice is open</h1>" in listed
    assert "Jo Almeida" in listed
    (own,) = set(re.findall(rf'href="({MONEY}/[0-9a-f-]{{36}})"', listed))
    assert (await client.post(f"{own}/void", data={"reason": "because"})).status_code == 422
    for _ in range(2):
        assert (await client.post(f"{own}/paid")).status_code == 303
    await client.post(f"{own}/void", data={"reason": "mistake"})
    assert "Paid. Thank you." in (await client.get(own)).text
    assert "<h1>No invoice is open</h1>" in (await client.get(MONEY)).text
    asked = select(AuditEntry.action).where(AuditEntry.action.startswith("invoice.")).order_by(AuditEntry.at)
    noted = list(await house.db.read(lambda db: db.scalars(asked)))
    assert (noted.count("invoice.paid"), noted.count("invoice.voided"), noted.count("invoice.issued")) == (1, 0, 1)


async def test_money_that_was_paid_by_hand_is_given_back_by_hand(
    app: Starlette, client: httpx2.AsyncClient, linden: Linden, house: House, clock: Clock
) -> None:
    linden = await invoiced(app, house, linden, clock)
    await sign_in_as(client, house, linden, Role.ADMIN)
    (own,) = set(re.findall(rf'href="({MONEY}/[0-9a-f-]{{36}})"', (await client.get(MONEY)).text))
    await client.post(f"{own}/paid")
    assert (await client.post(f"{own}/back", data={"amount": "90.01", "once": "a"})).status_code == 422
    for _ in range(2):
        await client.post(f"{own}/back", data={"amount": "40", "once": "b"})
    page = (await client.get(own)).text
    assert page.count("Given back") == 1
    assert "€40.00" in page
    assert 'value="50.00"' in page


async def test_a_void_invoice_keeps_its_number_and_nothing_is_owed(
    app: Starlette, client: httpx2.AsyncClient, linden: Linden, house: House, clock: Clock
) -> None:
    linden = await invoiced(app, house, linden, clock)
    await sign_in_as(client, house, linden, Role.ADMIN)
    (own,) = set(re.findall(rf'href="({MONEY}/[0-9a-f-]{{36}})"', (await client.get(MONEY)).text))
    await client.post(f"{own}/void", data={"reason": "goodwill"})
    await client.post(f"{own}/paid")
    page = (await client.get(own)).text
    assert "This invoice does not hold any more; nothing is owed." in page
    assert "Invoice 1" in page


async def test_a17_the_table_of_a_month_is_no_formula_of_anybody(
    app: Starlette, client: httpx2.AsyncClient, linden: Linden, house: House, clock: Clock
) -> None:
    linden = await invoiced(app, house, linden, clock, name="=HYPERLINK(1)")
    await sign_in_as(client, house, linden, Role.ADMIN)
    answer = await client.get(f"{MONEY}/table.csv?month=2026-03")
    assert answer.headers["content-type"].startswith("text/csv")
    head, row = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    found = dict(zip(head, row, strict=True))
    assert found["name"] == "'=HYPERLINK(1)"
    assert (found["number"], found["amount"], found["currency"], found["standing"]) == ("1", "90.00", "EUR", "open")
    assert list(csv.reader(io.StringIO((await client.get(f"{MONEY}/table.csv?month=2026-02")).text)))[1:] == []


async def test_a_session_that_nobody_ended_waits_for_somebody_to_say_what_became_of_it(
    client: httpx2.AsyncClient, linden: Linden, house: House, clock: Clock
) -> None:
    linden = await priced(house, linden)
    made = await booked(house, linden)
    clock.now = made.card.ends_at + timedelta(hours=1)
    await due(house)
    assert await invoice_for(house, made.card.id) is None
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    assert "They met: Jo Almeida" in (await client.get(MONEY)).text
    for _ in range(2):
        await client.post(f"{MONEY}/sessions/{made.card.public_id}", data={"ending": "met"})
    found = await invoice_for(house, made.card.id)
    assert found
    assert found.amount == 9000
    assert "They met" not in (await client.get(MONEY)).text


async def test_a_therapist_sees_no_money(client: httpx2.AsyncClient, linden: Linden, house: House) -> None:
    linden = await priced(house, linden)
    await sign_in_as(client, house, linden)
    assert (await client.get(MONEY)).status_code == 403
    assert 'href="/staff/bookings/invoices"' not in (await client.get("/staff/bookings")).text
    await sign_in_as(client, house, linden, Role.FRONT_DESK)
    assert 'href="/staff/bookings/invoices"' in (await client.get("/staff/bookings")).text


async def test_a_visit_without_a_price_leaves_nothing_to_settle(
    app: Starlette, linden: Linden, house: House, clock: Clock
) -> None:
    from server.outbox import OutboxRow

    made = await booked(house, linden)
    await held(house, clock, app, linden, made)

    async def topics(db: AsyncSession) -> list[str]:
        return list(await db.scalars(select(OutboxRow.topic)))

    assert SETTLE not in await house.db.read(topics)
    assert wire.price_of(None, None) is None
    assert await house.db.read(lambda db: store.booking_for_visit(db, made.card.id))
