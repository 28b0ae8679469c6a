"""The first visit, whole: from an empty folder through set-up, booking, mail, check, wait and meeting to after."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from icalendar import Calendar
from playwright.async_api import Browser, Page, expect
from playwright.async_api import TimeoutError as NotInTime

from tests.e2e import walk
from tests.e2e.sides import WATCH, Side

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio, pytest.mark.timeout(240)]

NO_WORDS = ("therap", "session", "counsel", "psych", "mara")


@asynccontextmanager
async def person(browser: Browser, **options: object) -> AsyncIterator[Page]:
    """A browser profile of somebody's own; fails when a page breaks its policy or throws, or calls another host."""
    given = {"permissions": ["camera", "microphone"], "timezone_id": "Europe/Lisbon"} | options
    context = await browser.new_context(**given)
    await context.add_init_script(WATCH)
    page = await context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(error.stack or error.message))
    page.on("console", lambda said: problems.append(said.text) if "Content Security" in said.text else None)
    page.on("request", lambda request: problems.append(request.url) if _foreign(request.url) else None)
    try:
        yield page
        assert not problems
    finally:
        await context.close()


def _foreign(url: str) -> bool:
    return not url.startswith(("http://127.0.0.1:", "http://localhost:", "blob:", "data:"))


async def test_book_wait_meet_and_after(browser, parlour_server) -> None:
    server = await parlour_server()
    async with person(browser) as desk, person(browser, viewport={"width": 390, "height": 844}) as phone:
        mara = await walk.set_up(desk, server.setup_link())
        await walk.enrol_app(desk, mara, server.base)
        await walk.near_times(desk, server.base)
        await walk.book(phone, f"{server.base}/c/linden-practice")
        await both_get_a_mail(server)
        (mail,) = await walk.mails(server.data, "patients")
        await phone.context.clear_cookies()
        await phone.goto(walk.link_in(mail))
        await check_devices(phone)
        await walk.come_in(phone)
        await meet(desk, phone, server)


RELAY_ALONE = """
globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(given) { super({ ...given, iceTransportPolicy: 'relay' }) }
}
"""
PAIRS = """async () => {
  const kinds = []
  for (const one of connections.filter((each) => each.connectionState === 'connected')) {
    const stats = await one.getStats()
    for (const stat of stats.values()) {
      if (stat.type !== 'candidate-pair' || !stat.nominated) continue
      kinds.push(stats.get(stat.localCandidateId).candidateType, stats.get(stat.remoteCandidateId).candidateType)
    }
  }
  return kinds
}"""


async def test_two_who_reach_each_other_through_the_relay_alone(browser, parlour_server, coturn) -> None:
    server = await parlour_server(TURN_URLS=",".join(coturn.urls), TURN_SECRET=coturn.secret)
    async with person(browser) as desk, person(browser, viewport={"width": 390, "height": 844}) as phone:
        for page in (desk, phone):
            await page.context.add_init_script(RELAY_ALONE)
        mara = await walk.set_up(desk, server.setup_link())
        await walk.enrol_app(desk, mara, server.base)
        await walk.near_times(desk, server.base)
        await walk.book(phone, f"{server.base}/c/linden-practice")
        await walk.come_in(phone)
        await desk.goto(f"{server.base}/staff/visit/{phone.url.rsplit('/', 1)[-1]}")
        for page in (desk, phone):
            await open_devices(page)
        await desk.get_by_role("button", name="Let in").click()
        for page in (phone, desk):
            await Side(page).flows()
            assert set(await page.evaluate(PAIRS)) == {"relay"}
        await end_it(desk, phone)


async def both_get_a_mail(server) -> None:
    (to_patient,) = await walk.mails(server.data, "patients")
    (to_staff,) = await walk.mails(server.data, "staff")
    for mail in (to_patient, to_staff):
        head = f"{mail['Subject']} {mail['From']}".lower()
        assert not [word for word in NO_WORDS if word in head], head
        event = Calendar.from_ical(walk.calendar_of(mail)).walk("VEVENT")[0]
        assert event["SEQUENCE"] == 0
    assert "text/html" in [part.get_content_type() for part in to_patient.walk()]


async def check_devices(phone: Page) -> None:
    await phone.get_by_role("link", name="Check camera and sound").first.click()
    await phone.get_by_role("button", name="Open the microphone").click()
    await phone.get_by_role("button", name="Continue").click()
    await phone.get_by_role("button", name="Play two tones").click()
    await phone.get_by_role("button", name="I heard two tones").click()
    await phone.get_by_role("button", name="Open the camera").click()
    await expect(phone.get_by_role("heading", name="We hear you, and we see you")).to_be_visible()
    await phone.get_by_role("button", name="Continue").click()
    await expect(phone.locator("[data-found]")).to_be_focused(timeout=50_000)


async def meet(desk: Page, phone: Page, server) -> None:
    visit = phone.url.rsplit("/", 1)[-1]
    await desk.goto(f"{server.base}/staff")
    await expect(desk.locator(".waiter", has_text="Jo Almeida")).to_be_visible()
    await expect(phone.get_by_role("heading", name="Mara knows you are here")).to_be_visible()
    await desk.goto(f"{server.base}/staff/visit/{visit}")
    await expect(desk.get_by_text("Rua da Rosa 12").first).to_be_visible()
    therapist, patient = Side(desk), Side(phone)
    await open_devices(desk)
    await open_devices(phone)
    assert (await patient.figures())["made"] == 0, "no connection exists before the click"
    await desk.get_by_role("button", name="Let in").click()
    await patient.flows()
    await therapist.flows()
    await phone.reload()
    await patient.flows()
    await therapist.flows()
    await server.kill9()
    await therapist.grows("frames", "energy")
    await server.restart()
    await patient.flows()
    await end_it(desk, phone)


async def open_devices(page: Page) -> None:
    """Presses the button, unless the page opens what was open before by itself in this moment."""
    with suppress(NotInTime):
        await page.get_by_role("button", name="Open camera and microphone").click(timeout=3000)
    await expect(page.locator("[data-ready-words]")).to_contain_text("are open", timeout=20_000)


async def end_it(desk: Page, phone: Page) -> None:
    await desk.locator("[data-control=end]").or_(desk.locator("[data-control=leave]")).first.click()
    await desk.get_by_role("dialog").get_by_role("button").first.click()
    await expect(phone.get_by_role("heading", level=1)).to_contain_text("Thank you")
    await expect(desk.get_by_role("heading", name="How did it go?")).to_be_visible()
    await desk.get_by_role("button", name="Keep it").click()
    await expect(desk.get_by_text("Noted: attended.")).to_be_visible()
