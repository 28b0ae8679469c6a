"""What each may choose in a call: whether they see themselves, and which devices are used; the choice is remembered."""

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.test_call_stage import in_call

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio]
USED = "() => connections.at(-1).getSenders().find((one) => one.track?.kind === 'audio').track.getSettings().deviceId"
HUSHED = USED.replace("deviceId", "noiseSuppression")
LONG = "Maximiliane-Eleonora Charlotte von Weidenfeller-Grünwald zu Hohenstein-Schillingsfürst"


@pytest.mark.long
async def test_a_long_name_makes_room_for_the_clock_and_the_lock(browser: Browser) -> None:
    async with in_call(browser) as (_, therapist, _patient):
        page = therapist.page
        await page.locator("[data-name]").evaluate("(at, name) => { at.textContent = name }", LONG)
        for width in (1440, 1280, 1000):
            await page.set_viewport_size({"width": width, "height": 800})
            boxes = [await page.locator(f"[data-{name}]").bounding_box() for name in ("name", "elapsed", "badge")]
            edges = [edge for box in boxes if box for edge in (box["x"], box["x"] + box["width"])]
            assert edges == sorted(edges), f"{width} px: {edges}"
            assert await page.locator("[data-elapsed]").evaluate("at => at.scrollWidth <= at.clientWidth")


async def test_who_does_not_want_to_see_themselves_is_asked_once(browser: Browser) -> None:
    async with in_call(browser) as (_, therapist, patient):
        own = patient.page.locator("[data-self]")
        await expect(own).to_be_visible()
        await patient.press("more")
        await patient.page.locator("[data-more] [data-act=self-view]").click()
        await expect(own).to_be_hidden()
        await therapist.grows("frames")
        await patient.page.reload()
        await patient.flows()
        await expect(own).to_be_hidden()


async def test_another_microphone_and_noise_let_through_need_no_new_connection(browser: Browser) -> None:
    async with in_call(browser) as (_, therapist, patient):
        before = await patient.page.evaluate(USED)
        await patient.press("more")
        field = patient.page.locator("[data-more] [data-devices=mic] select")
        await expect(field).to_have_value(before)
        offered = await field.locator("option").evaluate_all("(all) => all.map((one) => one.value)")
        other = next(one for one in offered if one not in {before, "default"})
        await field.select_option(other)
        await patient.page.wait_for_function(f"() => ({USED})() === {other!r}")
        assert await patient.page.evaluate(HUSHED) is True
        await patient.page.locator("[data-more] [data-act=hush]").click()
        await patient.page.wait_for_function(f"() => !({HUSHED})()")
        await therapist.grows("energy")
        assert (await patient.figures())["made"] == 1
        await patient.page.reload()
        await patient.flows()
        assert await patient.page.evaluate(USED) == other
        assert await patient.page.evaluate(HUSHED) is False


async def test_the_keys_are_listed_on_a_key_press_buttons_and_can_be_turned_off(browser: Browser) -> None:
    async with in_call(browser) as (_, therapist, patient):
        page = patient.page
        await page.locator("[data-name]").press("?")
        sheet = page.get_by_role("dialog", name="Keys on the keyboard")
        await expect(sheet).to_contain_text("Microphone off and on")
        await page.keyboard.press("m")
        await expect(sheet.get_by_role("button", name="Turn these keys off")).to_be_visible()
        await page.keyboard.press("Escape")
        await page.keyboard.press("v")
        await expect(therapist.sentence).to_have_text("You hear each other. Jo Almeida’s camera is off.")
        await page.keyboard.press("?")
        await sheet.get_by_role("button", name="Turn these keys off").click()
        await page.keyboard.press("Escape")
        for key in ("m", "v", "?"):
            await page.keyboard.press(key)
        await expect(sheet).to_be_hidden()
        await page.reload()
        await expect(patient.call).to_have_attribute("data-media", "flowing")
        await page.keyboard.press("m")
        await expect(therapist.sentence).to_have_text("You hear each other. Jo Almeida’s camera is off.")


async def test_the_picture_goes_into_a_window_of_its_own_and_back(browser: Browser) -> None:
    async with in_call(browser) as (_, _therapist, patient):
        await patient.press("more")
        away = patient.page.get_by_role("button", name="Put the picture in a small window of its own")
        await away.click()
        await patient.page.wait_for_function("() => document.pictureInPictureElement?.matches('[data-remote]')")
        await patient.page.get_by_role("button", name="Bring the picture back here").click()
        await expect(away).to_be_visible()
        await patient.grows("frames")
