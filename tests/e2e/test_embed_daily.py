"""One browser through what an embed has to keep every day: two in one narrow page, the second below the fold, by
keyboard, moved and cancelled; nothing for a site that is not listed, and no waiting room in a frame.
"""

import re

import pytest
from playwright.async_api import Frame, Page, expect

from tests.e2e.site import site
from tests.e2e.test_embed import INLINE, Stage, heard, stage, tab_to, visiting  # noqa: F401 - fixtures

pytestmark = [pytest.mark.e2e, pytest.mark.pages, pytest.mark.asyncio, pytest.mark.timeout(90)]
BELOW = "<br>" * 80
NARROW = {"width": 640, "height": 700}  # a column of 40rem
WIDE = {"width": 1280, "height": 800}
FITS = """async () => {
  const { clientHeight, scrollHeight, clientWidth, scrollWidth } = document.documentElement
  return clientHeight > 200 && scrollHeight <= clientHeight && scrollWidth <= clientWidth
}"""


async def fits(frame: Frame) -> None:
    """What it holds is seen whole: no bar of its own, either way."""
    await frame.wait_for_function(FITS)


async def frames_of(page: Page) -> list[Frame]:
    frames = page.locator("main iframe")
    await expect(frames).to_have_count(2)
    found = [await (await frames.nth(number).element_handle()).content_frame() for number in (0, 1)]
    return [frame for frame in found if frame]


async def test_two_in_one_page_by_keyboard_and_nothing_for_a_stranger(stage: Stage, visiting) -> None:  # noqa: F811
    async with visiting() as visitor:
        page = await visitor.open(stage.site.put("/two", f"{INLINE}{BELOW}{INLINE}"))
        await page.set_viewport_size(NARROW)
        first, second = await frames_of(page)
        for frame in (first, second):
            await fits(frame)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")

        await page.set_viewport_size(WIDE)
        await page.reload()
        first, second = await frames_of(page)
        await second.locator("label.slot:visible input").nth(11).focus()  # late enough to be moved
        await page.keyboard.press("Space")
        await tab_to(page, second.get_by_label("Your name"))
        await page.keyboard.type("Jo Almeida")
        await tab_to(page, second.get_by_label("Mail or mobile number"))
        await page.keyboard.type("jo@example.org")
        await tab_to(page, second.get_by_label("I agree that"))
        await page.keyboard.press("Space")
        await tab_to(page, second.get_by_role("button", name="Book this time"))
        await page.keyboard.press("Enter")
        await heard(page, "booked")
        _first, second = await frames_of(page)
        await fits(second)
        await expect(first.get_by_label("Your name")).to_have_value("")
        await second.get_by_role("link", name="Move it to another time").click()
        await second.locator("label.slot:visible").nth(14).click()
        await second.get_by_role("button", name="Move to this time").click()
        await heard(page, "moved")
        await second.get_by_role("link", name="Cancel it").click()
        await second.get_by_role("button", name="Yes, cancel this time").click()
        await heard(page, "cancelled")
        await page.set_viewport_size(NARROW)
        await fits(second)

        with site(stage.ours) as stranger:
            other = await visitor.open(stranger.put("/", INLINE))
            assert await heard(other, "error") == {"code": "not-shown"}
            await expect(other.locator("iframe")).to_have_count(0)
            await expect(other.get_by_role("link", name="Book a time")).to_be_visible()
        shut = '<iframe src="{ours}/c/linden/waiting-room"></iframe>'
        room = await visitor.open(stage.site.put("/room", shut, coep=False))
        await room.frames[1].wait_for_url(
            "chrome-error:**"
        )  # the browser's own page: what may not be framed is not shown


async def test_afterwards_it_goes_on_with_an_opaque_id_alone(stage: Stage, visiting) -> None:  # noqa: F811
    code = INLINE.replace(
        "<a", '<a data-parlour-redirect="/thanks" data-parlour-name="Jo Almeida" data-parlour-contact="jo@example.org"'
    )
    stage.site.put("/thanks", "<p>Thank you</p>")
    async with visiting() as visitor:
        page = await visitor.open(stage.site.put("/onward", code))
        frame = page.frame_locator("main iframe")
        await expect(frame.get_by_label("Your name")).to_have_value("Jo Almeida")
        assert not [address for address in visitor.asked if "almeida" in address.lower()], "who comes is in no address"
        await frame.get_by_label("I agree that").check()
        await frame.get_by_role("button", name="Book this time").click()
        await frame.get_by_role("button", name="I have kept my link, go on").click()
        await page.wait_for_url(re.compile(r"/thanks\?booking=[0-9a-f]{20}$"))


async def test_a_button_that_is_no_link_opens_the_waiting_room_in_a_tab_of_its_own(
    stage: Stage,  # noqa: F811
    visiting,  # noqa: F811
) -> None:
    room = f"{stage.ours}/c/linden/waiting-room"
    code = (
        '<button data-parlour="visit" data-parlour-href="{ours}/c/linden/waiting-room">Start</button>'
        '<span data-parlour="visit" data-parlour-href="{ours}/c/linden/waiting-room">Begin</span>'
        '<button id="later">Later</button>'
    )
    lost = '<button data-parlour="visit">Nowhere</button>'
    async with visiting() as visitor:
        page = await visitor.open(stage.site.put("/buttons", code))
        await page.evaluate("href => Parlour('visit', { element: '#later', href })", room)
        for name, key in (("Start", ""), ("Begin", "Enter"), ("Later", "")):
            button = page.get_by_role("button", name=name)
            async with visitor.context.expect_page() as opened:
                await (button.press(key) if key else button.click())
            tab = await opened.value
            await expect(tab).to_have_url(room)
            assert await tab.evaluate("opener") is None
            await tab.close()
        assert visitor.said == []
        page = await visitor.open(stage.site.put("/nowhere", code + lost))
        assert await heard(page, "error") == {"code": "no-address", "option": "href"}
        assert any('no-address "href"' in text for text in visitor.said)


@pytest.mark.parametrize("form", ["popup", "float"])
async def test_an_address_that_is_no_booking_page_is_told_at_once_and_stays_a_link(
    stage: Stage,  # noqa: F811
    visiting,  # noqa: F811
    form: str,
) -> None:
    async with visiting() as visitor:
        page = await visitor.open(
            stage.site.put(f"/astray-{form}", f'<a data-parlour="{form}" href="{{ours}}/staff/sign-in">Book</a>')
        )
        assert await heard(page, "error") == {"code": "no-address", "option": "href"}
        link = page.get_by_role("link", name="Book")
        assert await link.get_attribute("aria-haspopup") is None
        await link.click()
        await expect(page).to_have_url(f"{stage.ours}/staff/sign-in")
