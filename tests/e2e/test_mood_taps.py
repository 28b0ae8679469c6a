"""An entry of mood on a phone takes few taps; the clock only catches what hangs."""

from pathlib import Path
from time import monotonic

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.ground import grounds
from tests.e2e.look import PHONE

pytestmark = [pytest.mark.e2e, pytest.mark.pages, pytest.mark.asyncio]
MOST_TAPS = 6
HANGS = 20  # seconds


async def test_from_home_to_a_kept_entry_with_five_answers_in_few_taps(browser: Browser, tmp_path: Path) -> None:
    async with grounds(tmp_path) as ground:
        context = await browser.new_context(viewport=PHONE, has_touch=True)
        await context.add_cookies(ground.cookies["home"])
        page = await context.new_page()
        await page.goto(f"{ground.base}/me")
        begun, taps = monotonic(), 0
        form = [f"label:has(input[name={name}][value='{value}'])" for name, value in ANSWERS]
        for target in ("a[href='/me/mood']", *form, "form.mood .sill button"):
            await page.locator(target).first.tap()
            taps += 1
        await expect(page).to_have_url(f"{ground.base}/me/mood/back?notice=kept")
        assert taps <= MOST_TAPS
        assert monotonic() - begun < HANGS


ANSWERS = (("mood", "6"), ("energy", "4"), ("anxiety", "3"), ("sleep", "7"))
