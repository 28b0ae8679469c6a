"""The day after: a named person is told and does it, the patient hears of it without a word of why and may say no."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from server.audit.tables import AuditEntry
from server.support.follow_up.rules import next_day
from tests.server.support.conftest import base, link, waiting
from tests.server.support.test_line import _all
from tests.server.visit.conftest import signed_in

pytestmark = pytest.mark.asyncio
PAGE = "/staff/support/follow-ups"


@pytest.mark.parametrize(
    ("now", "day", "hour"),
    [
        (datetime(2026, 3, 9, 9, tzinfo=UTC), 10, 8),
        (datetime(2026, 3, 9, 23, 30, tzinfo=UTC), 11, 8),
        (datetime(2026, 3, 28, 12, tzinfo=UTC), 29, 7),
    ],
)
async def test_it_is_at_nine_of_the_next_day_on_the_clinics_clock(now: datetime, day: int, hour: int) -> None:
    assert next_day(now, ZoneInfo("Europe/Berlin")) == datetime(2026, 3, day, hour, tzinfo=UTC)


async def ended(house, browser, on, browsers):
    robin = await waiting(browsers, name="Robin")
    address = await base(house)
    await browser.post(f"{address}/take")
    end = {"outcome": "talked", "note": "Sleeps badly.", "follow_up": str(on.samir.staff_id)}
    await browser.post(f"{address}/end", data=end)
    return robin


async def test_the_named_person_does_it_and_both_are_told_once(house, clock, on, mara, mailer, browsers) -> None:
    robin = await ended(house, mara, on, browsers)
    assert "Samir gets in touch with you on Tuesday 10 March" in await robin.page()
    clock.now += timedelta(hours=20)
    await house.outbox.run_due()
    assert not [letter for letter in mailer.sent if letter.link.endswith(PAGE)], "not before the morning"
    clock.now = datetime(2026, 3, 10, 8, 1, tzinfo=UTC)
    for _ in range(3):
        await house.outbox.run_due()
    (letter,) = [letter for letter in mailer.sent if letter.link.endswith(PAGE)]
    assert "Robin" not in letter.text
    (text,) = [sms for sms in house.texter.sent if "touch" in sms.words]
    assert text.words == f"Linden Practice: We are in touch with you today. http://testserver{await link(house)}"
    samir = await signed_in(house, await browsers(), on.samir.staff_id)
    page = (await samir.get(PAGE)).text
    assert "You get in touch with one person" in page
    assert "Sleeps badly." in page
    task = page.split(f'action="{PAGE}/')[1].split("/done")[0]
    assert (await samir.post(f"{PAGE}/{task}/done", data={})).status_code == 422
    for _ in range(2):
        done = await samir.post(f"{PAGE}/{task}/done", data={"result": "reached", "note": "Better."})
        assert done.status_code == 303
    assert "Nobody is on your list" in (await samir.get(PAGE)).text
    assert "We were in touch on Tuesday 10 March" in await robin.page()
    entries = [entry.action for entry in await house.db.read(lambda db: _all(db, AuditEntry))]
    assert entries.count("support.followed_up") == 1


async def test_it_is_passed_on_and_nobody_else_sees_it_before_it_is_due(
    house, clock, on, mara, samir, browsers
) -> None:
    await ended(house, mara, on, browsers)
    assert "Robin" not in (await mara.get(PAGE)).text, "it is not due, and not hers"
    task = (await samir.get(PAGE)).text.split(f'action="{PAGE}/')[1].split("/done")[0]
    assert (await mara.post(f"{PAGE}/{task}/done", data={"result": "reached"})).status_code == 404
    await samir.post(f"{PAGE}/{task}/pass", data={"to": str(on.mara.staff_id)})
    assert "Robin" in (await mara.get(PAGE)).text
    assert "Robin" not in (await samir.get(PAGE)).text


async def test_the_patient_may_say_no_and_then_nobody_is_told(house, clock, on, mara, samir, mailer, browsers) -> None:
    robin = await ended(house, mara, on, browsers)
    for _ in range(2):
        await robin.browser.post(f"{robin.url}/no-follow-up")
    assert "Nobody gets in touch, as you wish." in await robin.page()
    assert "Nobody is on your list" in (await samir.get(PAGE)).text
    clock.now += timedelta(days=1)
    await house.outbox.run_due()
    await house.outbox.run_due()
    assert not [letter for letter in mailer.sent if letter.link.endswith(PAGE)]
