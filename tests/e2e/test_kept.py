"""A time is kept as soon as somebody begins to write, and no sooner; nobody else sees it meanwhile."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.ground import grounds

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.asyncio]


async def tops(page: Page) -> list[float]:
    """How far down the box to tick stands, on a phone and on a desk."""
    found = []
    for width in (390, 1280):
        await page.set_viewport_size({"width": width, "height": 900})
        found.append(
            float(await page.locator("[name=consent]").evaluate("it => it.getBoundingClientRect().top + scrollY"))
        )
    return found


async def test_who_begins_to_write_keeps_the_time_and_books_it(browser: Browser, tmp_path: Path) -> None:
    async with grounds(tmp_path) as ground:
        path = f"{ground.base}/c/linden?therapist=mara-lind&service={ground.paths['service']}&day=2026-03-20"
        mine, others = [await (await browser.new_context(timezone_id="Europe/Berlin")).new_page() for _ in range(2)]
        await mine.goto(path)
        start = await mine.locator("[name=start]:checked").get_attribute("value")
        await others.goto(path)
        await expect(others.locator(f"[name=start][value='{start}']")).to_have_count(1)
        stood = await tops(mine)
        await mine.locator("[name=name]").press_sequentially("Jo")
        await expect(mine.locator("[data-kept]")).to_contain_text("This time is kept for you until 9:36")
        assert await tops(mine) == stood, "what is about to be pressed stays where it is"
        await others.reload()
        await expect(others.locator(f"[name=start][value='{start}']")).to_have_count(0)
        await mine.locator("[name=contact]").fill("jo@example.org")
        await mine.locator("[name=consent]").check()
        await mine.get_by_role("button", name="Book this time").click()
        await expect(mine.get_by_role("heading", level=1)).to_contain_text("Your place is kept")
