"""A breathing exercise in a real browser, on a clock that the test moves: exact times, a pause that keeps the phase."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect
from sqlalchemy import text

from server.calm.meditation.catalogue import sessions
from tests.e2e.ground import Ground, grounds
from tests.e2e.people import NOW
from tests.e2e.test_offline import LEFT, READABLE, WAITING, at_home

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


async def test_on_a_device_of_ones_own_exercises_open_without_a_connection_and_what_was_done_waits_sealed(
    browser: Browser, tmp_path: Path
) -> None:
    async with grounds(tmp_path) as ground:
        context, page = await at_home(browser, ground)
        calm = f"{ground.base}/c/linden/calm"
        before = await done(ground)
        await page.goto(f"{calm}/grounding")
        await page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
        await page.wait_for_function("navigator.serviceWorker.controller")
        await context.set_offline(True)
        await page.clock.install(time=NOW)
        await page.goto(calm)
        await page.locator(f"a[href$='/{sorted(sessions())[0]}']").click()
        await expect(page.locator("sitting-player")).to_be_visible()
        await page.goto(f"{calm}/resonance-4-6")
        await page.get_by_role("button", name="Begin").click()
        await expect(page.locator("[data-count]")).to_be_visible()
        await page.clock.run_for(25_000)
        await page.get_by_role("button", name="End here").click()
        await expect(page.locator("[data-took]")).to_be_visible()
        await page.evaluate(WAITING, True)
        assert await page.evaluate("Object.keys(localStorage)") == []
        assert "resonance" not in str(await page.evaluate(READABLE))
        await context.set_offline(False)
        await page.goto(f"{ground.base}/me/mood")  # whatever page comes next brings it
        await page.evaluate(WAITING, False)
        assert await done(ground) == before + 1
        await page.goto(f"{ground.base}/me")
        await page.get_by_role("button", name="Sign out here").click()
        await expect(page).to_have_url(re.compile("/me/sign-in"))
        assert await page.evaluate(LEFT) == [0, 0]
        await context.close()


async def done(ground: Ground) -> int:
    """How many exercises are kept."""
    return int(await ground.house.db.read(lambda db: db.scalar(text("SELECT count(*) FROM calm_times"))) or 0)
