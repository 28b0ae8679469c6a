"""Two people in a session of the program as it is served, ready to be disturbed."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from playwright.async_api import Browser, Page, expect

from tests.e2e import walk
from tests.e2e.gaps import METER
from tests.e2e.sides import WATCH, Side


@asynccontextmanager
async def person(browser: Browser, *scripts: str) -> AsyncIterator[Page]:
    """A profile of somebody's own with devices allowed; fails when the page breaks."""
    context = await browser.new_context(permissions=["camera", "microphone"], viewport={"width": 1280, "height": 800})
    for script in (WATCH, METER, *scripts):
        await context.add_init_script(script)
    page = await context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(error.stack or error.message))
    try:
        yield page
        assert not problems, problems
    finally:
        await context.close()


@asynccontextmanager
async def meeting(browser: Browser, base: str, link: str, *scripts: str) -> AsyncIterator[tuple[Side, Side]]:
    """Therapist and patient who see and hear each other. `link` is the set-up link of an empty clinic at `base`;
    the scripts run before those of every page.
    """
    async with AsyncExitStack() as stack:
        desk, phone = [await stack.enter_async_context(person(browser, *scripts)) for _ in range(2)]
        mara = await walk.set_up(desk, link)
        await walk.enrol_app(desk, mara, base)
        await walk.near_times(desk, base)
        await walk.book(phone, f"{base}/c/linden-practice")
        await walk.come_in(phone)
        await desk.goto(f"{base}/staff/visit/{phone.url.rsplit('/', 1)[-1]}")
        await phone.get_by_role("button", name="Open camera and microphone").click()
        for page in (desk, phone):  # a therapist who has allowed it before is not asked again
            await expect(page.locator("[data-ready-words]")).to_contain_text("are open")
        await desk.get_by_role("button", name="Let in", exact=True).click()
        sides = Side(desk), Side(phone)
        for one in sides:
            await one.flows()
        yield sides
