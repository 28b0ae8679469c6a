"""After a meeting out of the line its therapist is led to say what came of it; unsaid, the follow-up is planned."""

from datetime import UTC, datetime, timedelta

import pytest

from server.audit.tables import AuditEntry
from server.clinic.rules import TherapistCard
from tests.server.home.space.ways import come_in, handed_over
from tests.server.support.conftest import Waiting, asks, base, enter, led, waiting
from tests.server.support.test_line import _all
from tests.server.visit.conftest import Browser, Browsers, signed_in

pytestmark = pytest.mark.asyncio
FOLLOW_UPS = "/staff/support/follow-ups"
PAGES = ("/staff", "/staff/day/waiting", "/staff/day/came")
MORNING = datetime(2026, 3, 10, 8, 1, tzinfo=UTC)


async def said(browser: Browser, words: str) -> list[bool]:
    """On which of the pages these words stand."""
    return [words in (await browser.get(one)).text for one in PAGES]


async def met(house, browser: Browser, browsers: Browsers) -> tuple[Waiting, str]:
    """Robin, who was met by video; and the address of the visit."""
    robin = await waiting(browsers, name="Robin")
    address = await base(house)
    await browser.post(f"{address}/take")
    visit = (await browser.post(f"{address}/meet", data={"way": "video"})).headers["location"]
    await robin.browser.post(f"{robin.url}/in")
    assert (await browser.post(f"{visit}/admit")).status_code == 303
    return robin, visit


async def later(house, clock, now: datetime, browsers: Browsers, *who: TherapistCard) -> list[Browser]:
    """What is due by then is done, and these have signed in again."""
    clock.now = now
    for _ in range(3):
        await house.outbox.run_due()
    return [await signed_in(house, await browsers(), one.staff_id) for one in who]


async def test_a_visit_that_ended_leads_to_its_end_in_the_line_until_that_is_said(house, mara, samir, browsers) -> None:
    robin, visit = await met(house, mara, browsers)
    address = await base(house)
    way = f'href="{address}#over"'
    assert way not in (await mara.get(visit)).text, "they meet now"
    assert await said(mara, way) == [False] * 3
    await mara.post(f"{visit}/end")
    assert [way in (await mara.get(one)).text for one in (visit, f"{visit}/part")] == [True] * 2
    await mara.post(f"{visit}/outcome", data={"outcome": "attended"})
    assert way in (await mara.get(visit)).text
    assert await said(mara, way) == [True] * 3
    assert await said(mara, "One conversation of help now is over and not closed") == [True] * 3
    assert await said(samir, "help now is over and not closed") == [False] * 3
    assert "Take care, Robin" in await robin.page()
    assert 'id="over"' in (await mara.get(address)).text
    await mara.post(f"{address}/end", data={"outcome": "talked"})
    assert way not in (await mara.get(visit)).text
    assert await said(mara, way) == [False] * 3


async def test_a_visit_that_nobody_ended_stands_on_today_after_some_hours(house, clock, on, mara, browsers) -> None:
    await met(house, mara, browsers)
    (mara,) = await later(house, clock, clock.now + timedelta(hours=2), browsers, on.mara)
    assert await said(mara, "not closed") == [False] * 3
    (mara,) = await later(house, clock, clock.now + timedelta(hours=2), browsers, on.mara)
    assert await said(mara, "One conversation of help now is over and not closed") == [True] * 3


async def test_unsaid_the_follow_up_is_planned_for_the_next_day_once(house, clock, on, mara, mailer, browsers) -> None:
    robin, visit = await met(house, mara, browsers)
    await mara.post(f"{visit}/end")
    assert await said(mara, "You get in touch with one person") == [False] * 3
    (mara,) = await later(house, clock, MORNING, browsers, on.mara)
    (letter,) = [letter for letter in mailer.sent if letter.link.endswith(FOLLOW_UPS)]
    assert "Robin" not in letter.text
    assert "Robin" in (await mara.get(FOLLOW_UPS)).text
    assert "Mara gets in touch with you on Tuesday 10 March" in await robin.page()
    entries = [entry.action for entry in await house.db.read(lambda db: _all(db, AuditEntry))]
    assert entries.count("support.follow_up_planned") == 1


async def test_what_is_said_in_time_plans_nothing_more(house, clock, on, mara, browsers) -> None:
    await met(house, mara, browsers)
    address = await base(house)
    await mara.post(f"{address}/end", data={"outcome": "talked", "follow_up": ""})
    (mara,) = await later(house, clock, MORNING, browsers, on.mara)
    assert "Nobody is on your list" in (await mara.get(FOLLOW_UPS)).text


async def test_what_is_said_late_hands_the_planned_one_on(house, clock, on, mara, browsers) -> None:
    await met(house, mara, browsers)
    mara, samir = await later(house, clock, MORNING, browsers, on.mara, on.samir)
    late = {"outcome": "talked", "follow_up": str(on.samir.staff_id)}
    assert (await mara.post(f"{await base(house)}/end", data=late)).status_code == 303
    assert "You get in touch with one person" in (await samir.get(FOLLOW_UPS)).text


async def test_a_follow_up_that_is_due_stands_on_every_page_of_who_does_it(house, clock, on, mara, browsers) -> None:
    await met(house, mara, browsers)
    mara, samir = await later(house, clock, MORNING, browsers, on.mara, on.samir)
    words = "You get in touch with one person after help now"
    assert await said(mara, words) == [True] * 3
    assert await said(mara, f'href="{FOLLOW_UPS}"') == [True] * 3
    assert await said(mara, "Robin gets") == [False] * 3
    assert await said(samir, words) == [False] * 3
    task = (await mara.get(FOLLOW_UPS)).text.split(f'action="{FOLLOW_UPS}/')[1].split("/done")[0]
    await mara.post(f"{FOLLOW_UPS}/{task}/done", data={"result": "reached"})
    assert await said(mara, words) == [False] * 3


async def test_whose_meeting_is_over_may_come_again_though_nobody_closed_it(house, mara, jo, browsers) -> None:
    own = await browsers()
    await come_in(house, own, await handed_over(mara, jo.made.card.patient_id), "jo.almeida@example.org")
    first = await led(own, await enter(own, name="Jo", once="one"))
    address = await base(house)
    await mara.post(f"{address}/take")
    visit = (await mara.post(f"{address}/meet", data={"way": "video"})).headers["location"]
    await own.post(f"{first}/in")
    await mara.post(f"{visit}/admit")
    await enter(own, name="Jo", once="two")
    assert len(await asks(house)) == 1, "they meet now"
    await mara.post(f"{visit}/end")
    await enter(own, name="Jo", once="three")
    assert len(await asks(house)) == 2
