"""A path that falls silent in mid-call, between two real browsers: what is done about it, and what is not."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.gaps import METER, begin, sound_again
from tests.e2e.sides import Side, both
from tests.e2e.stage import Stage, staged
from tests.engines.faulty import FaultyPath, faulty_path
from tests.engines.turn import Relay

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio]

AGAIN_SECONDS, HANGS = 4, 10  # the bench holds the bar; here is caught what hangs
# A lock that counts, since a browser without a screen gives none; `release()` is what hiding the page does.
WAKE = """
globalThis.locks = 0
globalThis.release = () => {}
Object.defineProperty(navigator, 'wakeLock', { value: { request: async () => {
  const lock = new EventTarget()
  locks += 1
  let held = true
  globalThis.release = lock.release = async () => {
    if (!held) return
    held = false
    locks -= 1
    lock.dispatchEvent(new Event('release'))
  }
  return lock
} } })
"""


CAMERA = "connections.at(-1).getSenders().find((one) => one.track?.kind === 'video').track"
HIDE = f"""() => {{
  Object.defineProperty(document, 'hidden', {{ value: true, configurable: true }})
  release()
  for (const one of document.querySelectorAll('[data-remote], [data-sound]')) one.pause()
  Object.defineProperty({CAMERA}, 'muted', {{ value: true, configurable: true }})
  document.dispatchEvent(new Event('visibilitychange'))
}}"""
SHOW = f"""() => {{
  delete document.hidden
  delete {CAMERA}.muted
  document.dispatchEvent(new Event('visibilitychange'))
}}"""


@asynccontextmanager
async def over(browser: Browser, relay: Relay) -> AsyncIterator[tuple[FaultyPath, Side, Side]]:
    """Two in a call whose media goes through a path that may be cut; the room stays in reach."""
    username, credential = relay.credentials()
    async with faulty_path(relay.port) as path:
        ice = [{"urls": [f"turn:127.0.0.1:{path.port}?transport=udp"], "username": username, "credential": credential}]
        async with staged(relay_only=True, ice=ice) as stage, meeting(browser, stage) as sides:
            yield path, *sides


@asynccontextmanager
async def meeting(browser: Browser, stage: Stage) -> AsyncIterator[tuple[Side, Side]]:
    async with both(browser, stage, METER) as (therapist, patient):
        await therapist.page.get_by_role("button", name="Admit Jo").click()
        for one in (therapist, patient):
            await one.flows()
        yield therapist, patient


async def test_a_dead_path_is_replaced_by_a_second_connection(browser: Browser, coturn: Relay) -> None:
    async with over(browser, coturn) as (path, therapist, patient):
        path.change_path()
        cut = time.time()
        assert max(await sound_again((therapist, patient), cut)) - cut <= HANGS * AGAIN_SECONDS
        for one in (therapist, patient):
            await one.only_one_open()
            await one.flows()
            await one.plays("[data-remote]")


async def test_three_seconds_without_a_network_end_nothing(browser: Browser, coturn: Relay) -> None:
    async with over(browser, coturn) as (path, therapist, patient):
        path.outage = True
        for one in (therapist, patient):
            await expect(one.sentence).to_contain_text("Sound and picture stopped at")
        path.outage = False
        for one in (therapist, patient):
            await expect(one.sentence).not_to_contain_text("Sound and picture stopped at")
            await one.only_one_open()
            await one.flows()


async def test_two_who_neither_speak_nor_show_themselves_are_not_silent(browser: Browser) -> None:
    async with staged() as stage, meeting(browser, stage) as (therapist, patient):
        for one in (therapist, patient):
            await one.press("mute")
            await one.press("camera")
        for one in (therapist, patient):
            await expect(one.sentence).to_have_text("Both microphones and both cameras are off.")
        await begin((therapist, patient))
        for one in (therapist, patient):
            await one.page.evaluate("() => new Promise((done) => setTimeout(done, 8000))")
            assert (await one.figures())["made"] == 1
            await expect(one.call).to_have_attribute("data-media", "flowing")


MIC = "connections.at(-1).getSenders().find((one) => one.track?.kind === 'audio').track"


async def test_a_telephone_that_takes_the_microphone_is_told_to_both_and_taken_back(browser: Browser) -> None:
    async with staged() as stage, meeting(browser, stage) as (therapist, patient):
        await patient.page.evaluate(f"() => void Object.defineProperty({MIC}, 'muted', {{ value: true }})")
        await expect(patient.page.locator("[data-notice]")).to_contain_text("nobody hears you")
        await expect(therapist.sentence).to_have_text("Jo Almeida’s microphone is off.")
        await patient.page.get_by_role("button", name="Use the microphone again").click()
        await expect(therapist.sentence).to_have_text("You hear and see each other.")
        await expect(patient.page.locator("[data-notice]")).to_be_hidden()
        await therapist.grows("energy")


async def test_a_microphone_that_is_unplugged_is_replaced_by_another(browser: Browser) -> None:
    async with staged() as stage, meeting(browser, stage) as (therapist, patient):
        await patient.page.evaluate(f"() => {{ const mic = {MIC}; mic.stop(); mic.dispatchEvent(new Event('ended')) }}")
        await expect(patient.page.locator("[data-notice]")).to_contain_text("Another one is in use now")
        await expect(therapist.sentence).to_have_text("You hear and see each other.")
        await therapist.grows("energy")


@pytest.mark.long
async def test_a_page_that_was_hidden_says_what_the_phone_took_and_has_all_of_it_again_when_it_is_seen(
    browser: Browser,
) -> None:
    """A phone that shows another program lets the screen sleep, stops camera and picture, and the call is heard on."""
    async with staged() as stage, both(browser, stage, METER, WAKE) as (therapist, patient):
        await therapist.page.get_by_role("button", name="Admit Jo").click()
        for one in (therapist, patient):
            await one.flows()
        notice = patient.page.locator("[data-notice]")
        await patient.page.evaluate(HIDE)
        await expect(therapist.sentence).to_have_text("You hear each other. Jo Almeida’s camera is off.")
        await expect(therapist.page.locator("[data-picture]")).to_have_attribute("data-shows", "initials")
        await expect(notice).to_contain_text("Your camera stands still: Mara Lind does not see you.")
        await therapist.grows("energy")
        assert await patient.page.evaluate("locks") == 0, "a page that nobody sees keeps no screen on"
        await patient.page.evaluate(SHOW)
        for one in (therapist, patient):
            await expect(one.sentence).to_have_text("You hear and see each other.")
            assert (await one.figures())["made"] == 1
        await expect(notice).to_be_hidden()
        await patient.page.wait_for_function("() => locks === 1")
        await patient.plays("[data-remote]")
        assert await patient.page.evaluate("document.querySelector('[data-sound]').paused") is False


async def test_the_screen_stays_on_while_the_call_goes_on(browser: Browser) -> None:
    async with staged() as stage, both(browser, stage, WAKE) as (therapist, patient):
        assert await patient.page.evaluate("locks") == 0
        await therapist.page.get_by_role("button", name="Admit Jo").click()
        await patient.flows()
        assert await patient.page.evaluate("locks") == 1
        await patient.page.evaluate("release()")
        await patient.page.evaluate("() => void document.dispatchEvent(new Event('visibilitychange'))")
        await patient.page.wait_for_function("() => locks === 1")
        await therapist.press("hold")
        await patient.page.wait_for_function("() => locks === 0")
