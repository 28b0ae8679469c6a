"""Booking from a page of another site: no third-party cookie, the strictest policy, and no request to anybody else."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, FrameLocator, Locator, Page, async_playwright, expect

from server.embed import store
from server.keys import KeyBase
from tests.e2e.ground import running
from tests.e2e.site import Site, site
from tests.engines.chromium import FLAGS
from tests.server.booking.linden import Linden, seed

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio, pytest.mark.timeout(120)]

INLINE = '<a data-parlour="inline" href="{ours}/c/linden">Book a time</a>'
POPUP = '<button data-parlour="popup" data-parlour-href="{ours}/c/linden">Book a time</button>'
FLOAT = '<a data-parlour="float" data-parlour-theme="dark" href="{ours}/c/linden">Book a time</a>'
LINK = '<a href="{ours}/c/linden">Book a time</a>'
EARS = """
for (const name of ['ready', 'height', 'slot-selected', 'booked', 'moved', 'cancelled', 'closed', 'error']) {
  document.addEventListener(`parlour:${name}`, ({ detail }) => {
    document.documentElement.setAttribute(`heard-${name}`, JSON.stringify(detail))
  })
}
"""
KEEPS = """() => {
  try { localStorage.setItem('x', 'x') } catch { return 'nothing' }
  return document.cookie || 'storage'
}"""


@dataclass
class Visitor:
    """Somebody who blocks third-party cookies, and every address their browser asked for."""

    context: BrowserContext
    asked: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    async def open(self, address: str) -> Page:
        page = await self.context.new_page()
        page.on("console", lambda message: self.said.append(message.text) if message.type == "error" else None)
        await page.goto(address)
        return page

    @property
    def origins(self) -> set[str]:
        return {f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, self.asked)}


@dataclass
class Stage:
    linden: Linden
    site: Site
    ours: str


@pytest_asyncio.fixture(scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with running(tmp_path_factory.mktemp("linden")) as house:
        await house.keys.database.run_sync(KeyBase.metadata.create_all)
        linden = await seed(house)
        with site(house.settings.base_url) as made:
            await house.db.unit(lambda db: store.add_origin(db, linden.clinic.id, made.base, None, house.clock()))
            yield Stage(linden, made, house.settings.base_url)


@pytest.fixture
def visiting(chromium_path: Path, tmp_path: Path):
    """`async with visiting() as visitor`: a profile set by hand to block third-party cookies, as people do."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[Visitor]:
        profile = tmp_path / "profile"
        (profile / "Default").mkdir(parents=True)
        blocked = {"profile": {"cookie_controls_mode": 1, "block_third_party_cookies": True}}
        (profile / "Default/Preferences").write_text(json.dumps(blocked))
        async with async_playwright() as playwright:
            context = await playwright.chromium.launch_persistent_context(
                profile, executable_path=chromium_path, args=list(FLAGS), timezone_id="Europe/Lisbon"
            )
            visitor = Visitor(context)
            await context.add_init_script(EARS)
            context.on("request", lambda request: visitor.asked.append(request.url))
            yield visitor
            await context.close()

    return opened


async def fill_in(frame: FrameLocator | Page, time: int) -> None:
    """The free time of this number in the list, and who comes."""
    await frame.locator("label.slot:visible").nth(time).click()
    await frame.get_by_label("Your name").fill("Jo Almeida")
    await frame.get_by_label("Mail or mobile number").fill("jo@example.org")
    await frame.get_by_label("I agree that").check()
    await frame.get_by_role("button", name="Book this time").click()


async def heard(page: Page, name: str) -> dict[str, str]:
    """The newest event of this name, once there is one."""
    html = page.locator("html")
    await expect(html).to_have_attribute(f"heard-{name}", re.compile("{"))
    return dict(json.loads(await html.get_attribute(f"heard-{name}") or ""))


async def booked_in(page: Page, frame: FrameLocator, time: int, stage: Stage) -> None:
    """Books, and looks at what the site heard of it."""
    await fill_in(frame, time)
    await expect(frame.get_by_role("heading", level=1)).to_contain_text("Your place is kept")
    chosen, booked = await heard(page, "slot-selected"), await heard(page, "booked")
    assert set(booked) == {"id", "service", "start", "end"}
    assert booked["start"] == chosen["start"]
    assert booked["service"] == chosen["service"] == str(stage.linden.first.id)
    assert re.fullmatch("[0-9a-f]{20}", booked["id"])
    everything = await page.locator("html").evaluate("one => [...one.attributes].map(at => at.value).join()")
    assert booked["id"] in everything
    assert not re.search(r"almeida|example\.org|mara|samir", everything, re.I)


async def test_books_through_every_form(stage: Stage, visiting) -> None:
    pages = {form: stage.site.put(f"/{n}", code) for n, (form, code) in enumerate(FORMS.items())}
    async with visiting() as visitor:
        page = await visitor.open(pages["inline"])
        assert await page.evaluate("crossOriginIsolated"), "the site asks for COEP"
        inline = page.frame_locator("main iframe")
        await booked_in(page, inline, 3, stage)
        assert await page.frames[1].evaluate(KEEPS) == "nothing", "this browser gives third parties no storage"

        page = await visitor.open(pages["popup"])
        await page.get_by_role("button", name="Book a time").click()
        await booked_in(page, page.frame_locator("dialog iframe"), 2, stage)

        page = await visitor.open(pages["float"])
        await page.get_by_role("link", name="Book a time").click()
        await booked_in(page, page.frame_locator("dialog iframe"), 4, stage)

        assert await visitor.context.cookies() == [], "no cookie in any frame"
        page = await visitor.open(pages["link"])
        await page.get_by_role("link", name="Book a time").click()
        await fill_in(page, 1)
        await expect(page).to_have_url(re.compile("/visit/"))
        assert visitor.origins == {stage.site.base, stage.ours}
        assert visitor.said == []


FORMS = {"inline": INLINE, "popup": POPUP, "float": FLOAT, "link": LINK}


async def test_a_popup_holds_the_focus_and_gives_it_back(stage: Stage, visiting) -> None:
    address = stage.site.put("/focus", POPUP.replace("<button", '<button data-parlour-lang="ar" data-parlour-colr="x"'))
    async with visiting() as visitor:
        page = await visitor.open(address)
        opener = page.get_by_role("button", name="Book a time")
        await expect(opener).to_have_attribute("aria-haspopup", "dialog")
        assert await heard(page, "error") == {"code": "unknown-option", "option": "colr"}
        assert [text for text in visitor.said if 'unknown-option "colr"' in text]
        await opener.focus()
        await page.keyboard.press("Enter")
        frame = page.frame_locator("dialog iframe")
        await expect(frame.locator("html")).to_have_attribute("dir", "rtl")
        await expect(page.get_by_role("dialog", name="Book a time")).to_be_visible()
        await heard(page, "height")
        for _ in range(12):
            await page.keyboard.press("Tab")
            assert await page.evaluate(INSIDE)
        await frame.locator("#name").focus()
        await page.keyboard.press("Escape")
        await expect(page.locator("dialog")).to_be_hidden()
        await heard(page, "closed")
        await expect(opener).to_be_focused()
        await opener.click()
        await page.locator("dialog button").click()
        await expect(opener).to_be_focused()


INSIDE = """() => {
  const one = document.activeElement
  return one === document.body || !!one.shadowRoot?.querySelector('dialog[open]')
}"""


async def test_nobody_else_is_heard(stage: Stage, visiting) -> None:
    """On either side a message counts from one window and one origin alone: with either of them wrong nothing
    changes, with both right the same message does what it says."""
    elsewhere = "https://elsewhere.example"
    async with visiting() as visitor:
        page = await visitor.open(stage.site.put("/others", INLINE))
        frame = page.frame_locator("main iframe")
        await heard(page, "height")
        booked = {"parlour": 1, "type": "booked", "id": "0" * 20}
        for origin, source in ((elsewhere, "iframe"), (stage.ours, "window"), (stage.site.base, "iframe")):
            await page.evaluate(TOLD, [booked, origin, source])
            assert await page.locator("html").get_attribute("heard-booked") is None, (origin, source)
        await page.evaluate(TOLD, [booked, stage.ours, "iframe"])
        assert (await heard(page, "booked"))["id"] == booked["id"]

        start, name = {"parlour": 1, "type": "start", "name": "Eve"}, frame.get_by_label("Your name")
        for origin, source in ((elsewhere, "parent"), (stage.site.base, "window"), (stage.ours, "parent")):
            await frame.locator("html").evaluate(f"(_, said) => ({TOLD})(said)", [start, origin, source])
            await expect(name).to_have_value("")
        await frame.locator("html").evaluate(f"(_, said) => ({TOLD})(said)", [start, stage.site.base, "parent"])
        await expect(name).to_have_value("Eve")


TOLD = """([data, origin, from]) => {
  const source = { iframe: document.querySelector('main iframe')?.contentWindow, parent: window.parent, window }[from]
  dispatchEvent(new MessageEvent('message', { data, origin, source }))
}"""


@pytest.mark.long
async def test_it_is_booked_by_keyboard_alone(stage: Stage, visiting) -> None:
    async with visiting() as visitor:
        page = await visitor.open(stage.site.put("/keys", POPUP))
        await page.get_by_role("button", name="Book a time").focus()
        await page.keyboard.press("Enter")
        frame = page.frame_locator("dialog iframe")
        for label, typed in (("Your name", "Jo Almeida"), ("Mail or mobile number", "jo@example.org")):
            await tab_to(page, frame.get_by_label(label))
            await page.keyboard.type(typed)
        await tab_to(page, frame.get_by_label("I agree that"))
        await page.keyboard.press("Space")
        await tab_to(page, frame.get_by_role("button", name="Book this time"))
        await page.keyboard.press("Enter")
        await expect(frame.get_by_role("heading", level=1)).to_contain_text("Your place is kept")
        await heard(page, "booked")


async def tab_to(page: Page, field: Locator) -> None:
    """Presses Tab until the focus is there; AssertionError when it never comes."""
    for _ in range(60):
        await page.keyboard.press("Tab")
        if await field.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError("the focus never came there")


@pytest.mark.long
async def test_height_follows_and_it_moves_and_cancels(stage: Stage, visiting) -> None:
    async with visiting() as visitor:
        page = await visitor.open(stage.site.put("/follow", INLINE))
        frame = page.frame_locator("main iframe")
        await fill_in(frame, 11)
        await heard(page, "booked")
        await frame.get_by_role("link", name="Move it to another time").click()
        await frame.locator("label.slot:visible").nth(14).click()
        await frame.get_by_role("button", name="Move to this time").click()
        await heard(page, "moved")
        await no_bars(page, frame)
        await frame.get_by_role("link", name="Cancel it").click()
        await frame.get_by_role("button", name="Yes, cancel this time").click()
        await heard(page, "cancelled")
        await no_bars(page, frame)


async def no_bars(page: Page, frame: FrameLocator) -> None:
    """The frame is as tall as what it holds, so nothing in it scrolls."""
    assert await page.evaluate(AS_TALL)
    assert await frame.locator("html").evaluate("one => one.scrollHeight <= one.clientHeight")


AS_TALL = """() => {
  const frame = document.querySelector('main iframe')
  const told = JSON.parse(document.documentElement.getAttribute('heard-height')).height
  return Math.abs(frame.getBoundingClientRect().height - told) < 2 && told > 200
}"""


@pytest.mark.long
async def test_a_site_that_is_not_listed_shows_nothing_and_keeps_its_link(stage: Stage, visiting) -> None:
    other = site(stage.ours)
    with other as stranger:
        async with visiting() as visitor:
            page = await visitor.open(stranger.put("/", INLINE))
            assert await heard(page, "error") == {"code": "not-shown"}
            await expect(page.locator("iframe")).to_have_count(0)
            await expect(page.get_by_role("link", name="Book a time")).to_be_visible()


@pytest.mark.long
async def test_the_waiting_room_opens_in_a_tab_of_its_own_and_no_frame_shows_it(stage: Stage, visiting) -> None:
    room = "{ours}/c/linden/waiting-room"
    visit = f'<a data-parlour="visit" href="{room}">Start video visit</a>'
    async with visiting() as visitor:
        page = await visitor.open(stage.site.put("/visit", f'{visit}<iframe src="{room}"></iframe>', coep=False))
        async with visitor.context.expect_page() as opened:
            await page.get_by_role("link", name="Start video visit").click()
        tab = await opened.value
        await expect(tab).to_have_url(f"{stage.ours}/c/linden/waiting-room")
        assert await tab.evaluate("window.opener") is None
        assert page.frames[1].url.startswith("chrome-error:")
