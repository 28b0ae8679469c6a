"""The observation screen as it lies under a thumb: what a nurse needs is on the first screen, and nothing covers it."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.e2e.ground import Ground, grounds

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio]
FINGER = 44
SIZES = {
    "phone": (390, 844),
    "small phone": (320, 640),
    "desk": (1280, 900),
    "desk at 200 %": (640, 450),
}
SEEN = """one => {
  const box = one.getBoundingClientRect(), x = box.x + box.width / 2, y = box.y + box.height / 2
  const there = document.elementFromPoint(x, y)
  return {
    inside: box.x >= 0 && box.right <= innerWidth && box.y >= 0 && box.bottom <= innerHeight,
    free: one.contains(there) || !!one.labels?.[0]?.contains(there),
    height: box.height, width: box.width, y: box.y,
  }
}"""


async def is_seen(what: Locator) -> None:
    """Whole on the screen as it stands, and over everything else."""
    await expect(what).to_be_visible()
    found = await what.evaluate(SEEN)
    assert found["inside"], found
    assert found["free"], found


async def is_pressed(what: Locator) -> None:
    await is_seen(what)
    found = await what.evaluate(SEEN)
    assert min(found["height"], found["width"]) >= FINGER, found


async def opened(browser: Browser, ground: Ground, size: str, lang: str = "en", place: str = "") -> Page:
    width, height = SIZES[size]
    context = await browser.new_context(viewport={"width": width, "height": height})
    await context.add_cookies(ground.cookies["mara"])
    await context.add_cookies([{"name": "lang", "value": lang, "url": ground.base}])
    page = await context.new_page()
    await page.goto(f"{ground.base}/staff/observing{place}")
    await expect(page.locator("vital-clock [data-clock]").first).to_be_attached()
    return page


async def test_who_the_clock_and_both_actions_are_on_the_first_screen(browser: Browser, tmp_path: Path) -> None:
    async with grounds(tmp_path) as ground:
        for size in SIZES:
            for lang in ("en", "ar"):
                for place, key in (("", "early"), ("#c-{0}", "noon")):
                    course = ground.paths[f"observed_{key}"]
                    page = await opened(browser, ground, size, lang, place.format(course))
                    bar = page.locator(f"#c-{course} .vital-bar")
                    await is_seen(bar.locator(".vital-bar-who > b"))
                    await is_seen(bar.locator("[data-coming]"))
                    await is_pressed(bar.locator("[data-when] > .button"))
                    await is_pressed(bar.locator("xpath=./button"))
                    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (size, lang)
                    await page.context.close()


async def test_the_actions_stay_while_a_reading_is_written_and_something_is_red(
    browser: Browser, tmp_path: Path
) -> None:
    async with grounds(tmp_path) as ground:
        course = ground.paths["observed_noon"]
        page = await opened(browser, ground, "phone", place=f"#c-{course}")
        card = page.locator(f"#c-{course}")
        keeps, happened = card.locator(".vital-bar > .button"), card.locator(".vital-bar [data-when] > .button")
        for name, value in {"systolic": "190", "diastolic": "84", "pulse": "77", "oxygen": "97"}.items():
            await card.locator(f"[name=q-{name}]").fill(value)
            await is_pressed(keeps)
            await is_pressed(happened)
        await card.locator("[name=q-sedation][value=drowsy]").check()
        await keeps.click()
        await expect(card.locator("[data-level=stop]")).to_contain_text("190")
        await is_seen(card.locator(".vital-bar-who > b"))
        await is_pressed(keeps)
        await is_pressed(happened)
        await happened.click()
        await is_seen(card.locator(".vital-bar [data-last]", has_text="Something happened"))
        await expect(card.locator(".vital-happened > li", has_text="Something happened")).to_be_visible()
        await page.context.close()


async def test_the_words_for_what_happened_open_above_the_thumb_and_each_can_be_pressed(
    browser: Browser, tmp_path: Path
) -> None:
    async with grounds(tmp_path) as ground:
        course = ground.paths["observed_noon"]
        for size in ("phone", "small phone", "desk at 200 %"):
            page = await opened(browser, ground, size, place=f"#c-{course}")
            bar = page.locator(f"#c-{course} .vital-bar")
            await is_pressed(bar.locator("summary"))
            await bar.locator("summary").click()
            for each in await bar.locator(".vital-what .button").all():
                await each.scroll_into_view_if_needed()
                await is_pressed(each)
            await bar.get_by_role("button", name="Panic").click()
            await expect(page.locator(f"#c-{course} .vital-happened")).to_contain_text("Panic")
            await page.context.close()


async def test_nothing_that_has_the_focus_lies_behind_an_edge(browser: Browser, tmp_path: Path) -> None:
    async with grounds(tmp_path) as ground:
        course = ground.paths["observed_noon"]
        for size in ("phone", "desk", "desk at 200 %"):
            page = await opened(browser, ground, size, place=f"#c-{course}")
            card = page.locator(f"#c-{course}")
            await card.locator(".vital-further > summary").click()
            await card.locator("h2 > a").focus()
            seen: set[str] = set()
            for _ in range(30):
                await page.keyboard.press("Tab")
                focused = page.locator(":focus")
                if not await focused.evaluate("(one, id) => !!one.closest('#' + id)", f"c-{course}"):
                    break
                found = await focused.evaluate(SEEN)
                what = await focused.evaluate("one => one.name || one.textContent.trim()")
                assert found["free"], (size, what, found)
                seen.add(what)
            assert {"q-systolic", "q-sedation", "q-breaths", "q-anxiety", "Keep this reading"} <= seen, seen
            await page.context.close()


async def test_on_a_narrow_screen_there_is_one_patient_and_the_others_stay_in_sight(
    browser: Browser, tmp_path: Path
) -> None:
    async with grounds(tmp_path) as ground:
        page = await opened(browser, ground, "phone")
        shown = page.locator(".vital:visible")
        await expect(shown).to_have_count(1)
        lines = page.locator("vitals-who a")
        await expect(lines).to_have_count(4)
        await expect(lines.nth(1)).to_contain_text("Reading due now")
        for number in range(4):
            await lines.nth(number).click()
            await expect(shown).to_have_count(1)
            await expect(shown).to_have_id((await lines.nth(number).get_attribute("href") or "#")[1:])
            await expect(lines.nth(number)).to_have_attribute("aria-current", "")
        await page.context.close()
        wide = await opened(browser, ground, "desk")
        await expect(wide.locator(".vital:visible")).to_have_count(4)
        for each in await wide.locator(".vital > h2").all():
            await is_seen(each)
        await wide.context.close()
