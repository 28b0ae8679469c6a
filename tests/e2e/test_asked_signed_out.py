"""Questions of one's own space after the login lapsed: the page says so and keeps what was tapped until one is back."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.measures.tables import MeasureAnswer
from server.patients.space.door import COOKIE
from server.patients.space.rules import By
from server.patients.space.store import begin_login, by_token
from tests.e2e.asked import TOKEN
from tests.e2e.ground import Ground, grounds
from tests.e2e.look import PHONE
from tests.e2e.people import NOW
from tests.e2e.test_measures_kept import WAIT, at, keeps, tap
from tests.e2e.test_offline import LYING

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.asyncio]
SHARED, AGAIN = "s" * 43, "a" * 43
SIGNED_OUT, NO_CONNECTION = "You were signed out", "The clinic cannot be reached right now"


@pytest_asyncio.fixture
async def ground(tmp_path: Path) -> AsyncIterator[Ground]:
    async with grounds(tmp_path) as made:
        yield made


def page_of(ground: Ground) -> str:
    return f"{ground.base}/me/asked/{ground.paths['person_unbooked']}/gad7"


async def sign_in(ground: Ground, context: BrowserContext, token: str) -> None:
    """Their space is open on a device that others use too."""

    async def work(db: AsyncSession) -> None:
        found = await by_token(db, TOKEN)
        assert found
        await begin_login(db, found[1].id, token, ground.house.clock(), "Library", By.CODES, own=False)

    await ground.house.db.unit(work)
    await context.add_cookies([{"name": COOKIE, "value": token, "url": ground.base}])


async def rows(ground: Ground) -> int:
    return await ground.house.db.read(lambda db: db.scalar(select(func.count(MeasureAnswer.id)))) or 0


async def opened(browser: Browser, ground: Ground) -> tuple[BrowserContext, Page]:
    context = await browser.new_context(viewport=PHONE, has_touch=True)
    return context, await context.new_page()


async def test_on_a_shared_device_it_says_so_and_sends_once_they_are_back(browser: Browser, ground: Ground) -> None:
    context, page = await opened(browser, ground)
    await sign_in(ground, context, SHARED)
    before = await rows(ground)
    await page.goto(page_of(ground))
    await tap(page, 1)
    await at(page, 2)
    ground.house.clock.now = NOW + timedelta(hours=3)  # type: ignore[attr-defined]
    await tap(page, 2)
    await expect(page.get_by_text(SIGNED_OUT)).to_be_visible()
    await expect(page.get_by_text(NO_CONNECTION).locator("visible=true")).to_have_count(0)
    await at(page, 3)
    await page.get_by_role("button", name="Go on later").tap()  # it stays, or what was tapped would be gone
    assert page.url == page_of(ground)
    await expect(page.locator(".measure-bar > i.done")).to_have_count(2)
    assert await page.evaluate(LYING) == []
    async with context.expect_page() as coming:
        await page.get_by_role("link", name="Sign in again").tap()
    door = await coming.value
    await door.wait_for_url("**/me/sign-in*")
    assert await rows(ground) == before + 1
    await sign_in(ground, context, AGAIN)
    await door.close()
    await page.evaluate(
        "document.dispatchEvent(new Event('visibilitychange'))"
    )  # nothing hides a page without a screen
    await expect(page.get_by_text(SIGNED_OUT)).to_be_hidden()
    assert await rows(ground) == before + 2
    assert await page.evaluate(LYING) == []
    await context.close()


async def test_on_a_device_of_their_own_answers_stay_and_go_after_they_signed_in(
    browser: Browser, ground: Ground
) -> None:
    context, page = await opened(browser, ground)
    await context.add_cookies(ground.cookies["unbooked"])
    before = await rows(ground)
    await page.goto(page_of(ground))
    await keeps(page)
    await tap(page, 1)
    await at(page, 2)
    await context.clear_cookies()
    await tap(page, 2)
    await expect(page.get_by_text("You are signed out.")).to_be_visible()
    await expect(page.get_by_text(NO_CONNECTION).locator("visible=true")).to_have_count(0)
    assert [one for one in await page.evaluate(LYING) if "waits:" in one]
    await page.get_by_role("link", name="Sign in").tap()
    await page.wait_for_url("**/me/sign-in*")
    await context.add_cookies(ground.cookies["unbooked"])
    await page.goto(f"{ground.base}/me")
    await asyncio.wait_for(page.evaluate(WAIT, 0), 20)
    assert await rows(ground) == before + 2
    await context.close()
