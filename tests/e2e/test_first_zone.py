"""A first visit from another zone: the page opens anew with its own times, once, before all of it was brought here."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, Request, expect

from tests.e2e.ground import Ground, grounds

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.asyncio]


async def visit(browser: Browser, ground: Ground, zone: str) -> tuple[list[str], str, str]:
    """What was asked for, the clock that the page shows and the cookie."""
    context = await browser.new_context(timezone_id=zone)
    await context.add_cookies(ground.cookies["home"])
    page = await context.new_page()
    asked: list[str] = []

    def asks(request: Request) -> None:
        asked.append("page" if request.resource_type == "document" else request.url)

    page.on("request", asks)
    await page.goto(f"{ground.base}/me")
    await expect(page.locator(f"body[data-zone='{zone}'], body[data-zone='Europe/Berlin']")).to_be_attached()
    await page.wait_for_load_state("networkidle")
    shown, cookie = await page.locator("body").get_attribute("data-zone"), await page.evaluate("document.cookie")
    await context.close()
    return asked, shown or "", cookie


async def test_far_away_it_opens_anew_before_its_scripts_are_asked_for_twice(browser: Browser, tmp_path: Path) -> None:
    async with grounds(tmp_path) as ground:
        asked, shown, cookie = await visit(browser, ground, "America/New_York")
        assert shown == "America/New_York"
        assert "tz=America/New_York" in cookie
        assert asked.count("page") == 2
        assert asked[0] == "page"
        second = asked.index("page", 1)
        assert any(url.endswith("/first-zone.js") for url in asked[:second])
        assert not any(url.endswith("/lib/zone.js") for url in asked[:second]), "before its scripts bring their own"
        assert sum(url.endswith(".css") for url in asked[second:]) <= 3


async def test_with_the_clock_of_the_clinic_it_opens_once(browser: Browser, tmp_path: Path) -> None:
    async with grounds(tmp_path) as ground:
        asked, shown, cookie = await visit(browser, ground, "Europe/Amsterdam")  # the same clock by another name
        assert (asked.count("page"), shown) == (1, "Europe/Berlin")
        assert "tz=Europe/Amsterdam" in cookie
