"""The start of a visit in real browsers: it never delays a call, loses no answer, and holds the signature alone."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Locator, Page, Route, expect

from tests.e2e.ground import Ground, grounds
from tests.e2e.look import DESK
from tests.e2e.people import NOW
from tests.e2e.sides import WATCH, Side

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio]

CHECKLIST = re.compile(r"/staff/visit/[^/]+/(checklist|check/|as-said)")
FLOWS = {"timeout": 45_000}


@pytest_asyncio.fixture(scope="module")
async def ground(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ground]:
    async with grounds(tmp_path_factory.mktemp("linden")) as made:
        yield made


@asynccontextmanager
async def opened(
    browser: Browser, ground: Ground, who: str, path: str, size: Any = DESK, **more: Any
) -> AsyncIterator[Page]:
    """A page in a profile of its own; fails when it breaks."""
    context: BrowserContext = await browser.new_context(
        permissions=["camera", "microphone"], viewport=size, timezone_id="Europe/Berlin", **more
    )
    await context.add_init_script(WATCH)
    await context.clock.set_fixed_time(NOW)
    await context.add_cookies(ground.cookies[who])
    page = await context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(error.stack or error.message))
    await page.goto(ground.base + path.format_map(ground.paths))
    try:
        yield page
        assert not problems
    finally:
        await context.close()


def line(page: Page, key: str) -> Locator:
    return page.locator(f"#check-{key}")


async def take_it_here(page: Page) -> None:
    """Whoever looked before is counted on for a while, on a clock that stands still for ever."""
    await expect(Side(page).call).to_have_attribute("data-phase", re.compile("live|elsewhere"), **FLOWS)
    here = page.get_by_role("button", name="Use it here")
    if await here.is_visible():
        await here.click()


async def abort(route: Route) -> None:
    await route.abort()


async def test_media_flows_while_nothing_of_the_checklist_answers(browser: Browser, ground: Ground) -> None:
    """Every request of the checklist is lost from before the click until sound and picture are there."""
    await ground.as_before()
    async with (
        opened(browser, ground, "ines", "/staff/visit/{hold}") as ines,
        opened(browser, ground, "patient", "/visit/{hold}") as patient,
    ):
        await ines.route(CHECKLIST, abort)
        await patient.get_by_role("button", name="Open camera and microphone").click()
        for page in (ines, patient):
            await expect(page.locator("[data-ready-words]")).to_contain_text("are open", **FLOWS)
        await expect(ines.get_by_role("heading", name="10 answers are still open")).to_be_visible()
        await ines.get_by_role("button", name="Let in again").click()
        for page in (ines, patient):
            await take_it_here(page)
        for side in (Side(ines), Side(patient)):
            await expect(side.call).to_have_attribute("data-media", "flowing", **FLOWS)

        await expect(line(ines, "alone")).to_be_visible()
        await line(ines, "alone").get_by_role("button", name="Yes").click()
        await expect(ines.get_by_text("The server is out of reach. Your answers are kept in this tab")).to_be_visible()
        await Side(ines).grows("frames")
        await ines.unroute(CHECKLIST)
        await ines.reload()
        await expect(line(ines, "alone")).to_have_attribute("data-state", "answered", **FLOWS)
        await take_it_here(ines)
        await expect(Side(ines).call).to_have_attribute("data-media", "flowing", **FLOWS)
        await expect(line(ines, "alone")).to_contain_text("Alone, nobody else can hear")
        await ines.get_by_role("button", name="All as said at the door").click()
        await expect(ines.get_by_role("heading", name="6 answers are still open")).to_be_visible()
        await Side(ines).grows("frames")


async def test_words_keep_themselves_in_a_call_and_are_there_after_a_reload(browser: Browser, ground: Ground) -> None:
    async with opened(browser, ground, "samir", "/staff/visit/{live}") as samir:
        await line(samir, "alone").get_by_role("button", name="No").click()
        await expect(line(samir, "alone")).to_have_attribute("data-state", "answered")
        field = line(samir, "alone").get_by_label("Who can hear")
        await expect(field).to_be_visible()
        async with samir.expect_response("**/check/alone") as answered:
            await field.fill("Her mother, next door")
        assert (await answered.value).status == 200
        await expect(field).to_be_focused()
        await samir.reload()
        await expect(line(samir, "alone")).to_contain_text("Not alone: Her mother, next door")


async def test_the_panel_stands_beside_the_picture_and_never_on_it(browser: Browser, ground: Ground) -> None:
    await ground.as_before()
    async with opened(browser, ground, "samir", "/staff/visit/{live}") as samir:
        await expect(Side(samir).call).to_be_visible(**FLOWS)
        panel, picture = samir.locator(".call-side"), samir.locator("[data-picture]")
        await expect(panel.get_by_role("heading", name="still open")).to_be_visible()
        here, there = await panel.bounding_box(), await picture.bounding_box()
        assert here
        assert there
        assert here["x"] >= there["x"] + there["width"], (here, there)
        await expect(samir.get_by_role("button", name="Make room for the picture")).to_be_hidden()


async def test_a_visit_is_signed_by_keyboard_once_nothing_is_open(browser: Browser, ground: Ground) -> None:
    await ground.as_before()
    async with opened(browser, ground, "mara", "/staff/visit/{after}") as mara:
        await mara.get_by_role("button", name="Sign the visit").click()
        await expect(mara.get_by_role("alert")).to_contain_text("Not signed yet.")
        await mara.get_by_role("button", name="All as said at the door").click()
        await expect(mara.get_by_role("heading", name="7 answers are still open")).to_be_visible()
        await mara.locator("h1").first.click()
        await mara.keyboard.press("s")
        for key, left in (("y", 6), ("y", 5), ("y", 4), ("n", 3), ("n", 2), ("y", 1), ("n", 0)):
            await mara.keyboard.press(key)
            heading = (
                f"{left} answers are still open" if left > 1 else "One answer is still open" if left else "All is asked"
            )
            await expect(mara.get_by_role("heading", name=heading)).to_be_visible()
        await mara.goto(f"{ground.base}/staff/visit/{ground.paths['after']}")
        await mara.get_by_role("button", name="Sign the visit").click()
        await expect(mara.get_by_role("heading", name="Signed, Thursday 12 March 2026")).to_be_visible()
        await expect(mara.locator("#note-text")).not_to_be_editable()


async def test_all_of_it_works_without_scripts(browser: Browser, ground: Ground) -> None:
    path = "/staff/visit/{unseen}"
    async with opened(browser, ground, "samir", path, java_script_enabled=False) as samir:
        await line(samir, "safe").get_by_role("button", name="Yes").click()
        await expect(line(samir, "safe")).to_contain_text("Somewhere safe, not driving")
        await samir.locator("#elsewhere summary", has_text="Go on: emergency").click()
        await samir.get_by_label("What makes it one").fill("In danger tonight")
        await samir.locator("#elsewhere").get_by_role("button", name="Go on: emergency").click()
        await expect(samir.locator("#elsewhere")).to_contain_text("without a licence: an emergency. In danger tonight")
        await line(samir, "contact").locator("summary").click()
        await line(samir, "contact").get_by_label("Or leave it out, because").fill("There is nobody")
        await line(samir, "contact").get_by_role("button", name="Leave it out").click()
        await expect(line(samir, "contact")).to_contain_text("Left out: Whom may we call? There is nobody")
