"""Leave, be called back, come in time or too late: what both sides read, and where the place is."""

import asyncio

import pytest
from sqlalchemy import select

from server.audit.tables import AuditEntry
from server.booking.links import address_of
from server.house import House
from server.visit.recall.tables import VisitReach, VisitRecall
from tests.server.booking.linden import Linden, booked
from tests.server.conftest import Clock
from tests.server.visit.conftest import START, Browser, Browsers, Jo, signed_in, with_link

pytestmark = pytest.mark.asyncio
BY_MAIL = {"recall": "asked", "mail": "yes"}
BY_SMS = {"recall": "asked", "sms": "yes", "phone": "+351 912 345 678"}


async def leave(jo: Jo, clock: Clock, **said: str) -> None:
    clock.now = START
    await jo.arrive()
    assert (await jo.browser.post(f"{jo.url}/leave", data=said)).status_code == 303


async def call(mara: Browser, jo: Jo) -> None:
    assert (await mara.post(f"/staff/waiting/{jo.made.card.public_id}/recall")).status_code == 303


async def test_called_by_mail_and_back_in_time_the_place_and_the_clock_are_as_they_were(
    house: House, jo: Jo, mara: Browser, clock: Clock
) -> None:
    await leave(jo, clock, **BY_MAIL)
    await call(mara, jo)
    await house.outbox.run_due()
    letter = next(letter for letter in house.mailer.sent if "come back" in letter.subject)
    assert letter.subject == "Please come back to your page by 14:05"
    assert address_of(house.settings, jo.made.token) in letter.text
    told = letter.subject + letter.text + letter.html
    assert not [word for word in ("Jo ", "Almeida", "Mara", "therap", "session") if word in told]
    assert "Mara Lind called them back at 15:00; the place is kept until 15:05." in (await mara.get("/staff")).text
    assert "The clinic calls you back." in await jo.page()
    clock.forward(minutes=4)
    await jo.browser.post(f"{jo.url}/come-back")
    page = await jo.page()
    assert "in the waiting room since 14:00" in page
    assert "moved down" not in page + (await mara.get("/staff")).text
    assert "waiting.recalled" in await house.db.read(lambda db: _actions(db))


async def test_called_by_text_message_at_the_number_that_was_left_for_it(
    house: House, jo: Jo, mara: Browser, clock: Clock
) -> None:
    await leave(jo, clock, **BY_SMS)
    await call(mara, jo)
    await house.outbox.run_due()
    (sms,) = house.texter.sent
    assert sms.to == "+351912345678"
    assert ": Please come back to your page by 14:05. http://testserver/l/" in sms.words
    sealed = await house.db.read(lambda db: db.scalar(select(VisitReach.phone_sealed)))
    assert sealed
    assert b"912345678" not in sealed


async def test_who_comes_too_late_moves_down_by_one_and_both_read_why(
    house: House, linden: Linden, jo: Jo, mara: Browser, browsers: Browsers, clock: Clock
) -> None:
    clock.now = START.replace(hour=9)  # she booked in the morning
    ola = await with_link(
        await booked(house, linden, START.replace(hour=15), name="Ola Berg", mail="ola@example.org"), await browsers()
    )
    await leave(jo, clock, **BY_MAIL)
    await call(mara, jo)
    clock.now = START.replace(minute=46)
    await ola.arrive()
    away = await jo.page()
    assert "<h1>Come back when you can</h1>" in away
    assert "Your place is kept" not in away
    await jo.browser.post(f"{jo.url}/come-back")
    day = (await (await signed_in(house, mara, linden.mara.staff_id)).get("/staff")).text
    waiting = day[day.index('class="waiters"') :]
    assert waiting.index("Ola Berg") < waiting.index("Jo Almeida")
    assert "Was back at 15:46, after 15:05: moved down by one." in day
    page = await jo.page()
    assert "kept your place until 14:05. You came later, so it moved down by one." in page
    assert "in the waiting room since 14:00" in page


async def test_many_presses_call_once(house: House, jo: Jo, mara: Browser, clock: Clock) -> None:
    await leave(jo, clock, **BY_MAIL)
    await asyncio.gather(*(call(mara, jo) for _ in range(6)))
    assert len(list(await house.db.read(lambda db: db.scalars(select(VisitRecall.id))))) == 1


async def test_without_a_way_nobody_is_called_and_the_page_says_so(
    house: House, jo: Jo, mara: Browser, clock: Clock
) -> None:
    await leave(jo, clock, recall="asked")
    assert "Left no way to be called back." in (await mara.get("/staff")).text
    await call(mara, jo)
    assert await house.db.read(lambda db: db.scalar(select(VisitRecall.id))) is None


async def test_who_is_back_by_then_gets_no_message(house: House, jo: Jo, mara: Browser, clock: Clock) -> None:
    await leave(jo, clock, **BY_MAIL)
    await call(mara, jo)
    await jo.browser.post(f"{jo.url}/come-back")
    await house.outbox.run_due()
    assert not [letter for letter in house.mailer.sent if "come back" in letter.subject]


async def test_a_colleague_a_patient_and_a_stranger_call_nobody(
    house: House, jo: Jo, samir: Browser, browsers: Browsers, clock: Clock
) -> None:
    await leave(jo, clock, **BY_MAIL)
    for browser in (samir, jo.browser, await browsers()):
        answer = await browser.post(f"/staff/waiting/{jo.made.card.public_id}/recall")
        assert answer.status_code in {303, 401, 403, 404}
    assert await house.db.read(lambda db: db.scalar(select(VisitRecall.id))) is None


async def _actions(db) -> list[str]:
    return list(await db.scalars(select(AuditEntry.action)))
