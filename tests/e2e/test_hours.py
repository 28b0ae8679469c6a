"""Weekly hours in a browser whose clock says AM and PM: each time can be read whole."""

import pytest
from playwright.async_api import Browser

from tests.e2e.ground import grounds
from tests.e2e.look import DESK, PHONE

pytestmark = [pytest.mark.e2e, pytest.mark.pages, pytest.mark.asyncio]
ROOM = """() => [...document.querySelectorAll('.week-span > .input')].map((field) => {
  const has = field.getBoundingClientRect().width;
  field.style.inlineSize = 'max-content';
  const needs = field.getBoundingClientRect().width;
  field.style.inlineSize = '';
  return has - needs;
})"""


async def test_hours_are_read_whole_also_with_am_and_pm(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    async with grounds(tmp_path_factory.mktemp("hours")) as ground:
        context = await browser.new_context(locale="en-US")
        await context.add_cookies(ground.cookies["admin"])
        page = await context.new_page()
        await page.goto(f"{ground.base}/staff/clinic/hours/{ground.paths['therapist']}")
        await page.evaluate("document.fonts.ready.then(() => true)")
        for size in (DESK, {"width": 1000, "height": 900}, {"width": 768, "height": 900}, PHONE):
            await page.set_viewport_size(size)  # type: ignore[arg-type]
            room = await page.evaluate(ROOM)
            assert len(room) >= 28, "seven days of two stretches, at least"
            assert min(room) >= 0, size
        await context.close()
