"""A wait that nothing ends: stream cut, page reloaded, server killed. Both sides agree again within three seconds."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e import walk
from tests.e2e.gaps import answers_at
from tests.e2e.meeting import person
from tests.engines.parlour import Parlour

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio, pytest.mark.timeout(240)]

AGREE_MS = 3000
SURE = "last-sure"
BEFORE = "One person is before you."


@asynccontextmanager
async def waiting(browser: Browser, server: Parlour) -> AsyncIterator[tuple[Page, Page]]:
    """The therapist's day and the patient's waiting room, each seeing the other."""
    async with AsyncExitStack() as stack:
        desk, phone = [await stack.enter_async_context(person(browser)) for _ in range(2)]
        mara = await walk.set_up(desk, server.setup_link())
        await walk.enrol_app(desk, mara, server.base)
        await walk.near_times(desk, server.base)
        await walk.book(phone, f"{server.base}/c/linden-practice")
        await walk.come_in(phone)
        await desk.goto(f"{server.base}/staff")
        await expect(phone.locator("live-part.wait-words h1")).to_contain_text("knows you are here")
        yield desk, phone


async def facts(desk: Page, phone: Page) -> tuple[str, str]:
    """Since when each side says that they wait, in minutes of the hour: each has a zone of its own."""
    theirs = await desk.locator(".waiter-for").first.inner_text()
    mine = await phone.locator("live-part.wait-words").inner_text()
    found = re.search(r"here since (\S+?)(,|$)", theirs), re.search(r"since (\d+:\d\d)", mine)
    assert all(found), (theirs, mine)
    there, here = (one[1].split(":")[1] for one in found if one)
    return there, here


async def says_how_old_it_is(page: Page, within: float = 2 * AGREE_MS) -> None:
    said = re.compile(r"This page was last sure at \d+:\d\d; it is asking")
    await expect(page.locator(SURE)).to_contain_text(said, timeout=within)


async def agree(desk: Page, phone: Page) -> None:
    """Both pages are sure again, and hear of each other's next step, within the time that was promised."""
    for page in (desk, phone):
        await expect(page.locator(SURE)).to_be_hidden(timeout=AGREE_MS)


async def test_a_server_that_is_killed_takes_neither_place_nor_clock(browser, parlour_server) -> None:
    server = await parlour_server()
    async with waiting(browser, server) as (desk, phone):
        before = await facts(desk, phone)
        await server.kill9()
        for page in (desk, phone):
            await says_how_old_it_is(page)
        starting = asyncio.create_task(server.start())
        await answers_at(server.port)
        await agree(desk, phone)
        await starting
        assert await facts(desk, phone) == before
        assert before[0] == before[1]


async def test_a_page_without_a_network_says_so_and_is_right_again_when_it_is_back(browser, parlour_server) -> None:
    server = await parlour_server()
    async with waiting(browser, server) as (desk, phone):
        before = await facts(desk, phone)
        await phone.context.set_offline(True)
        await says_how_old_it_is(phone)
        await expect(desk.locator(SURE)).to_be_hidden()
        await desk.get_by_role("link", name="Open the page").click()
        await desk.get_by_role("button", name="Let in", exact=True).click()
        await phone.context.set_offline(False)
        await expect(phone.locator("live-part.wait-words h1")).to_contain_text("lets you in", timeout=AGREE_MS)
        await expect(phone.locator(SURE)).to_be_hidden(timeout=AGREE_MS)
        assert before[0] == before[1]


async def test_a_reload_and_another_network_change_nothing(browser, parlour_server) -> None:
    server = await parlour_server()
    async with waiting(browser, server) as (desk, phone):
        before = await facts(desk, phone)
        await phone.reload()
        assert await facts(desk, phone) == before
        for page in (desk, phone):  # every connection is cut, as when a phone changes its network
            await page.context.set_offline(True)
            await says_how_old_it_is(page)
            await page.context.set_offline(False)
        await agree(desk, phone)
        assert await facts(desk, phone) == before


async def test_two_who_wait_keep_their_places_through_a_reload_a_dead_network_and_a_killed_server(
    browser, parlour_server
) -> None:
    server = await parlour_server()
    async with waiting(browser, server) as (desk, first), person(browser) as second:
        await desk.goto(f"{server.base}/staff/clinic/waiting")
        await desk.get_by_label("How many are before them").check()
        await desk.get_by_role("button", name="Keep this").click()
        await expect(desk).to_have_url(re.compile("/staff/clinic[?]"))
        await first.reload()
        await walk.book(second, f"{server.base}/c/linden-practice", name="Sam Kaya", contact="sam@example.org")
        await walk.come_in(second)

        async def both_know() -> None:
            await expect(first.locator("live-part.wait-words")).to_contain_text("You are next.", timeout=AGREE_MS)
            await expect(second.locator("live-part.wait-words")).to_contain_text(BEFORE, timeout=AGREE_MS)

        await both_know()
        await second.reload()
        await first.reload()
        await both_know()
        await first.context.set_offline(True)
        await says_how_old_it_is(first)
        await first.context.set_offline(False)
        await both_know()
        await server.kill9()
        for page in (first, second):
            await says_how_old_it_is(page)
        starting = asyncio.create_task(server.start())
        await answers_at(server.port)
        for page in (first, second):
            await expect(page.locator(SURE)).to_be_hidden(timeout=AGREE_MS)
        await starting
        await both_know()
