"""The whole check in a real Chromium against a real clinic, its media worker, and a real relay."""

import json
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.engines.children import until_true
from tests.engines.parlour import Parlour, StartParlour
from tests.engines.turn import Relay

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio]


@dataclass
class Checked:
    """A patient's page of the check, and what it told the server."""

    page: Page
    links: dict[str, str]
    told: list[dict[str, Any]] = field(default_factory=list)

    async def go(self, *, devices: bool = True) -> dict[str, Any]:
        """Walks through the check and gives the figures."""
        if devices:
            await self.page.get_by_role("button", name="Open the microphone").click()
            await expect(self.page.locator("[data-say=mic]")).to_contain_text("Good level")
            await self.page.get_by_role("button", name="Continue").click()
            await self.page.get_by_role("button", name="Play two tones").click()
            await self.page.get_by_role("button", name="I heard two tones").click()
            await self.page.get_by_role("button", name="Open the camera").click()
            await expect(self.page.locator("[data-say=camera]")).to_contain_text("well lit")
            await self.page.get_by_role("button", name="Continue").click()
        else:
            for step in ("microphone", "tones", "camera"):
                await self.page.get_by_role("button", name=f"Go on without the {step}").click()
        await expect(self.page.locator("[data-found]")).to_be_focused(timeout=50000)
        return self.told[-1]


def said(server: Parlour) -> dict[str, str]:
    lines = [line for line in server.log().splitlines() if line.startswith("{") and line.endswith("}")]
    return dict(json.loads(lines[-1])) if lines else {}


@asynccontextmanager
async def at_the_check(context: BrowserContext, server: Parlour) -> AsyncIterator[Checked]:
    await until_true(lambda: bool(said(server)))
    page = await context.new_page()
    checked = Checked(page, said(server))
    page.on("request", lambda one: checked.told.append(one.post_data_json) if one.url.endswith("/result") else None)
    await page.goto(checked.links["patient"])
    await page.goto(f"{page.url}/check")
    yield checked
    await page.close()


async def test_a_good_line_is_measured_and_told_to_both(
    browser: Browser, browser_context: BrowserContext, parlour_server: StartParlour
) -> None:
    server = await parlour_server("demo", "--json")
    async with at_the_check(browser_context, server) as checked:
        found = await checked.go()
        assert (found["way"], found["relay"], found["mic"], found["camera"]) == ("direct", "absent", "open", "open")
        assert found["frames"] > 10, "the picture came back"
        assert found["loss"] <= 0.02
        assert 0 <= found["rtt_ms"] < 300
        assert 0 <= found["jitter_ms"] < 200
        assert min(found["up_kbps"], found["down_kbps"]) > 600
        assert found["connect_ms"] < 5000
        await expect(checked.page.locator("[data-verdict]")).to_contain_text("Your therapist sees these words")
        visit = checked.page.url.split("/")[-2]
        await checked.page.reload()
        await expect(checked.page.locator("[data-found]")).to_be_visible()
        desk = await browser.new_context()
        therapist = await desk.new_page()
        await therapist.goto(checked.links["therapist"])
        await therapist.goto(f"{server.base}/staff/visit/{visit}")
        await expect(therapist.locator("main")).to_contain_text("sound good, video good.")
        await desk.close()


async def test_without_any_device_the_line_is_measured_all_the_same(
    browser_context: BrowserContext, parlour_server: StartParlour
) -> None:
    server = await parlour_server("demo", "--json")
    async with at_the_check(browser_context, server) as checked:
        found = await checked.go(devices=False)
        assert (found["way"], found["mic"], found["camera"]) == ("direct", "skipped", "skipped")
        assert found["loss"] <= 0.02
        assert found["up_kbps"] > 600
        assert found["frames"] == 0


async def test_the_relay_is_tried_and_found_to_work(
    browser_context: BrowserContext, parlour_server: StartParlour, coturn: Relay
) -> None:
    server = await parlour_server("demo", "--json", TURN_URLS=",".join(coturn.urls), TURN_SECRET=coturn.secret)
    async with at_the_check(browser_context, server) as checked:
        found = await checked.go(devices=False)
        assert found["relay"] == "works"
        assert found["way"] in {"direct", "relay"}


async def test_a_relay_that_refuses_us_is_found_out(
    browser_context: BrowserContext, parlour_server: StartParlour, coturn: Relay
) -> None:
    server = await parlour_server(
        "demo", "--json", TURN_URLS=coturn.urls[0], TURN_SECRET="another secret, as long as any is"
    )
    async with at_the_check(browser_context, server) as checked:
        found = await checked.go(devices=False)
        assert (found["way"], found["relay"]) == ("direct", "blocked")


async def test_somebody_elses_check_is_refused_by_the_running_program(
    browser_context: BrowserContext, parlour_server: StartParlour
) -> None:
    server = await parlour_server("demo", "--json")
    async with at_the_check(browser_context, server) as checked, httpx2.AsyncClient(trust_env=False) as stranger:
        for path in ("network", "offer", "result"):
            headers = {"origin": server.base, "sec-fetch-site": "same-origin"}
            answer = await stranger.post(f"{checked.page.url}/{path}", json={}, headers=headers)
            assert answer.status_code == 404


def workers(server: Parlour) -> list[int]:
    """Media workers that this server runs now."""
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    return [int(pid) for pid in children if b"signaling.media.child" in Path(f"/proc/{pid}/cmdline").read_bytes()]


async def test_the_worker_comes_with_the_first_check_survives_a_kill_and_goes_with_the_server(
    browser_context: BrowserContext, parlour_server: StartParlour
) -> None:
    server = await parlour_server("demo", "--json")
    async with at_the_check(browser_context, server) as checked:
        assert workers(server) == []
        await checked.go(devices=False)
        (first,) = workers(server)
        os.kill(first, signal.SIGKILL)
        await checked.page.get_by_role("button", name="Check again").click()
        again = await checked.go(devices=False)
        assert again["way"] == "direct"
        (second,) = workers(server)
        assert second != first
    assert await server.stop() == 0
    await until_true(lambda: not Path(f"/proc/{second}").exists())
