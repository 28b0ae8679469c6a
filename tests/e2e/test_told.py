"""'Tell me on this device' in a real Chromium. Its push service is out of reach here, so the word of the browser is a
stand-in; the worker, the message, the notice and the row are real. Delivery through a maker's service is not shown.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect
from sqlalchemy import func, select

from server.accounts.push.tables import PushDevice
from tests.e2e.ground import Ground, grounds
from tests.e2e.look import PHONE
from tests.e2e.pages import SERVICE
from tests.engines.told_browser import Browser as Told

pytestmark = [pytest.mark.e2e, pytest.mark.pages, pytest.mark.asyncio]

NOTICES = """async (scope) => {
  const found = await navigator.serviceWorker.getRegistration(scope)
  for (let looks = 0; looks < 40; looks++) {
    const shown = await found.getNotifications()
    if (shown.length) return shown.map(({ title, body }) => [title, body])
    await new Promise((done) => setTimeout(done, 50))
  }
  return []
}"""
TRIES = 5


@asynccontextmanager
async def phone(browser: Browser, ground: Ground, *allowed: str) -> AsyncIterator[Page]:
    """Jo's phone, in her waiting room."""
    context = await browser.new_context(viewport=PHONE, permissions=list(allowed))
    await context.add_cookies(ground.cookies["patient"])
    page = await context.new_page()
    await page.goto(f"{ground.base}/visit/{ground.paths['waiting']}")
    yield page
    await context.close()


async def kept(ground: Ground) -> int:
    return await ground.house.db.read(lambda db: db.scalar(select(func.count(PushDevice.id)))) or 0


async def deliver(page: Page, base: str, scope: str) -> list[list[str]]:
    """What a push service does: wakes the worker of this page with an empty message, again while nothing comes of it.
    Every notice that is shown then.
    """
    tools = await page.context.new_cdp_session(page)
    told: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def look(said: dict[str, Any]) -> None:
        ids = [one["registrationId"] for one in said["registrations"] if one["scopeURL"] == scope]
        if ids and not told.done():
            told.set_result(ids[-1])

    tools.on("ServiceWorker.workerRegistrationUpdated", look)
    await tools.send("ServiceWorker.enable")
    message = {"origin": base, "registrationId": await asyncio.wait_for(told, 30), "data": ""}
    for _ in range(TRIES):
        await tools.send("ServiceWorker.deliverPushMessage", message)
        shown: list[list[str]] = await page.evaluate(NOTICES, scope)
        if shown:
            return shown
    return []


async def test_who_agrees_is_shown_that_something_is_new_and_can_take_it_back(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    async with grounds(tmp_path_factory.mktemp("told")) as ground:
        async with phone(browser, ground, "notifications") as page:
            offer = page.get_by_role("button", name="Tell me on this device")
            await offer.click()
            await expect(page.get_by_text("could not reach its maker’s service")).to_be_visible()
            assert await kept(ground) == 0
            await page.reload()
            await page.evaluate(SERVICE, Told().fields("https://fcm.googleapis.com/fcm/send/jo"))
            await offer.click()
            await expect(page.get_by_text("This device is told")).to_be_visible()
            assert await kept(ground) == 1
            asked = await page.evaluate("({...window.asked})")
            assert asked == {"userVisibleOnly": True, "applicationServerKey": ground.house.pusher.public}
            scope = f"{ground.base}/visit/{ground.paths['waiting']}"
            assert await deliver(page, ground.base, scope) == [["Something is new", "Open the page to see what it is."]]
            await page.get_by_role("button", name="Do not tell me here any more").click()
            await expect(offer).to_be_visible()
            assert await kept(ground) == 0
        async with phone(browser, ground) as page:
            await page.get_by_role("button", name="Tell me on this device").click()
            await expect(page.get_by_text("keeps notices closed for this page")).to_be_visible()
