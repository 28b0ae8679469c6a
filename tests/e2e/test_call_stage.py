"""Two real browsers in one call: what each sees and hears of the other, from getStats and from the page."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.sides import Side, both, side
from tests.e2e.stage import Stage, staged
from tests.engines.turn import Relay

# What a browser does that wants a press first; the next call of play() is the real one.
KEEP_BACK = """() => {
  const real = HTMLMediaElement.prototype.play
  HTMLMediaElement.prototype.play = function () {
    HTMLMediaElement.prototype.play = real
    return Promise.reject(new DOMException('press first', 'NotAllowedError'))
  }
}"""

# Whether the sound that is sent comes from the device of this name.
SENDS = """(label) => connections.some((one) => one.connectionState === 'connected' &&
  one.getSenders().some((each) => each.track?.kind === 'audio' && each.track.label === label))"""
CANDIDATE = re.compile(r"candidate:[^\"\\\\]+")

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio]


@asynccontextmanager
async def in_call(browser: Browser) -> AsyncIterator[tuple[Stage, Side, Side]]:
    async with staged() as stage, both(browser, stage) as (therapist, patient):
        await therapist.page.get_by_role("button", name="Admit Jo").click()
        for one in (therapist, patient):
            await one.flows()
        yield stage, therapist, patient


async def test_nothing_of_a_call_exists_before_the_click_and_media_flows_after(browser: Browser) -> None:
    async with staged() as stage, both(browser, stage) as (therapist, patient):
        for one in (therapist, patient):
            await expect(one.call).to_have_attribute("data-phase", "waiting")
            await expect(one.call).to_be_hidden()
            assert (await one.figures())["made"] == 0
        await therapist.page.get_by_role("button", name="Admit Jo").click()
        for one, name in ((therapist, "Jo Almeida"), (patient, "Mara Lind")):
            await expect(one.call).to_have_attribute("data-phase", "live")
            await one.flows()
            await expect(one.call).to_have_attribute("data-remoteframes", re.compile(r"\d"))
            await expect(one.page.locator("[data-name]")).to_have_text(name)
            await expect(one.sentence).to_have_text("You hear and see each other.")
            assert (await one.figures())["made"] == 1


async def test_mute_and_camera_are_seen_and_told_in_words(browser: Browser) -> None:
    async with in_call(browser) as (_, therapist, patient):
        await patient.press("mute")
        await expect(therapist.sentence).to_have_text("Jo Almeida’s microphone is off.")
        await expect(patient.sentence).to_have_text("You hear and see Mara Lind. Your microphone is off.")
        await expect(patient.page.locator("[data-control=mute]")).to_have_accessible_name("Unmute")
        await patient.page.keyboard.press("m")
        await expect(therapist.sentence).to_have_text("You hear and see each other.")

        await patient.page.keyboard.press("v")
        await expect(therapist.sentence).to_have_text("You hear each other. Jo Almeida’s camera is off.")
        await expect(therapist.page.locator("[data-picture]")).to_have_attribute("data-shows", "initials")
        await expect(patient.page.locator("[data-self]")).to_be_hidden()
        await patient.press("camera")
        await expect(therapist.page.locator("[data-picture]")).to_have_attribute("data-shows", "picture")
        await therapist.grows("frames", "energy")
        assert (await therapist.figures())["made"] == 1


@pytest.mark.parametrize("who", ["patient", "therapist"])
async def test_a_reload_comes_back_to_the_call(browser: Browser, who: str) -> None:
    async with in_call(browser) as (_, therapist, patient):
        one, stays = (patient, therapist) if who == "patient" else (therapist, patient)
        made = (await stays.figures())["made"]
        await one.page.reload()
        await expect(one.call).to_have_attribute("data-phase", "live")
        for each in (therapist, patient):
            await each.flows()
        assert (await stays.figures())["made"] == made + 1


async def test_whoever_was_muted_is_muted_after_a_reload(browser: Browser) -> None:
    async with in_call(browser) as (_, therapist, patient):
        await patient.press("mute")
        await patient.page.reload()
        await expect(patient.page.locator("[data-control=mute]")).to_have_accessible_name("Unmute")
        await expect(therapist.sentence).to_have_text("Jo Almeida’s microphone is off.")
        await therapist.grows("frames")


async def test_a_screen_is_shown_beside_the_face_and_taken_back(browser: Browser) -> None:
    async with in_call(browser) as (_, therapist, patient):
        await therapist.press("share")
        await expect(patient.page.locator("[data-screen]")).to_be_visible()
        await patient.plays("[data-screen]")
        await patient.grows("frames", "energy")
        await therapist.press("share")
        await expect(patient.page.locator("[data-screen]")).to_be_hidden()
        await therapist.press("share")
        await expect(patient.page.locator("[data-screen]")).to_be_visible()
        assert (await patient.figures())["made"] == 1


async def test_one_hides_oneself_and_is_seen_all_the_same(browser: Browser) -> None:
    async with in_call(browser) as (_, therapist, patient):
        await expect(patient.page.locator("[data-self]")).to_be_visible()
        await patient.press("more")
        await patient.page.get_by_role("button", name="Hide your own picture").click()
        await expect(patient.page.locator("[data-self]")).to_be_hidden()
        await therapist.grows("frames", "energy")
        await patient.page.get_by_role("button", name="Show your own picture").click()
        await expect(patient.page.locator("[data-self]")).to_be_visible()


async def test_another_microphone_is_taken_without_a_new_connection(browser: Browser) -> None:
    async with in_call(browser) as (_, therapist, patient):
        await patient.press("more")
        chosen = patient.page.get_by_label("Microphone")
        await chosen.select_option(label="Fake Audio Input 2")
        await patient.page.wait_for_function(SENDS, arg="Fake Audio Input 2")
        await therapist.grows("frames", "energy")
        assert (await patient.figures())["made"] == 1


async def test_chat_arrives_says_so_and_counts_what_is_new(browser: Browser) -> None:
    async with in_call(browser) as (_, therapist, patient):
        await patient.page.keyboard.press("c")
        await patient.page.get_by_label("Your line").fill("I cannot hear the left side")
        await patient.page.keyboard.press("Enter")
        own = patient.page.locator(".call-line")
        await expect(own.locator(".call-line-state")).to_have_text("delivered")
        await expect(therapist.page.locator("[data-unread]")).to_have_text("1 new")
        await therapist.press("chat")
        await expect(therapist.page.locator(".call-line")).to_contain_text("Jo AlmeidaI cannot hear the left side")
        await expect(therapist.page.locator("[data-unread]")).to_be_hidden()
        await therapist.page.keyboard.press("Escape")
        await expect(therapist.page.locator("[data-control=chat]")).to_be_focused()


async def test_hold_closes_everything_and_admit_opens_it_again(browser: Browser) -> None:
    async with in_call(browser) as (_, therapist, patient):
        await therapist.press("hold")
        await expect(patient.call).to_have_attribute("data-phase", "held")
        await expect(patient.page.get_by_role("heading", name="Waiting")).to_be_visible()
        assert (await patient.figures())["open"] == 0
        await expect(therapist.call).to_be_hidden()
        await therapist.page.get_by_role("button", name="Admit Jo").click()
        for one in (therapist, patient):
            await one.flows()


async def test_end_asks_once_and_both_pages_go_on(browser: Browser) -> None:
    async with in_call(browser) as (stage, therapist, patient):
        await therapist.press("leave")
        await therapist.page.get_by_role("button", name="Stay").click()
        await expect(therapist.call).to_have_attribute("data-phase", "live")
        await therapist.press("leave")
        await therapist.page.get_by_role("button", name="End the session").click()
        for one in (therapist, patient):
            await expect(one.page).to_have_url(f"{stage.base}/after")


async def test_leave_keeps_the_place_and_lets_the_other_know(browser: Browser) -> None:
    async with in_call(browser) as (stage, therapist, patient):
        await patient.press("leave")
        await patient.page.get_by_role("dialog").get_by_role("button", name="Leave").click()
        await expect(patient.page).to_have_url(f"{stage.base}/after")
        await expect(therapist.call).to_have_attribute("data-phase", "waiting")
        assert stage.state == "waiting"


ASKED = """() => {
  globalThis.asked = 0
  const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
  navigator.mediaDevices.getUserMedia = (wish) => { asked += 1; return real(wish) }
}"""


async def test_a_second_window_takes_over_and_the_first_says_so(browser: Browser) -> None:
    async with in_call(browser) as (stage, therapist, patient), side(browser, stage, "patient") as second:
        await expect(second.sentence).to_contain_text("in use on another device or in another window. Take it over")
        await expect(patient.call).to_have_attribute("data-phase", "live")
        await patient.grows("frames", "energy")
        await second.page.get_by_role("button", name="Use it here").click()
        await expect(patient.call).to_have_attribute("data-phase", "elsewhere")
        await expect(patient.sentence).to_contain_text("open in another window or on another device")
        assert (await patient.figures())["open"] == 0
        await patient.page.evaluate(ASKED)
        for key in "mvd":
            await patient.page.keyboard.press(key)
        assert await patient.page.evaluate("asked") == 0, "its camera and microphone are closed"
        await expect(therapist.page.locator("[data-notice]")).to_have_text("Jo Almeida uses another device now.")
        await expect(second.call).to_have_attribute("data-phase", "live")
        await patient.page.get_by_role("button", name="Use it here").click()
        await expect(second.call).to_have_attribute("data-phase", "elsewhere")
        await expect(therapist.page.locator("[data-alarm]")).to_be_hidden()
        assert await patient.page.evaluate("asked") > 0
        for one in (therapist, patient):
            await one.flows()


async def test_a_server_that_restarts_interrupts_nothing(browser: Browser) -> None:
    async with in_call(browser) as (stage, therapist, patient):
        await stage.stop()
        for one in (therapist, patient):
            await expect(one.call).to_have_attribute("data-phase", "lost")
            await expect(one.sentence).to_contain_text("Your session goes on")
            await one.grows("frames", "energy")
        await stage.start()
        for one in (therapist, patient):
            await expect(one.call).to_have_attribute("data-phase", "live")
            await one.grows("frames", "energy")
            assert (await one.figures())["made"] == 1
        await patient.press("mute")
        await expect(therapist.sentence).to_have_text("Jo Almeida’s microphone is off.")


async def test_somebody_without_any_device_still_sees_and_hears(browser: Browser) -> None:
    async with (
        staged() as stage,
        side(browser, stage, "therapist") as therapist,
        side(browser, stage, "patient") as patient,
    ):
        await patient.page.get_by_role(
            "heading", name="Waiting"
        ).click()  # a browser is silent on a page nobody touched
        await therapist.page.get_by_role("button", name="Admit Jo").click()
        await patient.flows()
        await expect(therapist.sentence).to_have_text("Jo Almeida’s microphone and camera are off.")
        await expect(patient.page.locator("[data-control=camera]")).to_have_accessible_name("Camera on")
        await patient.press("camera")
        await patient.press("mute")
        await therapist.flows()
        assert (await patient.figures())["made"] == 1


async def test_sound_that_the_browser_keeps_back_is_one_press_away(browser: Browser) -> None:
    async with staged() as stage, both(browser, stage) as (therapist, patient):
        await patient.page.evaluate(KEEP_BACK)
        await therapist.page.get_by_role("button", name="Admit Jo").click()
        await expect(patient.sentence).to_have_text("Your browser keeps the sound back until you press a button.")
        await patient.page.get_by_role("button", name="Turn the sound on").click()
        await expect(patient.sentence).to_have_text("You hear and see each other.")


async def test_F18_a_clinic_that_hides_addresses_meets_through_its_relay_alone(browser: Browser, coturn: Relay) -> None:
    username, credential = coturn.credentials()
    ice = [{"urls": coturn.urls, "username": username, "credential": credential}]
    async with staged(relay_only=True, ice=ice) as stage, both(browser, stage) as (therapist, patient):
        await therapist.page.get_by_role("button", name="Admit Jo").click()
        for one in (therapist, patient):
            await one.flows()
            assert await one.paths() == ["relay"]
        for one in (therapist, patient):
            lines = [line for frame in one.sent for line in CANDIDATE.findall(frame)]
            assert lines
            assert all(" typ relay raddr 0.0.0.0 rport 0" in line for line in lines), lines


async def test_both_reload_at_once(browser: Browser) -> None:
    async with in_call(browser) as (_, therapist, patient):
        for one in (therapist, patient):
            await one.page.evaluate("void setTimeout(() => location.reload())")
        for one in (therapist, patient):
            await expect(one.call).to_have_attribute("data-phase", "live")
            await one.flows()
