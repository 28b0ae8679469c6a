"""Let in, held or sent back while away: whoever is away is called, both sides read the truth, and no place is lost."""

from datetime import timedelta

import pytest

from server.clinic.rules import Position
from server.house import House
from tests.server.booking.linden import Linden
from tests.server.conftest import Clock
from tests.server.visit.conftest import START, Browser, Jo, booked_this_morning, signed_in, with_link
from tests.server.visit.queue.test_pages import choose
from tests.server.visit.recall.test_pages import BY_MAIL, BY_SMS, call, leave

pytestmark = pytest.mark.asyncio
CALL_BACK = ">Call back<"


def called(house: House) -> list[str]:
    return [letter.subject for letter in house.mailer.sent if "come back" in letter.subject]


async def test_letting_in_somebody_who_is_away_calls_them_and_both_pages_say_so(
    house: House, jo: Jo, mara: Browser, clock: Clock
) -> None:
    await leave(jo, clock, **BY_MAIL)
    await mara.post(f"{jo.staff_url}/admit")
    await house.outbox.run_due()
    assert called(house) == ["Please come back to your page now"]
    page = await jo.page()
    assert "<h1>Mara lets you in: come back</h1>" in page
    assert "You left the session" not in page
    lead = (await mara.get(jo.staff_url)).text
    assert "Jo is away" in lead
    assert "Mara Lind called them back at 15:00." in lead
    assert "left the session" not in lead
    clock.forward(minutes=2)
    for address in (jo.staff_url, "/staff"):
        assert CALL_BACK in (await mara.get(address)).text
    await mara.post(f"/staff/waiting/{jo.made.card.public_id}/recall", data={"visit": "yes"})
    await house.outbox.run_due()
    assert len(called(house)) == 2
    await jo.browser.post(f"{jo.url}/come-back")
    assert 'data-scene="in_session"' in await jo.page()
    assert "Jo is away" not in (await mara.get(jo.staff_url)).text


async def test_by_text_message_too(house: House, jo: Jo, mara: Browser, clock: Clock) -> None:
    await leave(jo, clock, **BY_SMS)
    await mara.post(f"{jo.staff_url}/admit")
    await house.outbox.run_due()
    (sms,) = house.texter.sent
    assert ": Please come back to your page now. http" in sms.words


async def test_who_was_called_a_moment_ago_gets_no_second_message(
    house: House, jo: Jo, mara: Browser, clock: Clock
) -> None:
    await leave(jo, clock, **BY_MAIL)
    await call(mara, jo)
    await mara.post(f"{jo.staff_url}/admit")
    await house.outbox.run_due()
    assert len(called(house)) == 1


async def test_whose_page_is_open_is_not_called(house: House, jo: Jo, mara: Browser, clock: Clock) -> None:
    clock.now = START
    await jo.arrive()
    await mara.post(f"{jo.staff_url}/admit")
    await house.outbox.run_due()
    assert not called(house)
    assert 'data-scene="in_session"' in await jo.page()


async def test_away_during_hold_can_be_called_back_and_every_column_says_the_same(
    house: House, jo: Jo, mara: Browser, clock: Clock
) -> None:
    clock.now = START
    await jo.arrive()
    for step in ("admit", "hold"):
        await mara.post(f"{jo.staff_url}/{step}")
    await jo.browser.post(f"{jo.url}/leave", data=BY_MAIL)
    day = (await mara.get("/staff")).text
    assert CALL_BACK in day
    assert day.count("on hold, away") == 2
    assert "stepped away" not in day
    assert "Jo is on hold, and away" in (await mara.get(jo.staff_url)).text
    await call(mara, jo)
    await house.outbox.run_due()
    assert len(called(house)) == 1


@pytest.mark.parametrize("steps", [("admit", "send-back"), ("admit", "hold", "send-back")])
async def test_a_place_lost_is_forgotten_when_the_visit_moved_on(
    house: House, linden: Linden, jo: Jo, mara: Browser, clock: Clock, browsers, steps
) -> None:
    clock.now = START
    ola = await with_link(
        await booked_this_morning(house, linden, clock, START.replace(hour=15), name="Ola Berg"), await browsers()
    )
    await leave(jo, clock, **BY_MAIL)
    await call(mara, jo)
    clock.now = START.replace(minute=46)
    await ola.arrive()
    await jo.browser.post(f"{jo.url}/come-back")
    assert "moved down" in await jo.page()
    await signed_in(house, mara, linden.mara.staff_id)
    for step in steps:
        clock.forward(seconds=1)
        await mara.post(f"{jo.staff_url}/{step}")
    clock.forward(seconds=1)
    assert "moved down" not in await jo.page()
    day = (await mara.get("/staff")).text
    assert "moved down" not in day
    waiting = day[day.index('class="waiters"') :]
    assert waiting.index("Jo Almeida") < waiting.index("Ola Berg")


async def test_a_late_card_does_not_say_that_the_place_is_kept(jo: Jo, mara: Browser, clock: Clock) -> None:
    await leave(jo, clock, **BY_MAIL)
    assert "The place is kept." in (await mara.get("/staff")).text
    await call(mara, jo)
    clock.forward(minutes=6)
    day = (await mara.get("/staff")).text
    assert "moved down by one" in day
    assert "The place is kept." not in day


async def test_what_a_patient_reads_is_the_therapists_order_while_one_is_away(
    house: House, linden: Linden, jo: Jo, mara: Browser, clock: Clock, browsers
) -> None:
    clock.now = START
    ola = await with_link(
        await booked_this_morning(house, linden, clock, START.replace(hour=15), name="Ola Berg"), await browsers()
    )
    clock.now = START.replace(minute=46)
    await jo.arrive()
    await ola.arrive()
    await signed_in(house, mara, linden.mara.staff_id)
    await choose(house, linden, Position.NUMBER)
    assert "One person is before you." in await ola.page()
    assert await first(mara) == "Jo Almeida"
    await jo.browser.post(f"{jo.url}/leave", data=BY_MAIL)
    assert "You are next." in await ola.page()
    assert await first(mara) == "Ola Berg"
    await jo.browser.post(f"{jo.url}/come-back")
    assert "One person is before you." in await ola.page()
    assert await first(mara) == "Jo Almeida"


async def first(mara: Browser) -> str:
    """Whose card stands first on the therapist's day, which is also the one to let in."""
    day = (await mara.get("/staff")).text
    waiting = day[day.index('class="waiters"') :]
    assert waiting.index("data-admit-next") < waiting.index("</article>")
    return min(("Jo Almeida", "Ola Berg"), key=waiting.index)


async def test_after_send_back_nobody_is_quoted_with_what_they_never_said(jo: Jo, mara: Browser, clock: Clock) -> None:
    clock.now = START
    await jo.arrive()
    for step in ("admit", "send-back"):
        await mara.post(f"{jo.staff_url}/{step}")
    assert "I am coming, by" not in (await mara.get("/staff")).text
    assert "and comes by" not in await jo.page()


async def test_who_comes_early_and_closes_the_page_is_away_in_both_columns(jo: Jo, mara: Browser, clock: Clock) -> None:
    clock.now = START - timedelta(minutes=10)
    await jo.arrive()
    assert "here, early" in (await mara.get("/staff")).text
    clock.forward(seconds=40)
    assert "here, early" not in (await mara.get("/staff")).text
