"""Words of danger in a real browser: whoever wrote them comes to their plan, with and without a connection."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.ground import grounds
from tests.e2e.test_offline import WAITING, at_home, entries, on_a_shared_device, open_without_network

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.asyncio]


async def test_whoever_writes_them_comes_to_their_plan_also_without_a_connection(
    browser: Browser, tmp_path: Path
) -> None:
    async with grounds(tmp_path) as ground:
        context, page = await at_home(browser, ground)
        before = await entries(ground)
        await page.goto(f"{ground.base}/me/mood")
        await page.get_by_label("A note for yourself").fill("I don’t want to live")
        await page.get_by_role("button", name="Keep this entry").click()
        await expect(page.get_by_role("heading", name="It is kept. How are you?")).to_be_visible()
        await expect(page.get_by_role("link", name="Go on to what I wrote")).to_have_attribute("href", "/me/mood/back")
        assert await entries(ground) == before + 1

        await open_without_network(page, f"{ground.base}/me/mood")
        await page.get_by_label("A note for yourself").fill("أريد أن أموت")
        await page.get_by_role("button", name="Keep this entry").click()
        await expect(page.get_by_text("It is kept on this device, sealed.")).to_be_visible()
        await page.evaluate(WAITING, True)
        await page.get_by_role("link", name="Numbers to call").click()
        await expect(page.get_by_role("heading", name="In danger? Call now")).to_be_visible()
        await context.set_offline(False)
        await page.goto(f"{ground.base}/me/mood")
        await page.evaluate(WAITING, False)
        assert await entries(ground) == before + 2
        await context.close()


async def test_on_a_shared_device_an_entry_that_cannot_be_sent_shows_whom_to_call_and_stays(
    browser: Browser, tmp_path: Path
) -> None:
    async with grounds(tmp_path) as ground:
        context, page = await at_home(browser, ground)
        await on_a_shared_device(context, ground)
        await page.goto(f"{ground.base}/me/mood")
        await context.set_offline(True)
        note, helps = page.get_by_label("A note for yourself"), page.locator("[data-danger-help]")
        await note.fill("a quiet walk")
        await page.get_by_role("button", name="Keep this entry").click()
        await expect(page.get_by_text("There is no connection.")).to_be_visible()
        await expect(helps).to_be_hidden()
        await note.fill("I want to die")
        await page.get_by_role("button", name="Keep this entry").click()
        await expect(helps).to_be_focused()
        await expect(helps.get_by_role("link", name="Call 112")).to_be_visible()
        await expect(note).to_have_value("I want to die")
        await context.close()
