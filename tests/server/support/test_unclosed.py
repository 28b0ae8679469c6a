"""After a meeting out of the line its therapist is led to say what came of it; unsaid, the follow-up is planned."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Role
from server.accounts.tables import Staff
from server.audit.tables import AuditEntry
from server.clinic import store as clinics
from server.clinic.rules import Leave, TherapistCard
from server.letters.away import store as letters
from server.letters.rules import Away
from tests.server.home.space.ways import come_in, handed_over
from tests.server.support.conftest import Waiting, asks, base, enter, led, waiting
from tests.server.support.test_line import _all
from tests.server.visit.conftest import Browser, Browsers, add_staff, signed_in

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


async def left_by(house, who: UUID, how: str, now: datetime) -> None:
    """They are away from now on."""

    clinic_id, until = (await asks(house))[0].clinic_id, now + timedelta(days=7)

    async def work(db: AsyncSession) -> None:
        if how == "letters":
            await letters.add(db, clinic_id, Away(uuid4(), who, now.date(), until.date()), now)
        elif how == "off":
            await clinics.add_leave(db, clinic_id, Leave(uuid4(), who, now, until))
        else:
            await db.execute(update(Staff).where(Staff.id == who).values(disabled_at=now))

    await house.db.unit(work)


@pytest.mark.parametrize("how", ["letters", "off", "disabled"])
async def test_a_follow_up_that_is_due_and_on_the_list_of_who_is_away_is_seen_by_who_can_do_it_or_pass_it_on(
    house, clock, on, mara, browsers, how
) -> None:
    robin = await waiting(browsers, name="Robin")
    await mara.post(f"{await base(house)}/take")
    await mara.post(f"{await base(house)}/end", data={"outcome": "talked", "follow_up": str(on.samir.staff_id)})
    (mara,) = await later(house, clock, MORNING, browsers, on.mara)
    lead = await signed_in(house, await browsers(), await add_staff(house, on.clinic.id, Role.ADMIN))
    words, way = "after help now is on the list of Samir", f'href="{FOLLOW_UPS}"'
    for who in (mara, lead):
        assert await said(who, way) == [False] * 3, "Samir is there, and it is his"
    await left_by(house, on.samir.staff_id, how, MORNING)
    for who in (mara, lead):
        assert await said(who, way) == [True] * 3
        assert words in (await who.get("/staff")).text
    assert await said(mara, "Robin") == [False] * 3
    assert "Robin" in (page := (await mara.get(FOLLOW_UPS)).text)
    assert "(away)" in page
    page = (await lead.get(FOLLOW_UPS)).text
    assert "Robin" not in page
    assert "On the list of Samir" in page
    task = page.split(f'action="{FOLLOW_UPS}/')[1].split("/pass")[0]
    assert (await lead.post(f"{FOLLOW_UPS}/{task}/done", data={"result": "reached"})).status_code == 404
    await lead.post(f"{FOLLOW_UPS}/{task}/pass", data={"to": str(on.mara.staff_id)})
    assert await said(lead, way) == [False] * 3
    assert "You get in touch with one person" in (await mara.get(FOLLOW_UPS)).text
    assert "Mara gets in touch with you" in await robin.page()


async def test_what_is_on_the_list_of_who_is_there_is_nobody_elses_to_pass_on(house, clock, on, mara, browsers) -> None:
    await met(house, mara, browsers)
    (mara,) = await later(house, clock, MORNING, browsers, on.mara)
    lead = await signed_in(house, await browsers(), await add_staff(house, on.clinic.id, Role.ADMIN))
    task = (await mara.get(FOLLOW_UPS)).text.split(f'action="{FOLLOW_UPS}/')[1].split("/done")[0]
    to = {"to": str(on.samir.staff_id)}
    assert (await lead.post(f"{FOLLOW_UPS}/{task}/pass", data=to)).status_code == 404


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
