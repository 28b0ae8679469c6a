"""A device of a patient's own: a network that hangs, their space's address typed by hand, help that is brought anew."""

import asyncio
import re
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, Route, expect

from server.clinic import store as clinics
from server.journal import offline
from tests.e2e.ground import CLINIC, Ground, grounds
from tests.e2e.test_offline import LYING, at_home, write

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.asyncio]
NONE = "There is no connection right now"
KEPT_HELP = """async (words) => {
  const kept = async () => (await caches.match('/me/offline/help?lang=en'))?.text()
  while (!(await kept())?.includes(words)) await new Promise(requestAnimationFrame)
}"""
SCOPES = (
    """async () => (await navigator.serviceWorker.getRegistrations()).map(({ scope }) => new URL(scope).pathname)"""
)
EARLIER = """async () => {
  const made = await navigator.serviceWorker.register('/me/worker.js?lang=en', { scope: '/me/' })
  while (made.active?.state !== 'activated') await new Promise(requestAnimationFrame)
}"""
ALONE = f"""async () => {{
  const scopes = {SCOPES}
  const own = async () => (await scopes()).filter((one) => one.startsWith('/me'))
  while (String(await own()) !== '/me') await new Promise(requestAnimationFrame)
}}"""


def with_limits(monkeypatch: pytest.MonkeyPatch, folder: Path, **limits: int) -> None:
    """The worker, as impatient as a test is."""
    source = offline.WORKER.read_text()
    for name, ms in limits.items():
        source, found = re.subn(rf"^const {name} = [\d_]+;", f"const {name} = {ms};", source, flags=re.M)
        assert found == 1
    (folder / "own.js").write_text(source)
    monkeypatch.setattr(offline, "WORKER", folder / "own.js")


async def keeps(page: Page, ground: Ground) -> None:
    """Their home was opened, and its worker is there."""
    await page.goto(f"{ground.base}/me")
    await page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
    await page.wait_for_function("navigator.serviceWorker.controller")


async def hang(route: Route) -> None:
    """It neither fails nor answers."""


async def test_where_the_network_hangs_help_home_and_forms_are_what_is_kept(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_limits(monkeypatch, tmp_path, HELP_MS=100, PAGE_MS=100)
    async with grounds(tmp_path) as ground:
        context, page = await at_home(browser, ground)
        await keeps(page, ground)
        await context.route("**/me**", hang)
        await context.route("**/help", hang)
        await page.get_by_role("link", name="Need help now").click()
        await expect(page.get_by_role("heading", name="In danger? Call now")).to_be_visible()
        for start in ("/me", "/me/"):
            await page.goto(f"{ground.base}{start}")
            await expect(page.get_by_role("heading", name=NONE)).to_be_visible()
        await page.goto(f"{ground.base}/me/mood")
        await expect(page.get_by_text("You can write all the same.")).to_be_visible()
        await context.close()


async def test_a_space_whose_address_is_typed_opens_without_a_connection_and_takes_the_place_of_what_was_kept_before(
    browser: Browser, tmp_path: Path
) -> None:
    async with grounds(tmp_path) as ground:
        context, page = await at_home(browser, ground)
        await page.goto(f"{ground.base}/me/devices")
        await page.evaluate(EARLIER)
        await keeps(page, ground)
        await asyncio.wait_for(page.evaluate(ALONE), 20)
        await context.set_offline(True)
        await page.goto(f"{ground.base}/me")
        await expect(page.get_by_role("heading", name=NONE)).to_be_visible()
        await page.get_by_role("link", name="How is today?").click()
        await write(page, 4)
        await expect(page.get_by_text("Kept on this device, sealed.")).to_be_visible()
        await page.get_by_role("link", name="My space").click()
        await expect(page.get_by_role("heading", name=NONE)).to_be_visible()
        assert [one for one in await page.evaluate(LYING) if "waits:" in one]
        await context.close()


async def test_help_that_is_kept_follows_the_clinic(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_limits(monkeypatch, tmp_path, RENEW_MS=0)
    async with grounds(tmp_path) as ground:
        context, page = await at_home(browser, ground)
        await keeps(page, ground)
        moved = replace(CLINIC, phone="555 0999")
        await ground.house.db.unit(lambda db: clinics.change_clinic(db, moved))
        await page.goto(f"{ground.base}/me")
        await asyncio.wait_for(page.evaluate(KEPT_HELP, "555 0999"), 20)
        await context.set_offline(True)
        await page.get_by_role("link", name="Need help now").click()
        await expect(page.locator("a[href='tel:5550999']")).to_be_visible()
        await context.close()
