"""A letter in a real browser: what is typed outlives a reload and a server that is away, and goes once it is sent."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.ground import grounds

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.asyncio]


async def test_a_draft_outlives_a_reload_and_no_network_and_is_gone_once_sent(browser: Browser, tmp_path: Path) -> None:
    async with grounds(tmp_path) as ground:
        context = await browser.new_context(viewport={"width": 390, "height": 844})
        await context.add_cookies(ground.cookies["home"])
        page = await context.new_page()
        await page.goto(f"{ground.base}/me/letters/new")
        words = page.get_by_label("Your letter")
        await words.fill("The nights")
        await expect(page.get_by_text("Kept as a draft, sealed.")).to_be_visible()
        await page.reload()
        await expect(words).to_have_value("The nights")
        await context.set_offline(True)
        await words.fill("The nights are hard")
        await expect(page.get_by_text("The server is out of reach.")).to_be_visible()
        await context.set_offline(False)
        await expect(page.get_by_text("Kept as a draft, sealed.")).to_be_visible()
        await page.reload()
        await expect(words).to_have_value("The nights are hard")
        await page.get_by_label("The front desk").check()
        await page.get_by_role("button", name="Send it").click()
        await expect(page).to_have_url(re.compile("/me/letters/[0-9a-f-]{36}"))
        await expect(page.get_by_text("The nights are hard")).to_be_visible()
        await page.goto(f"{ground.base}/me/letters/new")
        await expect(words).to_have_value("")
        await context.close()
