"""The check before a session on a bad network: its figures are those of the network, and its words follow them."""

import json
from typing import Any

import pytest
from playwright.async_api import expect

from tests.engines.children import until_true
from tests.engines.parlour import StartParlour
from tests.net.link import Profile
from tests.net.network import Network, network

pytestmark = [pytest.mark.asyncio, pytest.mark.long, pytest.mark.timeout(300)]


async def checked(net: Network, base: str, link: str) -> tuple[dict[str, Any], str]:
    """Figures and advice of a check by somebody at the other end of this network, without any device."""
    told: list[dict[str, Any]] = []
    async with net.browser("a", base) as browser:
        page = await browser.new_page()
        page.on("request", lambda one: told.append(one.post_data_json) if one.url.endswith("/result") else None)
        await page.goto(link)
        await page.goto(f"{page.url}/check")
        await page.get_by_role("button", name="Open the microphone").click()
        await page.get_by_role("button", name="Continue").click()
        for step in ("tones", "camera"):
            await page.get_by_role("button", name=f"Go on without the {step}").click()
        await expect(page.locator("[data-found]")).to_be_focused(timeout=60000)
        return told[-1], await page.locator("[data-verdict]").inner_text()


@pytest.mark.parametrize(
    ("profile", "name", "least", "most", "words"),
    [
        # The last report of the other end is up to a second old, so what was lost since is not counted yet.
        (Profile(loss=0.25), "loss", 0.12, 0.35, "closer to your router"),
        (Profile(delay=400), "rtt_ms", 400, 600, "turn it off for the session"),
        # The best half second also holds what waited in the queue before it.
        (Profile(rate=200), "up_kbps", 40, 400, ""),
    ],
)
async def test_what_is_measured_is_what_was_made(
    parlour_server: StartParlour, profile: Profile, name: str, least: float, most: float, words: str
) -> None:
    async with network(seed=11) as net:
        server = await parlour_server("demo", "--json", HOST="0.0.0.0")
        await until_true(lambda: any(line.startswith("{") for line in server.log().splitlines()))
        said = next(line for line in server.log().splitlines() if line.startswith("{"))
        base = server.base.replace("localhost", net.host)
        await net.bad(profile, "a")
        found, verdict = await checked(net, base, json.loads(said)["patient"].replace("localhost", net.host))
        assert found["way"] == "direct"
        assert least <= found[name] <= most
        assert words in verdict
