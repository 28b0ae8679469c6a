"""Every part in a real browser: narrow, large letters, both directions, both lights, keyboard and fingers."""

import mimetypes
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, Route

from server.assets import static
from server.sheets import sheet_at
from tests.web.page import page, rendered

pytestmark = [pytest.mark.e2e, pytest.mark.pages]

STATIC = Path(__file__).parents[2] / "web/static"
POLICY = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'"
HOUSE = "http://house.test"

WIDER_THAN_THE_PAGE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL_TARGETS = """least => [...document.querySelectorAll('main a, main button, main select, main .choice, main .slot')]
  .filter(one => one.matches(':not(p a, .device a, h2 a)'))
  .map(one => [one.textContent.trim().slice(0, 30), one.getBoundingClientRect().height])
  .filter(([, height]) => height > 0 && height < least)"""
RING = "one => ['Width', 'Offset', 'Color'].map(part => getComputedStyle(one)[`outline${part}`])"
BACKGROUND = "element => getComputedStyle(element).backgroundColor"


@asynccontextmanager
async def opened(browser: Browser, markup: str, width: int = 390, **context: Any) -> AsyncIterator[Page]:
    """The markup as a page of the house, under its own content security policy, with files from the disk."""

    async def answer(route: Route) -> None:
        path = route.request.url.removeprefix(HOUSE)
        if path == "/":
            headers = {"content-security-policy": POLICY}
            await route.fulfill(body=markup, content_type="text/html; charset=utf-8", headers=headers)
            return
        file = STATIC / path.removeprefix(static(""))
        if sheet := sheet_at(path.removeprefix(static(""))):
            await route.fulfill(body=sheet[0], content_type="text/css")
            return
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        await route.fulfill(body=file.read_bytes(), content_type=kind)

    fresh = await browser.new_context(viewport={"width": width, "height": 800}, **context)
    shown = await fresh.new_page()
    complaints: list[str] = []
    shown.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    shown.on("pageerror", lambda error: complaints.append(str(error)))
    await shown.route(f"{HOUSE}/**", answer)
    await shown.goto(f"{HOUSE}/")
    await shown.evaluate("document.fonts.ready.then(() => true)")
    yield shown
    await fresh.close()
    assert complaints == []


@pytest.mark.asyncio
@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [320, 390, 800, 1000, 1280, 1920])
async def test_nothing_scrolls_sideways(browser: Browser, width: int, language: str) -> None:
    async with opened(browser, rendered("styleguide.html", page(language)), width) as shown:
        assert await shown.evaluate(WIDER_THAN_THE_PAGE) == 0


@pytest.mark.asyncio
@pytest.mark.parametrize("width", [640, 1280])
async def test_letters_of_twice_the_size_still_fit(browser: Browser, width: int) -> None:
    async with opened(browser, rendered("styleguide.html"), width) as shown:
        await shown.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
        assert await shown.evaluate(WIDER_THAN_THE_PAGE) == 0


@pytest.mark.asyncio
@pytest.mark.parametrize("light", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
async def test_axe_finds_nothing(browser: Browser, width: int, light: str) -> None:
    markup = rendered("styleguide.html", page(theme=light))
    async with opened(browser, markup, width, bypass_csp=True) as shown:
        found = await Axe().run(shown)
        assert found.response["violations"] == [], found.generate_report()


@pytest.mark.asyncio
async def test_every_target_is_as_tall_as_a_finger(browser: Browser) -> None:
    async with opened(browser, rendered("styleguide.html")) as shown:
        assert await shown.evaluate(SMALL_TARGETS, 48) == []


@pytest.mark.asyncio
async def test_focus_is_a_ring_of_ink(browser: Browser) -> None:
    async with opened(browser, rendered("styleguide.html")) as shown:
        await shown.locator(".button-next").first.focus()
        seen = await shown.locator(".button-next").first.evaluate(RING)
        assert seen == ["3px", "3px", "rgb(22, 39, 32)"]


@pytest.mark.asyncio
async def test_the_page_follows_the_device_and_the_choice_wins(browser: Browser) -> None:
    wall = {"day": "rgb(240, 240, 233)", "dusk": "rgb(23, 40, 40)"}
    for scheme, theme, expected in [("light", "", "day"), ("dark", "", "dusk"), ("dark", "light", "day")]:
        markup = rendered("styleguide.html", page(theme=theme))
        async with opened(browser, markup, color_scheme=scheme) as shown:
            assert await shown.locator("html").evaluate(BACKGROUND) == wall[expected]
            assert await shown.locator(".guide-dusk").evaluate(BACKGROUND) == wall["dusk"]


@pytest.mark.asyncio
async def test_the_choice_is_remembered_for_the_server(browser: Browser) -> None:
    async with opened(browser, rendered("styleguide.html")) as shown:
        await shown.locator(".theme-select").select_option("dark")
        assert await shown.locator("html").get_attribute("data-theme") == "dark"
        assert "theme=dark" in await shown.evaluate("document.cookie")
        await shown.locator(".theme-select").select_option("")
        assert "theme=" not in await shown.evaluate("document.cookie")


@pytest.mark.asyncio
async def test_escape_three_times_leaves_for_a_neutral_page(browser: Browser) -> None:
    async with opened(browser, rendered("styleguide.html")) as shown:
        left: list[str] = []

        async def neutral(route: Route) -> None:
            left.append(route.request.url)
            await route.fulfill(body="weather", content_type="text/plain")

        await shown.route("https://www.wikipedia.org/**", neutral)
        for key in ("Escape", "Escape", "a", "Escape"):
            await shown.keyboard.press(key)
        assert left == []
        await shown.keyboard.press("Escape")
        async with shown.expect_navigation():
            await shown.keyboard.press("Escape")
        assert left == ["https://www.wikipedia.org/"]


@pytest.mark.asyncio
async def test_after_a_422_the_first_field_to_mend_has_the_focus(browser: Browser) -> None:
    async with opened(browser, rendered("styleguide.html")) as shown:
        assert await shown.evaluate("document.activeElement.id") == "phone"


@pytest.mark.asyncio
async def test_paper_is_white_without_navigation_and_buttons(browser: Browser) -> None:
    async with opened(browser, rendered("styleguide.html"), 1280, color_scheme="dark") as shown:
        await shown.emulate_media(media="print")
        assert await shown.locator("body").evaluate(BACKGROUND) == "rgb(255, 255, 255)"
        for gone in (".help-link", ".sill", ".button-next"):
            assert not await shown.locator(gone).first.is_visible()
        assert await shown.locator("h1").is_visible()
