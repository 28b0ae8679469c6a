"""Every page of the catalogue: for screen readers, on a small phone, with large letters, by keyboard, in stillness."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import nullcontext
from functools import cache
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.e2e.ground import Ground, grounds
from tests.e2e.look import DESK, PHONE, Eyes, Sight
from tests.e2e.pages import PAGES, Shown

pytestmark = [pytest.mark.e2e, pytest.mark.pages, pytest.mark.asyncio]


DUSK = {"booking", "booking-mend", "visit-waiting", "visit-arrive-mend", "day", "lead-waiting", "help", "styleguide"}

HANGS = 180
"""Seconds after which a page is given up, so that one that hangs stands in its own test and not in everybody's."""

AXE = "async (only) => (await axe.run(window.onlyWide ?? document, only)).violations"
ALL = {"resultTypes": ["violations"]}
SETTLED = """() => Promise.all(document.getAnimations()
  .filter(one => one.effect.getComputedTiming().endTime < 1000).map(one => one.finished.catch(() => 0)))"""
SHOWN = "[...document.querySelectorAll('*')].filter(one => one.checkVisibility())"
NARROW = f"() => {{ window.narrow = new WeakSet({SHOWN}) }}"
WIDE = """() => {
  const fresh = new Set([...document.body.querySelectorAll('*')]
    .filter(one => one.checkVisibility() && !window.narrow.has(one)))
  window.onlyWide = [...fresh].filter(one => !fresh.has(one.parentElement))
  return fresh.size
}"""
COLOURS = ALL | {"runOnly": ["color-contrast"]}
FACTS = """() => ({
  lang: document.documentElement.lang, dir: document.documentElement.dir, title: document.title.trim(),
  headings: [...document.querySelectorAll('h1')].filter(one => one.checkVisibility() && !one.closest('[inert]')).length,
  moving: document.getAnimations().filter(one => one.playState === 'running' && one.transitionProperty !== 'opacity')
    .filter(one => one.effect.getComputedTiming().duration > 1)
    .map(one => `${one.transitionProperty ?? one.animationName} of ${one.effect.target.className}`),
})"""
FADING = """() => document.getAnimations().map(one => one.transitionProperty).filter(one => one?.includes('color'))
  .map(one => `${one} changes step by step in stillness`).slice(0, 4)"""
TOO_WIDE = """() => {
  const room = document.documentElement.clientWidth
  if (document.scrollingElement.scrollWidth <= innerWidth) return []
  return [...document.querySelectorAll('body *')].filter(one => one.checkVisibility())
    .filter(one => { const box = one.getBoundingClientRect(); return box.right > room + 1 || box.left < -1 })
    .map(one => `${one.tagName} ${one.className} ${one.textContent.trim().slice(0, 40)}`).slice(-4)
    .concat('the page is wider than the screen')
}"""
LARGE = "document.documentElement.style.fontSize = '200%'"
STANDING = """() => {
  const one = document.activeElement, style = getComputedStyle(one)
  const ring = (of) => of && (s => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2)(getComputedStyle(of))
  const drawn = [one, one.nextElementSibling, one.parentElement, one.closest('label')].some(ring)
  return { next: one.matches('.button-next'), body: one === document.body, ring: drawn,
           what: `${one.tagName} ${one.className} ${(one.textContent || one.name || '').trim().slice(0, 30)}` }
}"""
NEXT = "() => [...document.querySelectorAll('main .button-next')].some(one => one.checkVisibility() && !one.disabled)"
MOST_STOPS = 90
WALK = "test_d07_page"
SIDE_BY_SIDE = 4


@cache
def axe_source() -> str:
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()


@pytest_asyncio.fixture(scope="module")
async def ground(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ground]:
    async with grounds(tmp_path_factory.mktemp("linden")) as made:
        made.small = True
        yield made


@pytest_asyncio.fixture(scope="module")
async def eyes(plain_browser: Browser, ground: Ground) -> AsyncIterator[Eyes]:
    made = Eyes(plain_browser, ground)
    yield made
    await made.close()


@pytest_asyncio.fixture(scope="module")
async def found(plain_browser: Browser, ground: Ground, request: pytest.FixtureRequest) -> dict[str, list[str]]:
    """Chosen page -> what is wrong with it. Several look side by side, since every page wants a second or two.

    First come the pages that are only looked at; then those where something is done, by patients beside staff.
    """
    found: dict[str, list[str]] = {}
    call = asyncio.Lock()  # there is one, and either walk would turn it under the other's eyes

    async def walk(pages: Iterable[Shown]) -> None:
        eyes = Eyes(plain_browser, ground)  # of its own: each look begins with other cookies
        for shown in pages:
            try:
                async with call if "{live}" in shown.path else nullcontext(), asyncio.timeout(HANGS):
                    found[shown.name] = await examined(eyes, shown)
            except Exception as problem:  # told by the test of this page
                found[shown.name] = [repr(problem)]
        await eyes.close()

    asked = {one.callspec.params["name"] for one in request.session.items if getattr(one, "originalname", "") == WALK}  # type: ignore[attr-defined]
    pages = [shown for shown in PAGES if shown.name in asked]
    still = [shown for shown in pages if not shown.steps]
    outside = [shown for shown in pages if shown.steps and shown.who in {"stranger", "patient", "holder"}]
    await asyncio.gather(*(walk(still[place::SIDE_BY_SIDE]) for place in range(SIDE_BY_SIDE)))
    await asyncio.gather(walk(outside), walk(shown for shown in pages if shown.steps and shown not in outside))
    return found


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", [shown.name for shown in PAGES])
async def test_d07_page(found: dict[str, list[str]], name: str) -> None:
    """Nothing is asked of another host, and the page has none of the other faults that `examined` looks for."""
    assert found[name] == []


async def examined(eyes: Eyes, shown: Shown) -> list[str]:
    """By day on a phone, by dusk where the page is one of a kind, narrow, with large letters, and at a desk."""
    async with eyes.look(shown, reduced_motion="reduce", color_scheme="light") as sight:
        page, wrong = sight.page, []
        if sight.answer.status != shown.status:
            wrong.append(f"answers {sight.answer.status}")
        facts = await page.evaluate(FACTS)
        expected = {"lang": "en", "dir": "ltr", "title": facts["title"] or "a title", "headings": 1, "moving": []}
        wrong += [f"{name}: {facts[name]}" for name, value in expected.items() if facts[name] != value]
        wrong += await blemishes(page, ALL)
        if shown.name in DUSK:
            await page.emulate_media(color_scheme="dark")
            wrong += await page.evaluate(FADING)
            wrong += [f"at dusk {one}" for one in await blemishes(page, COLOURS)]
        await page.evaluate(NARROW)
        wrong += await too_wide(sight)
        wrong += await at_a_desk(page)
        return wrong + sight.complaints


async def blemishes(page: Page, options: dict[str, Any]) -> list[str]:
    """What axe finds, in a line each."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(axe_source())
    await page.evaluate(SETTLED)
    found = await page.evaluate(AXE, options)
    return [
        f"{one['id']}: {node['html'][:160]}, {node['failureSummary'][-200:]}" for one in found for node in one["nodes"]
    ]


async def too_wide(sight: Sight) -> list[str]:
    """What is wider than a small phone, or than a screen with letters twice as large."""
    page = sight.page
    await page.set_viewport_size({"width": 320, "height": 640})
    wrong = [f"at 320: {one}" for one in await page.evaluate(TOO_WIDE)]
    if sight.shown.fits:
        return wrong
    await page.set_viewport_size(DESK)  # type: ignore[arg-type]
    await page.evaluate(LARGE)
    return wrong + [f"with large letters: {one}" for one in await page.evaluate(TOO_WIDE)]


async def at_a_desk(page: Page) -> list[str]:
    """What axe finds in that which a screen as wide as a desk's shows and a phone does not; the rest it saw there."""
    await page.evaluate("document.documentElement.style.fontSize = ''")
    await page.set_viewport_size(DESK)  # type: ignore[arg-type]
    await page.evaluate(SETTLED)
    if not await page.evaluate(WIDE):
        return []
    return [f"at 1280: {one}" for one in await blemishes(page, ALL)]


BY_KEY = (
    *("booking", "visit-booked", "visit-open", "visit-arrive", "visit-move", "visit-cancel"),
    *("visit-after", "set-up", "staff-sign-in", "staff-second-step", "lead-waiting", "bookings-new", "clinic-policy"),
)


@pytest.mark.parametrize("name", BY_KEY)
async def test_the_tab_key_reaches_the_next_step_and_shows_where_it_is(eyes: Eyes, name: str) -> None:
    shown = next(shown for shown in PAGES if shown.name == name)
    async with eyes.look(shown) as sight:
        assert await sight.page.evaluate(NEXT), "there is a next step"
        await sight.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        for _ in range(MOST_STOPS):
            await sight.page.keyboard.press("Tab")
            standing = await sight.page.evaluate(STANDING)
            assert standing["ring"] or standing["body"], standing["what"]
            if standing["next"]:
                return
        pytest.fail("the next step is out of reach")


FROM_RIGHT = ("booking", "visit-open", "visit-waiting", "visit-after", "help-clinic")
FRAMED = ("embed", "embed-all-dates", "embed-kept")


@pytest.mark.parametrize("name", [*FROM_RIGHT, *FRAMED])
async def test_from_right_to_left(eyes: Eyes, name: str) -> None:
    shown = next(shown for shown in PAGES if shown.name == name)
    async with eyes.look(shown, "ar", reduced_motion="reduce") as sight:
        facts = await sight.page.evaluate(FACTS)
        assert (facts["lang"], facts["dir"], facts["headings"]) == ("ar", "rtl", 1)
        assert await blemishes(sight.page, ALL) == []
        assert await too_wide(sight) + sight.complaints == []


async def test_a_time_is_booked_without_scripts(browser: Browser, ground: Ground) -> None:
    context = await browser.new_context(java_script_enabled=False, viewport=PHONE)  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(f"{ground.base}/c/linden")
    await page.get_by_label("Samir Haddad").check()
    await page.get_by_role("button", name="Show the times for this").click()
    await expect(page.get_by_role("heading", name="When Samir has time")).to_be_visible()
    await page.locator("a.day-pick", has_text="18").click()
    await page.locator("#day-2026-03-18").get_by_label("10:00").check()
    await page.get_by_label("Your name").fill("Jo Almeida")
    await page.get_by_label("Mail or mobile number").fill("jo@example.org")
    await page.get_by_label("I agree that").check()
    await page.get_by_role("button", name="Book this time").click()
    await page.get_by_role("link", name="Open your page").click()
    await expect(page.get_by_role("heading", name="Your place is kept, Jo")).to_be_visible()
    await context.close()
