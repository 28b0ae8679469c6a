"""Weekly hours in a browser: each time can be read whole, also with AM and PM, and beside who waits."""

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.ground import grounds
from tests.e2e.look import DESK, PHONE
from tests.e2e.people import NOW

pytestmark = [pytest.mark.e2e, pytest.mark.pages, pytest.mark.asyncio]
ROOM = """() => [...document.querySelectorAll('.week-span > .input')].map((field) => {
  const has = field.getBoundingClientRect().width;
  field.style.inlineSize = 'max-content';
  const needs = field.getBoundingClientRect().width;
  field.style.inlineSize = '';
  return has - needs;
})"""


COVERED = """() => {
  const bar = document.querySelector('.comes [role=status]').getBoundingClientRect()
  return [...document.querySelectorAll('.week-span > .input, main a, main button')].filter((field) => {
    field.focus({ focusVisible: true });
    const box = field.getBoundingClientRect();
    return box.bottom > bar.top && box.right > bar.left;
  }).map((field) => field.name || field.textContent.trim());
}"""
HALF = """() => {
  const bar = document.querySelector('.comes [role=status]').getBoundingClientRect()
  return [...document.querySelectorAll('.week-span > .input')].map((one) => one.getBoundingClientRect())
    .filter((box) => box.left < bar.left || box.right > bar.right).length
}"""


async def test_who_waits_covers_no_field_that_is_reached_and_none_by_half(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """On a phone the line that says who waits is the edge of the screen, and the page can be moved clear of it."""
    async with grounds(tmp_path_factory.mktemp("covered")) as ground:
        context = await browser.new_context(viewport=PHONE, reduced_motion="reduce")  # type: ignore[arg-type]
        await context.clock.set_fixed_time(NOW)
        await context.add_cookies(ground.cookies["admin"])
        page = await context.new_page()
        await page.goto(f"{ground.base}/staff/clinic/hours/{ground.paths['therapist']}")
        await expect(page.locator(".comes a").first).to_be_visible()
        assert await page.evaluate(COVERED) == []
        assert await page.evaluate(HALF) == 0
        await context.close()


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
