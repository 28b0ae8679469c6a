"""Opens the pages of the catalogue the way their visitors do: one profile for each person, on one still clock."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, Page, Response

from tests.e2e.calls import face_of
from tests.e2e.ground import Ground
from tests.e2e.pages import Shown
from tests.e2e.people import NOW
from tests.e2e.sides import WATCH

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}
OURS = ("blob:", "data:", "about:")


@dataclass
class Sight:
    """A page that is open, and everything it complained about."""

    page: Page
    shown: Shown
    answer: Response
    complaints: list[str] = field(default_factory=list)


@dataclass
class Eyes:
    """Profiles that are kept from page to page, with the cookies of a person and nothing else at each beginning."""

    browser: Browser
    ground: Ground
    profiles: dict[tuple[str, str], BrowserContext] = field(default_factory=dict)

    async def profile(self, shown: Shown, lang: str) -> BrowserContext:
        key = (shown.who, shown.zone)
        if key not in self.profiles:
            context = await self.browser.new_context(
                permissions=["camera", "microphone"], locale="en-GB", timezone_id=shown.zone, viewport=PHONE
            )
            await context.add_init_script(WATCH + face_of(self.ground))
            self.profiles[key] = context
        context = self.profiles[key]
        await context.clock.set_fixed_time(NOW)
        await context.clear_cookies()
        base = self.ground.base
        await context.add_cookies(self.ground.cookies.get(shown.who, []))
        if lang != "en":
            await context.add_cookies([{"name": "lang", "value": lang, "url": base}])
        return context

    @asynccontextmanager
    async def look(self, shown: Shown, lang: str = "en", **media: str) -> AsyncIterator[Sight]:
        """The page after its steps; `media` as in `emulate_media`."""
        await self.ground.as_before()
        context = await self.profile(shown, lang)
        page = await context.new_page()
        complaints: list[str] = []
        answers: list[Response] = []
        listen(page, shown.status, complaints, answers)
        if media:
            await page.emulate_media(**media)  # type: ignore[arg-type]
        path = shown.path.format_map(self.ground.paths)
        await page.goto(path if path.startswith("http") else self.ground.base + path)
        other = await shown.steps(page, self.ground) if shown.steps else None
        await page.evaluate("document.fonts.ready.then(() => true)")
        try:
            yield Sight(page, shown, answers[-1], complaints)
        finally:
            await page.close()
            if other:
                await other.close()

    async def close(self) -> None:
        for context in self.profiles.values():
            await context.close()


def listen(page: Page, status: int, complaints: list[str], answers: list[Response]) -> None:
    """Keeps what a page does wrong without a word to its visitor, and every answer that was a page."""
    expected = f"the server responded with a status of {status}"
    hosts: set[str] = set()

    def asked(url: str) -> None:
        if url.startswith(OURS):
            return
        hosts.add(urlsplit(url).netloc)
        if len(hosts) > 1:
            complaints.append(f"asks another host: {url}")

    def said(kind: str, text: str) -> None:
        if kind in {"error", "warning"} and expected not in text:
            complaints.append(f"{kind}: {text}")

    def answered(response: Response) -> None:
        if response.request.is_navigation_request() and not 300 <= response.status < 400:
            answers.append(response)

    page.on("request", lambda request: asked(request.url))
    page.on("console", lambda message: said(message.type, message.text))
    page.on("pageerror", lambda error: complaints.append(error.stack or error.message))
    page.on("response", answered)
