"""The check before the session: one step at a time, words for a refusal, a way on from each, and kept for later."""

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.sides import side
from tests.e2e.stage import staged

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio]

ASKED = """() => {
globalThis.asked = []
const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
navigator.mediaDevices.getUserMedia = (wish) => { asked.push(Object.keys(wish).join()); return real(wish) }
}"""
REFUSE = """() => {
navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('Permission denied', '%s'))
navigator.permissions.query = () => Promise.resolve({ state: 'denied' })
}"""


async def test_nothing_is_asked_before_its_own_button(browser: Browser) -> None:
    async with staged() as stage, side(browser, stage, "check") as one:
        page = one.page
        await page.evaluate(ASKED)
        await expect(page.get_by_role("heading", level=1)).to_have_text("See and hear yourself first")
        assert await page.evaluate("asked") == []
        await page.get_by_role("button", name="Open the microphone").click()
        await expect(page.locator("[data-say=mic]")).to_have_text("Good level. You are easy to hear.")
        assert await page.evaluate("asked") == ["audio"]
        await page.get_by_role("button", name="Continue").click()
        await page.get_by_role("button", name="Go on without the tones").click()
        assert await page.evaluate("asked") == ["audio"]
        await page.get_by_role("button", name="Open the camera").click()
        await one.plays("video")
        await expect(page.locator("[data-say=camera]")).to_have_text("Your picture is well lit.")
        assert await page.evaluate("asked") == ["audio", "video"]
        await expect(page.get_by_role("heading", level=1)).to_have_text("We hear you, and we see you")


async def test_one_step_is_open_at_a_time_and_the_keyboard_goes_from_one_to_the_next(browser: Browser) -> None:
    async with staged() as stage, side(browser, stage, "check") as one:
        page = one.page
        await expect(page.get_by_role("button", name="Open the camera")).to_be_hidden()
        await page.get_by_role("button", name="Open the microphone").focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("button", name="Continue")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="Speaker")).to_be_focused()
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("button", name="Play two tones")).to_be_focused()
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="Camera")).to_be_focused()


async def test_the_level_moves_with_the_sound(browser: Browser) -> None:
    async with staged() as stage, side(browser, stage, "check") as one:
        await one.page.get_by_role("button", name="Open the microphone").click()
        meter = one.page.get_by_role("meter", name="How loud you are")
        await expect(meter.locator("i.on")).not_to_have_count(0)
        await one.page.get_by_role("button", name="Close", exact=True).click()
        await expect(meter).to_be_hidden()
        await expect(one.page.locator("[data-open=mic]")).to_be_focused()


async def test_two_tones_are_played_and_asked_about(browser: Browser) -> None:
    async with staged() as stage, side(browser, stage, "check") as one:
        await one.page.get_by_role("button", name="Go on without the microphone").click()
        await one.page.get_by_role("button", name="Play two tones").click()
        await one.page.get_by_role("button", name="I heard nothing").click()
        await expect(one.page.locator("[data-say=speaker]")).to_contain_text("Turn the volume up")
        await one.page.get_by_role("button", name="Play again").click()
        await one.page.get_by_role("button", name="I heard two tones").click()
        await expect(one.page.locator("[data-say=speaker]")).to_have_text("You heard the two tones.")
        await expect(one.page.get_by_role("button", name="Open the camera")).to_be_visible()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("NotAllowedError", "Your browser keeps the camera closed for this page."),
        ("NotFoundError", "We found no camera."),
        ("NotReadableError", "Another program holds the camera."),
    ],
)
async def test_a_refusal_says_what_helps_and_leaves_a_way_on(browser: Browser, error: str, words: str) -> None:
    async with staged() as stage, side(browser, stage, "check") as one:
        await one.page.evaluate(REFUSE % error)
        for step in ("microphone", "tones"):
            await one.page.get_by_role("button", name=f"Go on without the {step}").click()
        await one.page.get_by_role("button", name="Open the camera").click()
        await expect(one.page.locator("[data-say=camera]")).to_contain_text(words)
        await expect(one.page.get_by_role("button", name="Open the camera")).to_be_visible()
        await one.page.get_by_role("button", name="Go on without the camera").click()
        await expect(one.page.locator("[data-row=camera]")).to_have_attribute("data-state", "done")


async def test_a_server_that_does_not_answer_ends_the_check_in_words(browser: Browser) -> None:
    async with staged() as stage, side(browser, stage, "check") as one:
        for step in ("microphone", "tones", "camera"):
            await one.page.get_by_role("button", name=f"Go on without the {step}").click()
        await expect(one.page.locator("[data-verdict]")).to_contain_text(
            "We could not reach the clinic’s server just now"
        )
        await expect(one.page.get_by_role("heading", name="Your network is not measured")).to_be_focused()
        await one.page.get_by_role("button", name="Check again").click()
        await expect(one.page.get_by_role("button", name="Open the microphone")).to_be_visible()


async def test_without_scripts_or_calls_the_page_says_what_works(browser: Browser) -> None:
    async with staged() as stage:
        async with side(browser, stage, "check", java_script_enabled=False) as one:
            await expect(one.page.locator("main")).to_contain_text("your session can be held by phone")
            await expect(one.page.locator("main")).to_contain_text("555 0134")
            await expect(one.page.get_by_role("button", name="Open the microphone")).to_be_hidden()
        async with side(browser, stage, "check") as one:
            await one.page.add_init_script("delete globalThis.RTCPeerConnection")
            await one.page.reload()
            await expect(one.page.locator("[data-no-call]")).to_contain_text("your session can be held by phone")
            await expect(one.page.get_by_role("button", name="Open the microphone")).to_be_hidden()


async def test_what_was_opened_in_the_check_is_open_in_the_waiting_room(browser: Browser) -> None:
    async with staged() as stage, side(browser, stage, "check") as one:
        await one.page.get_by_role("button", name="Open the microphone").click()
        await expect(one.page.locator("[data-say=mic]")).to_contain_text("Good level")
        await one.page.goto(f"{stage.base}/patient")
        await expect(one.page.locator("[data-ready-words]")).to_have_text(
            "Your microphone is open, your camera is closed."
        )


@pytest.mark.long
@pytest.mark.parametrize(
    ("error", "words"),
    [("NotAllowedError", "Your browser keeps the {} closed for this page."), ("NotFoundError", "We found no {}.")],
)
async def test_who_has_no_device_is_told_what_helps_and_meets_by_ear_by_text_and_by_phone(
    browser: Browser, error: str, words: str
) -> None:
    async with (
        staged() as stage,
        side(browser, stage, "therapist") as therapist,
        side(browser, stage, "check", f"({REFUSE % error})()") as patient,
    ):
        page = patient.page
        for step, device in (("microphone", "mic"), ("tones", ""), ("camera", "camera")):
            if device:
                await page.get_by_role("button", name=f"Open the {step}").click()
                await expect(page.locator(f"[data-say={device}]")).to_contain_text(words.format(step))
            await page.get_by_role("button", name=f"Go on without the {step}").click()
        await expect(page.get_by_role("heading", name="Your network is not measured")).to_be_focused()
        await expect(page.locator("main")).to_contain_text("You can come in all the same")

        await page.goto(f"{stage.base}/patient")
        await page.get_by_role("heading", name="Waiting").click()  # a browser is silent on a page nobody touched
        await therapist.page.get_by_role("button", name="Admit Jo").click()
        await patient.flows()
        await expect(patient.sentence).to_have_text("You hear and see Mara Lind. Your microphone and camera are off.")
        await patient.press("mute")
        await expect(page.locator("[data-notice]")).to_contain_text(words.format("microphone"))
        await expect(page.get_by_role("button", name="Go on by phone")).to_be_visible()

        ways = page.get_by_role("group", name="How you meet")
        await ways.get_by_role("button", name="Text").click()
        await page.get_by_role("textbox", name="Your line").fill("I can only write today.")
        await page.keyboard.press("Enter")
        await expect(therapist.page.locator(".call-line")).to_contain_text("I can only write today.")
        await ways.get_by_role("button", name="Phone").click()
        await expect(page.get_by_text("Mara calls you")).to_be_visible()
        await expect(therapist.page.get_by_text("Call Jo at 555 0142")).to_be_visible()
