"""A server that is killed and comes back while two people talk: they notice nothing but a sentence."""

import asyncio
from collections.abc import Sequence
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.gaps import answers_at, begin, ended, greeted
from tests.e2e.meeting import meeting
from tests.e2e.sides import Side, both
from tests.e2e.stage import staged
from tests.engines.parlour import Parlour

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio]

GAP_MS, BACK_SECONDS = 500, 1.5
HANGS = 10
"""In the daily suite, where the machine is shared with whatever runs: this many times the bar catches what hangs."""


@asynccontextmanager
async def in_session(browser, parlour_server, *, gives_way: bool = False):
    server = await parlour_server()
    server.gives_way = gives_way
    async with meeting(browser, server.base, server.setup_link()) as sides:
        yield server, *sides


async def crash(server: Parlour, sides: Sequence[Side]) -> tuple[float, float]:
    """Kills it, starts it again: seconds from the first answer of the port until both are in the call; the gap (ms)."""
    await begin(sides)
    await server.kill9()
    for one in sides:
        await expect(one.call).to_have_attribute("data-phase", "lost")
    starting = asyncio.create_task(server.start())
    answered = await answers_at(server.port)
    for one in sides:
        await greeted(one)
    await starting
    gaps = [await ended(one) for one in sides]
    return max(gap.greeted[0] for gap in gaps) - answered, max(gap.media for gap in gaps)


async def test_a_server_that_is_killed_and_returns_is_not_noticed(browser, parlour_server) -> None:
    async with in_session(browser, parlour_server) as (server, therapist, patient):
        back, gap = await crash(server, (therapist, patient))
        assert back <= HANGS * BACK_SECONDS
        assert gap <= HANGS * GAP_MS
        for one in (therapist, patient):
            await expect(one.call).to_have_attribute("data-phase", "live")
            assert (await one.figures())["made"] == 1
        await patient.press("mute")
        await expect(therapist.sentence).to_have_text("Jo Almeida’s microphone is off.")


@pytest.mark.long
@pytest.mark.timeout(400)
async def test_twenty_crashes_in_one_session(browser, parlour_server) -> None:
    async with in_session(browser, parlour_server, gives_way=True) as (server, therapist, patient):
        backs, gaps = zip(*[await crash(server, (therapist, patient)) for _ in range(20)], strict=True)
        assert sorted(backs)[18] <= BACK_SECONDS
        assert max(gaps) <= GAP_MS
        for one in (therapist, patient):
            assert (await one.figures())["made"] == 1


@pytest.mark.long
async def test_through_half_a_minute_without_a_server_the_call_goes_on_and_leave_is_heard_later(
    browser, parlour_server
) -> None:
    async with in_session(browser, parlour_server, gives_way=True) as (server, therapist, patient):
        await begin((therapist, patient))
        await server.kill9()
        out = asyncio.create_task(asyncio.sleep(30))
        for one in (therapist, patient):
            await expect(one.sentence).to_contain_text("The clinic’s server is out of reach")
            await expect(one.sentence).to_contain_text("Your session goes on")
        await therapist.press("mute")
        await expect(therapist.page.locator("[data-control=mute]")).to_have_accessible_name("Unmute")
        await expect(patient.page.locator("[data-notice]")).to_contain_text("microphone is off.")
        await out
        for one in (therapist, patient):
            assert (await ended(one)).media <= GAP_MS
        await leave(patient)
        await expect(patient.sentence).to_contain_text("keep this page open")
        assert (await patient.figures())["open"] == 0
        await server.start()
        await expect(patient.call).to_be_hidden()
        await expect(therapist.call).to_have_attribute("data-phase", "waiting")
        await expect(therapist.page.get_by_role("heading", level=1)).to_have_text(
            "Jo left the session and may come back"
        )


async def test_who_leaves_while_the_server_is_out_of_reach_has_left(browser: Browser) -> None:
    """Seen and heard no more at once; the clinic is told when its server answers."""
    async with staged() as stage, both(browser, stage) as (therapist, patient):
        await therapist.page.get_by_role("button", name="Admit Jo").click()
        for one in (therapist, patient):
            await one.flows()
        await stage.stop()
        await expect(patient.sentence).to_contain_text("mute and leave still work")
        notice = patient.page.locator("[data-notice]")
        await expect(notice).to_have_text("You hear and see each other.")
        await therapist.press("mute")  # it is told past the server
        await expect(notice).to_have_text("Mara Lind’s microphone is off.")
        await leave(patient)
        await expect(patient.sentence).to_contain_text("You left at")
        await expect(patient.page.locator("[data-control=camera]")).to_be_hidden()
        assert (await patient.figures())["open"] == 0
        assert stage.state == "live"
        await stage.start()
        await expect(patient.page).to_have_url(f"{stage.base}/after")
        assert stage.state == "waiting"


async def leave(side: Side) -> None:
    await side.press("leave")
    await side.page.get_by_role("dialog").get_by_role("button", name="Leave").click()
