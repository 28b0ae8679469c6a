"""A breathing exercise in a real browser, on a clock that the test moves: exact times, a pause that keeps the phase."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.ground import grounds
from tests.e2e.people import NOW

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.asyncio]

DONE = (
    """() => addEventListener('calm-done', ({ detail }) => { document.body.dataset.done = JSON.stringify(detail) })"""
)


async def shows(page: Page, word: str, count: int, left: str) -> None:
    await expect(page.locator(".calm-word")).to_have_text(word, use_inner_text=True)
    await expect(page.locator("[data-count]")).to_have_text(str(count))
    await expect(page.locator("[data-left]")).to_have_text(left)


async def test_each_breath_lasts_as_written_and_a_pause_keeps_its_place(browser: Browser, tmp_path: Path) -> None:
    async with grounds(tmp_path) as ground:
        context = await browser.new_context(viewport={"width": 390, "height": 844})
        page = await context.new_page()
        await page.clock.install(time=NOW)
        await page.goto(f"{ground.base}/c/linden/calm/resonance-4-6")
        await page.evaluate(DONE)
        await page.clock.pause_at(NOW + timedelta(hours=1))
        await page.get_by_role("button", name="Begin").click()
        await expect(page.locator("[data-count]")).to_have_text("3")
        await page.clock.run_for(3_000)
        await shows(page, "Breathe in", 4, "5 min")
        await page.clock.run_for(4_000)
        await shows(page, "Breathe out", 6, "4 min 56 s")
        await page.clock.run_for(2_500)
        await page.get_by_role("button", name="Pause").click()
        await page.clock.run_for(60_000)
        await shows(page, "Breathe out", 4, "4 min 54 s")
        await page.get_by_role("button", name="Go on").click()
        await page.clock.run_for(3_500)
        await shows(page, "Breathe in", 4, "4 min 50 s")
        await page.clock.run_for(25_200)
        await page.get_by_role("button", name="End here").click()
        await expect(page.locator("[data-took]")).to_have_text("35 s")
        await expect(page.get_by_text("Whole breaths: 3")).to_be_visible()
        assert await page.evaluate("document.body.dataset.done") == '{"seconds":35,"times":3}'

        await page.get_by_role("button", name="Once more").click()
        await page.clock.run_for(303_000)
        await expect(page.locator("[data-took]")).to_have_text("5 min")
        assert await page.evaluate("document.body.dataset.done") == '{"seconds":300,"times":30}'
        await context.close()
