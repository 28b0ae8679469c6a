"""A guided meditation in a real browser: on a clock that the test moves, without a network once the page is there."""

from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.async_api import Browser, Page, expect

from server.calm.meditation.catalogue import sessions
from server.calm.recordings import store
from server.calm.recordings.store import Recording
from server.clinic import store as clinics
from tests.e2e.ground import Ground, grounds
from tests.e2e.people import NOW
from tests.e2e.test_offline import LEFT, at_home
from tests.server.calm.recordings.sounds import wav

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.asyncio]

HEARD = """() => {
  window.heard = []
  const voice = (name, localService) => ({ name, lang: 'en-GB', localService, default: !localService })
  const speech = { getVoices: () => [voice('Cloud', false), voice('Here', true)], addEventListener() {}, cancel() {},
    speak: ({ text, voice }) => window.heard.push([voice.name, text]) }
  Object.defineProperty(window, 'speechSynthesis', { value: speech })
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text } }
}"""
"""Voices as a device may have them, one of which would send the words away."""


def words(key: str, anchor: str = "") -> str:
    return sessions()["widen"].said(key, anchor, "en")


async def shows(page: Page, key: str, left: str, anchor: str = "") -> None:
    await expect(page.locator("[data-cue]")).to_have_text(words(key, anchor))
    await expect(page.locator("[aria-current]")).to_contain_text(words(key, anchor))
    await expect(page.locator("[data-left]")).to_have_text(left)


async def test_it_goes_on_without_a_network_keeps_its_place_and_hears_when_it_weighs_more(
    browser: Browser, tmp_path: Path
) -> None:
    async with grounds(tmp_path) as ground:
        context = await browser.new_context(viewport={"width": 390, "height": 844})
        page = await context.new_page()
        await page.add_init_script(f"({HEARD})()")
        await page.clock.install(time=NOW)
        await page.goto(f"{ground.base}/c/linden/calm/sit/widen?minutes=3")
        await page.clock.pause_at(NOW + timedelta(hours=1))
        await expect(page.locator("select[name=voice] option")).to_have_text(["Nobody, I read them myself", "Here"])
        await context.set_offline(True)
        await page.locator("[name=anchor][value=feet]").check(force=True)
        await page.get_by_text("How are you now?").click()
        await page.locator("[name=calm_before][value='6']").check(force=True)
        await page.get_by_role("button", name="Begin").click()
        await page.clock.run_for(5_200)
        await shows(page, "arrive", "2 min 55 s")
        await page.clock.run_for(15_000)
        await shows(page, "thoughts", "2 min 40 s")
        await page.get_by_role("button", name="Pause").click()
        await page.clock.run_for(20_000)
        await page.get_by_role("link", name="Grounding instead").first.click()
        await expect(page.get_by_text("Five things that you see")).to_be_visible()
        await page.get_by_role("button", name="Back to where I was").click()
        await page.get_by_role("button", name="Go on").click()
        await page.clock.run_for(50_400)
        await shows(page, "gather", "1 min 50 s", "feet")
        await page.clock.run_for(110_000)
        await expect(page.locator("[data-took]")).to_have_text("3 min")
        assert await page.evaluate("heard.map(([voice]) => voice).every((name) => name === 'Here')")
        said = await page.evaluate("heard.map(([, text]) => text)")
        assert said[0] == words("arrive")
        assert said[-1] == words("end")
        await page.locator("[name=calm_after][value='4']").check(force=True)
        await expect(page.get_by_text("It weighs more now than before.")).to_be_hidden()
        await page.locator("[name=calm_after][value='3']").check(force=True)
        await expect(page.get_by_text("It weighs more now than before.")).to_be_visible()
        await expect(page.get_by_role("link", name="Get help now").first).to_be_visible()
        await context.close()


async def test_a_recording_of_the_clinic_is_as_long_as_it_is_and_goes_on_without_a_network(
    browser: Browser, tmp_path: Path
) -> None:
    async with grounds(tmp_path) as ground:
        house, sound = ground.house, wav(3)
        clinic = await house.db.read(lambda db: clinics.find_clinic(db, "linden"))
        assert clinic
        one = Recording(uuid4(), "widen", "en", "whole-3.breath", "audio/wav", len(sound), NOW, uuid4())
        await house.db.unit(partial(store.put, clinic_id=clinic.id, new=one, content=sound))
        context = await browser.new_context(viewport={"width": 390, "height": 844})
        page = await context.new_page()
        async with page.expect_response(lambda answer: str(one.id) in answer.url and answer.status == 200) as fetched:
            await page.goto(f"{ground.base}/c/linden/calm/sit/widen?minutes=3")
        await (await fetched.value).finished()
        await page.get_by_text("Voice, silence and sounds").click()
        await expect(page.get_by_label("Who reads the words")).to_have_value("clinic")
        await expect(page.locator("[data-show=ready] [data-whole]")).to_have_text("3 s")
        await context.set_offline(True)
        await page.get_by_role("button", name="Begin").click()
        await expect(page.locator("[data-left]")).to_have_text("1 s")
        await expect(page.locator("[data-lost]")).to_be_hidden()
        await expect(page.locator("[data-took]")).to_have_text("3 s")
        await context.close()


async def test_a_recording_that_cannot_be_played_says_so_and_its_words_go_on_for_eyes_and_ears(
    browser: Browser, tmp_path: Path
) -> None:
    async with grounds(tmp_path) as ground:
        await record(ground, "whole-3.breath", 3)
        context = await browser.new_context(viewport={"width": 390, "height": 844})
        page = await context.new_page()
        await page.route("**/calm/sound/*", lambda route: route.fulfill(body=b"RIFF....WAVE", content_type="audio/wav"))
        await page.clock.install(time=NOW)
        await page.goto(f"{ground.base}/c/linden/calm/sit/widen?minutes=3")
        await expect(page.get_by_text("The recording cannot be played here.")).to_be_visible()
        await page.get_by_role("button", name="Begin").click()
        await expect(page.get_by_text("Read on, it goes on in silence.")).to_be_visible()
        await page.clock.run_for(25_000)
        await expect(page.locator("[data-cue]")).to_have_text(words("thoughts"))
        await expect(page.locator("[data-cue]")).to_have_attribute("aria-live", "polite")
        await context.close()


async def record(ground: Ground, part: str, seconds: int) -> Recording:
    """The clinic reads this part of a session."""
    house, sound = ground.house, wav(seconds)
    clinic = await house.db.read(lambda db: clinics.find_clinic(db, "linden"))
    assert clinic
    one = Recording(uuid4(), "widen", "en", part, "audio/wav", len(sound), NOW, uuid4())
    await house.db.unit(partial(store.put, clinic_id=clinic.id, new=one, content=sound))
    return one


async def test_on_a_device_of_ones_own_a_recording_is_heard_without_a_connection_until_they_sign_out(
    browser: Browser, tmp_path: Path
) -> None:
    async with grounds(tmp_path) as ground:
        context, page = await at_home(browser, ground)
        sit = f"{ground.base}/c/linden/calm/sit/widen"
        await page.goto(sit)
        await page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
        await page.wait_for_function("navigator.serviceWorker.controller")
        await record(ground, "whole-3.breath", 3)  # after this device kept the page
        await record(ground, "whole-5.breath", 5)
        ground.house.clock.now += timedelta(minutes=1)  # type: ignore[attr-defined]
        await page.goto(f"{sit}?minutes=3")
        kept = page.get_by_text("The recording is kept on this device")
        await expect(kept).to_be_visible()
        await context.set_offline(True)
        await page.goto(sit)
        await page.locator("[name=minutes][value='3']").check(force=True)
        await expect(kept).to_be_visible()
        await expect(page.locator("[data-show=ready] [data-whole]").last).to_have_text("3 s")
        await page.locator("[name=minutes][value='5']").check(force=True)
        away = page.get_by_text("The recording is not on this device and does not come through now.")
        await expect(away).to_be_visible()
        await expect(page.get_by_role("link", name="All its words stand here")).to_have_attribute("href", "#words")
        await expect(page.locator("#words")).to_contain_text(words("arrive"))
        await page.locator("[name=minutes][value='3']").check(force=True)
        await expect(away).to_be_hidden()
        await page.get_by_role("button", name="Begin").click()
        await expect(page.locator("[data-took]")).to_have_text("3 s")
        await expect(page.locator("[data-lost]")).to_be_hidden()
        await context.set_offline(False)
        assert "parlour-sounds" in await page.evaluate("caches.keys()")
        await page.goto(f"{ground.base}/me")
        await page.get_by_role("button", name="Sign out here").click()
        await page.wait_for_url("**/me/sign-in*")
        assert await page.evaluate(LEFT) == [0, 0]
        await page.goto(f"{sit}?minutes=3")  # and a device that nobody calls their own keeps none
        await expect(page.locator("[data-show=ready] [data-whole]").last).to_have_text("3 s")
        assert await page.evaluate("caches.keys()") == []
        await context.close()
