"""Captions from one browser to the other. The recogniser is a stand-in: none of a test has a language on the device."""

import re

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.calls import HEARS, SAY
from tests.e2e.sides import side
from tests.e2e.stage import staged

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio]
SENT = """() => {
  const sender = connections.at(-1).getSenders().find((one) => one.track?.kind === 'audio')
  return given === sender.track
}"""


async def test_words_go_from_one_device_to_the_other_page_while_the_microphone_is_open(browser: Browser) -> None:
    async with (
        staged() as stage,
        side(browser, stage, "therapist") as therapist,
        side(browser, stage, "patient", HEARS) as patient,
    ):
        await patient.page.get_by_role("button", name="Open camera and microphone").click()
        await therapist.page.get_by_role("button", name="Admit Jo").click()
        for one in (therapist, patient):
            await expect(one.call).to_have_attribute("data-media", "flowing")
        await therapist.press("more")
        # What the real browser answers: it could, or it cannot; it has no language of its own.
        await expect(therapist.page.locator("[data-captions-none]")).to_have_text(
            re.compile("^Captions: this browser can")
        )
        await expect(therapist.page.locator("[data-act=captions]")).to_be_hidden()

        await patient.press("more")
        await patient.page.get_by_role("button", name="Write along what you say").click()
        await expect(patient.page.locator("[data-captions-state]")).to_contain_text("shown to Mara Lind")
        told = therapist.page.locator("[data-captions-state]")
        await expect(told).to_contain_text("What Jo Almeida says is written along on their device")
        assert await patient.page.evaluate(SENT), "it listens to what the other side hears, and to nothing else"
        await patient.page.evaluate(SAY, "I sleep through since Sunday.")
        shown = therapist.page.locator("[data-captions-lines]")
        await expect(shown).to_have_text("I sleep through since Sunday.")

        await patient.page.keyboard.press("Escape")
        await patient.press("mute")
        await patient.page.wait_for_function("() => hearing === null")
        await patient.press("mute")
        await patient.page.wait_for_function("() => hearing !== null")
        await patient.press("more")
        await patient.page.get_by_role("button", name="Stop writing along").click()
        await expect(told).to_be_hidden()
        await expect(shown).to_be_hidden()
