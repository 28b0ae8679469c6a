"""The table of the sessions of a course: words and codes stay whole at a desk, and nothing is cut off where room is
little or letters are large.
"""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.ground import grounds
from tests.e2e.pages.record import COURSE

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio]
LONG = """() => { for (const row of document.querySelectorAll('.table-tight tbody tr')) for (const at of [1, 2])
  row.cells[at].textContent = 'Both sides one after the other, first 1 Hz right and then 10 Hz left. '.repeat(3) }"""
BROKEN = """() => {
  const texts = document.createTreeWalker(document.querySelector('.table-tight'), NodeFilter.SHOW_TEXT), found = []
  for (let text; (text = texts.nextNode());) for (const word of text.data.matchAll(/\\S+/g)) {
    const range = document.createRange()
    range.setStart(text, word.index)
    range.setEnd(text, word.index + word[0].length)
    if (new Set([...range.getClientRects()].map((box) => Math.round(box.y))).size > 1) found.push(word[0])
  }
  return found
}"""
TOO_WIDE = "document.documentElement.scrollWidth > innerWidth"


async def test_words_stay_whole_at_a_desk_and_the_table_stays_on_every_screen(browser: Browser, tmp_path: Path) -> None:
    async with grounds(tmp_path) as ground:
        context = await browser.new_context(viewport={"width": 1280, "height": 800})
        await context.add_cookies(ground.cookies["mara"])
        page = await context.new_page()
        await page.goto(ground.base + COURSE.format(**ground.paths) + "/sessions")
        await expect(page.locator(".table-tight tbody tr").first).to_be_visible()
        await page.evaluate(LONG)
        assert await page.evaluate(BROKEN) == []
        assert not await page.evaluate(TOO_WIDE)
        await page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert not await page.evaluate(TOO_WIDE)
        assert await page.locator(".table-tight").evaluate("one => one.scrollWidth <= one.clientWidth")
        await page.evaluate("document.documentElement.style.fontSize = ''")
        await page.set_viewport_size({"width": 320, "height": 640})
        assert not await page.evaluate(TOO_WIDE)
        await context.close()
