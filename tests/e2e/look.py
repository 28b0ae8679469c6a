"""Opens the pages of the catalogue the way their visitors do: one profile for each person, on one still clock."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from string import Formatter
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, Page, Response

from tests.e2e.calls import face_of
from tests.e2e.ground import Ground
from tests.e2e.pages import Shown
from tests.e2e.people import NOW
from tests.e2e.sides import WATCH
from tests.engines.chromium import DEAF

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}
PLAIN = {"color_scheme": "light", "reduced_motion": "no-preference"}  # as in a tab of its own
OURS = ("blob:", "data:", "about:")


@dataclass
class Sight:
    """A page that is open, and everything it complained about."""

    page: Page
    shown: Shown
    answer: Response
    complaints: list[str] = field(default_factory=list)


@dataclass
class Tab:
    """A tab that looks at one page after the other. What the page of now does wrong is kept for this page alone."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    answers: list[Response] = field(default_factory=list)
    status: int = 200
    hosts: set[str] = field(default_factory=set)

    def turn_to(self, status: int) -> None:
        self.status, self.complaints, self.answers, self.hosts = status, [], [], set()

    async def leave(self) -> None:
        """What the page kept for its tab goes with it, as with a tab that is closed."""
        await self.page.evaluate("sessionStorage.clear()")
        await self.page.goto("about:blank")


@dataclass
class Eyes:
    """Profiles that are kept from page to page, with the cookies of a person and nothing else at each beginning."""

    browser: Browser
    ground: Ground
    profiles: dict[tuple[str, str], BrowserContext] = field(default_factory=dict)
    tabs: dict[tuple[str, str], Tab] = field(default_factory=dict)

    async def profile(self, shown: Shown, lang: str) -> BrowserContext:
        key = (shown.who, shown.zone)
        if key not in self.profiles:
            context = await self.browser.new_context(
                permissions=["camera", "microphone"], locale="en-GB", timezone_id=shown.zone, viewport=PHONE
            )
            await context.add_init_script(WATCH + DEAF + face_of(self.ground))
            self.profiles[key] = context
        context = self.profiles[key]
        await context.clock.set_fixed_time(NOW)
        await context.clear_cookies()
        base = self.ground.base
        await context.add_cookies(self.ground.cookies.get(shown.who, []))
        if lang != "en":
            await context.add_cookies([{"name": "lang", "value": lang, "url": base}])
        return context

    async def tab(self, shown: Shown, context: BrowserContext, media: dict[str, str]) -> Tab:
        """A tab of its own for a page at which somebody acts; else one for many, since opening one takes longest."""
        key = (shown.who, shown.zone)
        tab = None if shown.steps else self.tabs.pop(key, None)
        if tab is None:
            tab = Tab(await context.new_page())
            listen(tab)
        else:
            await tab.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        tab.turn_to(shown.status)
        await tab.page.emulate_media(**PLAIN | media)  # type: ignore[arg-type]
        return tab

    @asynccontextmanager
    async def look(self, shown: Shown, lang: str = "en", **media: str) -> AsyncIterator[Sight]:
        """The page after its steps; `media` as in `emulate_media`."""
        await self.ground.as_before()
        tab = await self.tab(shown, await self.profile(shown, lang), media)
        page, other = tab.page, None
        path = shown.path.format_map(self.ground.paths)
        if lang != "en" and path.startswith("/embed/"):  # a frame has no cookie: its address carries what it remembers
            path += f"{'&' if '?' in path else '?'}lang={lang}"
        lent = {key for _, key, _, _ in Formatter().parse(shown.path) if key} if shown.steps else set()
        self.ground.lent |= lent
        try:
            await page.goto(path if path.startswith("http") else self.ground.base + path)
            other = await shown.steps(page, self.ground) if shown.steps else None
            await page.evaluate("document.fonts.ready.then(() => true)")
            yield Sight(page, shown, tab.answers[-1], tab.complaints)
        finally:
            self.ground.lent -= lent
            await self.put_away(tab, shown)
            if other:
                await other.close()

    async def put_away(self, tab: Tab, shown: Shown) -> None:
        key = (shown.who, shown.zone)
        if shown.steps or key in self.tabs:
            await tab.page.close()
        else:
            await tab.leave()
            self.tabs[key] = tab

    async def close(self) -> None:
        for context in self.profiles.values():
            await context.close()


KEPT_SILENT = "The AudioContext was not allowed to start"
"""What Chromium notes where nobody pressed anything yet; the page itself says so to its reader."""


def listen(tab: Tab) -> None:
    """Keeps what a page does wrong without a word to its visitor, and every answer that was a page."""

    def asked(url: str) -> None:
        if url.startswith(OURS):
            return
        tab.hosts.add(urlsplit(url).netloc)
        if len(tab.hosts) > 1:
            tab.complaints.append(f"asks another host: {url}")

    def said(kind: str, text: str) -> None:
        expected = (f"the server responded with a status of {tab.status}", KEPT_SILENT)
        if kind in {"error", "warning"} and not any(words in text for words in expected):
            tab.complaints.append(f"{kind}: {text}")

    def answered(response: Response) -> None:
        if response.request.is_navigation_request() and not 300 <= response.status < 400:
            tab.answers.append(response)

    page = tab.page
    page.on("request", lambda request: asked(request.url))
    page.on("console", lambda message: said(message.type, message.text))
    page.on("pageerror", lambda error: tab.complaints.append(error.stack or error.message))
    page.on("response", answered)
