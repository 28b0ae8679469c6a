"""Down the ladder and back in one call: each press is told, the other side follows, and no camera opens by itself."""

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.sides import Side
from tests.e2e.test_call_stage import in_call

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio]


async def turn(one: Side, words: str) -> None:
    await one.page.get_by_role("group", name="How you meet").get_by_role("button", name=words).click()


async def is_on(one: Side, words: str) -> None:
    button = one.page.get_by_role("group", name="How you meet").get_by_role("button", name=words)
    await expect(button).to_have_attribute("aria-pressed", "true")


async def test_down_to_the_phone_and_back_in_the_same_call(browser: Browser) -> None:
    async with in_call(browser) as (stage, therapist, patient):
        notice = therapist.page.locator("[data-notice]")
        await turn(patient, "Sound only")
        await expect(notice).to_have_text("Jo Almeida turned to sound only: both cameras are off.")
        for one in (therapist, patient):
            await expect(one.sentence).to_have_text("You hear each other. Both cameras are off.")
            await one.grows("energy")

        await turn(therapist, "Text")
        for one in (therapist, patient):
            await expect(one.sentence).to_contain_text("You write to each other")
            await expect(one.page.get_by_role("textbox", name="Your line")).to_be_visible()
            await expect(one.page.locator("[data-picture]")).to_be_hidden()
        await expect(therapist.page.get_by_role("textbox", name="Your line")).to_be_focused()
        await therapist.page.keyboard.type("Is somebody listening?")
        await therapist.page.keyboard.press("Enter")
        await expect(patient.page.locator(".call-line")).to_contain_text("Is somebody listening?")

        await turn(patient, "Phone")
        await expect(patient.page.get_by_text("Mara calls you")).to_be_visible()
        await expect(therapist.page.get_by_text("Call Jo at 555 0142")).to_be_visible()
        clock = await therapist.page.locator("[data-elapsed]").text_content()
        assert clock
        await stage.stop()
        await stage.start()
        for one in (therapist, patient):
            await one.page.reload()
            await is_on(one, "Phone")
            await expect(one.page.locator("[data-remote]")).to_be_hidden()
        await expect(therapist.page.locator("[data-elapsed]")).not_to_be_empty()
        assert (await therapist.page.locator("[data-elapsed]").text_content() or "") >= clock, "it began anew"

        await turn(therapist, "Video")
        await is_on(patient, "Video")
        await expect(patient.page.locator("[data-notice]")).to_contain_text("turned back to video")
        await patient.grows("frames")
        await expect(patient.page.locator("[data-self]")).to_be_hidden()
        for label in ("Turn your microphone on", "Turn your camera on"):
            await patient.page.get_by_role("button", name=label).click()
        for one in (therapist, patient):
            await one.flows()
            await expect(one.sentence).to_have_text("You hear and see each other.")


async def test_without_a_server_the_numbers_are_one_press_away_and_the_choice_is_told_later(browser: Browser) -> None:
    async with in_call(browser) as (stage, therapist, patient):
        await stage.stop()
        await turn(patient, "Phone")
        await expect(patient.page.get_by_text("Mara calls you")).to_be_visible()
        await expect(patient.page.locator("[data-notice]")).to_contain_text("told as soon as it answers")
        await expect(therapist.sentence).to_contain_text("Your session goes on")
        await stage.start()
        await is_on(therapist, "Phone")
        assert stage.turn is not None
        assert (stage.turn.medium, stage.turn.by) == ("phone", "patient")
