"""One person's browser in a call: the page, and what its connections count."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, Locator, Page, expect

from tests.e2e.stage import Stage

# Keeps every connection that a page makes, so that a test can ask it for its figures.
WATCH = """
globalThis.connections = []
globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...given) { super(...given); globalThis.connections.push(this) }
}
globalThis.figures = async () => {
  const open = connections.filter((one) => one.connectionState !== 'closed')
  const found = { frames: 0, energy: 0, made: connections.length, open: open.length }
  for (const one of open) {
    for (const stat of (await one.getStats()).values()) {
      if (stat.type !== 'inbound-rtp') continue
      found.frames += stat.framesDecoded ?? 0
      found.energy += stat.totalAudioEnergy ?? 0
    }
  }
  return found
}
"""
PATHS = """async () => {
  const found = []
  for (const one of connections) {
    const stats = await one.getStats()
    for (const stat of stats.values()) {
      if (stat.type === 'local-candidate' || stat.type === 'remote-candidate') found.push(stat.candidateType)
    }
  }
  return [...new Set(found)].sort()
}"""
GROWS = """async (names) => {
  const before = await figures()
  for (const end = performance.now() + 10000; performance.now() < end;) {
    const now = await figures()
    if (names.every((name) => now[name] > before[name])) return 'yes'
    await new Promise((done) => setTimeout(done, 50))
  }
  return JSON.stringify(await figures())
}"""


@dataclass
class Side:
    """`sent`: every frame that the page has sent on its sockets, where it was opened here."""

    page: Page
    sent: list[str] = field(default_factory=list)

    @property
    def call(self) -> Locator:
        return self.page.locator("#call")

    @property
    def sentence(self) -> Locator:
        return self.page.locator("[data-sentence]")

    async def figures(self) -> dict[str, Any]:
        found: dict[str, Any] = await self.page.evaluate("figures()")
        return found

    async def paths(self) -> list[str]:
        """Kinds of candidates that either side has shown this page: host, srflx, prflx, relay."""
        found: list[str] = await self.page.evaluate(PATHS)
        return found

    async def grows(self, *names: str) -> None:
        """Returns when each of these figures is above what it was when asked."""
        assert await self.page.evaluate(GROWS, list(names)) == "yes"

    async def plays(self, selector: str) -> None:
        """Returns when this video shows another frame."""
        await self.page.locator(selector).evaluate("(at) => new Promise((done) => at.requestVideoFrameCallback(done))")

    async def press(self, control: str) -> None:
        await self.page.locator(f"[data-control={control}]").click()

    async def only_one_open(self) -> None:
        """Returns when this page holds one connection and no more."""
        await self.page.wait_for_function(
            "() => connections.filter((one) => one.connectionState !== 'closed').length === 1"
        )

    async def flows(self) -> None:
        """Returns when the other side is seen and heard."""
        await expect(self.call).to_have_attribute("data-media", "flowing")
        await self.grows("frames", "energy")


@asynccontextmanager
async def side(browser: Browser, stage: Stage, role: str, *scripts: str, **options: Any) -> AsyncIterator[Side]:
    """The page of this role in a profile of its own; fails when the page breaks or the policy stops something."""
    given = {"permissions": ["camera", "microphone"], "viewport": {"width": 1280, "height": 800}} | options
    context = await browser.new_context(**given)
    for script in (WATCH, *scripts):
        await context.add_init_script(script)
    page = await context.new_page()
    one, problems = Side(page), list[str]()
    page.on("websocket", lambda opened: opened.on("framesent", lambda frame: one.sent.append(str(frame))))
    page.on("pageerror", lambda error: problems.append(error.stack or error.message))
    page.on("console", lambda said: problems.append(said.text) if "Content Security" in said.text else None)
    await page.goto(f"{stage.base}/{role}")
    try:
        yield one
        assert not problems, problems
    finally:
        await context.close()


@asynccontextmanager
async def both(browser: Browser, stage: Stage, *scripts: str, **options: Any) -> AsyncIterator[tuple[Side, Side]]:
    """Therapist and patient with open devices, nobody admitted yet."""
    async with (
        side(browser, stage, "therapist", *scripts, **options) as therapist,
        side(browser, stage, "patient", *scripts) as patient,
    ):
        await patient.page.get_by_role("button", name="Open camera and microphone").click()
        for one in (therapist, patient):
            await expect(one.page.locator("[data-ready-words]")).to_contain_text("are open")
        yield therapist, patient
