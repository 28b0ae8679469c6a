"""A breathing exercise in a real browser, on a clock that the test moves: exact times, a pause that keeps the phase."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect
from sqlalchemy import text

from server.calm.meditation.catalogue import sessions
from tests.e2e.ground import Ground, grounds
from tests.e2e.people import NOW
from tests.e2e.test_offline import LEFT, READABLE, WAITING, at_home

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.asyncio]

DONE = (
    """() => addEventListener('calm-done', ({ detail }) => { document.body.dataset.done = JSON.stringify(detail) })"""
)
SIZE = """() => {
  for (const one of document.getAnimations()) one.finish()
  return Math.round(100 * new DOMMatrix(getComputedStyle(document.querySelector('.calm-disc')).transform).a) / 100
}"""

TREMBLES = """Object.defineProperty(navigator, 'vibrate', {
  configurable: true, value: (ms) => { window.trembled.push(ms); return true },
}); window.trembled = []"""
GATHERS = """async () => {
  while (!(await caches.keys()).some((one) => one.startsWith('parlour-calm'))) await new Promise(requestAnimationFrame)
}"""
FORGOTTEN = """async () => {
  for (const one of await caches.keys()) if (one.startsWith('parlour-calm')) await caches.delete(one)
}"""
GATHERED = """async (scope) => {
  const there = async () => (await navigator.serviceWorker.getRegistration(scope))?.active
  while (!(await there())) await new Promise(requestAnimationFrame)
}"""


async def shows(page: Page, word: str, count: int, left: str) -> None:
    await expect(page.locator(".calm-word")).to_have_text(word, use_inner_text=True)
    await expect(page.locator("[data-count]")).to_have_text(str(count))
    await expect(page.locator("[data-left]")).to_have_text(left)


async def test_each_breath_lasts_as_written_and_a_pause_keeps_its_place(browser: Browser, tmp_path: Path) -> None:
    async with grounds(tmp_path) as ground:
        context = await browser.new_context(viewport={"width": 390, "height": 844})
        page = await context.new_page()
        await page.clock.install(time=NOW)
        await page.goto(f"{ground.base}/c/linden/calm/resonance-4-6")
        await page.evaluate(DONE)
        await page.clock.pause_at(NOW + timedelta(hours=1))
        await page.get_by_role("button", name="Begin").click()
        await expect(page.locator("[data-count]")).to_have_text("3")
        await page.clock.run_for(3_000)
        await shows(page, "Breathe in", 4, "5 min")
        await page.clock.run_for(4_000)
        await shows(page, "Breathe out", 6, "4 min 56 s")
        await page.clock.run_for(2_500)
        await page.get_by_role("button", name="Pause").click()
        await page.clock.run_for(60_000)
        await shows(page, "Breathe out", 4, "4 min 54 s")
        await page.get_by_role("button", name="Go on").click()
        await page.clock.run_for(3_500)
        await shows(page, "Breathe in", 4, "4 min 50 s")
        await page.clock.run_for(25_200)
        await page.get_by_role("button", name="End here").click()
        await expect(page.locator("[data-took]")).to_have_text("35 s")
        await expect(page.get_by_text("Whole breaths: 3")).to_be_visible()
        assert await page.evaluate("document.body.dataset.done") == '{"seconds":35,"times":3}'

        await page.get_by_role("button", name="Once more").click()
        await page.clock.run_for(303_000)
        await expect(page.locator("[data-took]")).to_have_text("5 min")
        assert await page.evaluate("document.body.dataset.done") == '{"seconds":300,"times":30}'
        await context.close()


async def test_a_phone_trembles_at_each_change_for_who_wants_it_and_shows_no_choice_where_it_cannot(
    browser: Browser, tmp_path: Path
) -> None:
    async with grounds(tmp_path) as ground:
        context = await browser.new_context(viewport={"width": 390, "height": 844})
        await context.add_init_script(TREMBLES)
        page, choice = await context.new_page(), "A short tremble of the phone at each change"
        await page.clock.install(time=NOW)
        await page.goto(f"{ground.base}/c/linden/calm/resonance-4-6")
        await page.clock.pause_at(NOW + timedelta(hours=1))
        await page.get_by_role("button", name="Begin").click()
        await page.clock.run_for(8_000)
        assert await page.evaluate("window.trembled") == [], "nobody asked for it"
        await page.get_by_role("button", name="End here").click()
        await page.reload()
        await page.get_by_text("Pace, sound and touch").click()
        await page.get_by_text(choice).click()
        await page.get_by_role("button", name="Begin").click()
        await page.clock.run_for(3_500)
        assert await page.evaluate("window.trembled") == [40], "in"
        await page.clock.run_for(4_000)
        assert await page.evaluate("window.trembled") == [40, 40], "out"
        await page.add_init_script("delete Navigator.prototype.vibrate; delete navigator.vibrate")
        await page.reload()
        await page.get_by_text("Pace, sound and touch").click()
        await expect(page.get_by_text("Soft tones, so that the eyes may close")).to_be_visible()
        await expect(page.get_by_text(choice)).to_be_hidden()
        await context.close()


async def test_on_a_device_of_ones_own_exercises_open_without_a_connection_and_what_was_done_waits_sealed(
    browser: Browser, tmp_path: Path
) -> None:
    async with grounds(tmp_path) as ground:
        context, page = await at_home(browser, ground)
        calm = f"{ground.base}/c/linden/calm"
        before = await done(ground)
        await page.goto(f"{calm}/grounding")
        await page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
        await page.wait_for_function("navigator.serviceWorker.controller")
        await context.set_offline(True)
        await page.clock.install(time=NOW)
        await page.goto(calm)
        await page.locator(f"a[href$='/{sorted(sessions())[0]}']").click()
        await expect(page.locator("sitting-player")).to_be_visible()
        await page.goto(f"{calm}/resonance-4-6")
        await page.get_by_role("button", name="Begin").click()
        await expect(page.locator("[data-count]")).to_be_visible()
        await page.clock.run_for(25_000)
        await page.get_by_role("button", name="End here").click()
        await expect(page.locator("[data-took]")).to_be_visible()
        await page.evaluate(WAITING, True)
        assert await page.evaluate("Object.keys(localStorage)") == []
        assert "resonance" not in str(await page.evaluate(READABLE))
        await context.set_offline(False)
        await page.goto(f"{ground.base}/me/mood")  # whatever page comes next brings it
        await page.evaluate(WAITING, False)
        assert await done(ground) == before + 1
        await page.goto(f"{ground.base}/me")
        await page.get_by_role("button", name="Sign out here").click()
        await expect(page).to_have_url(re.compile("/me/sign-in"))
        assert await page.evaluate(LEFT) == [0, 0]
        await context.close()


async def test_home_keeps_the_exercises_for_a_day_without_a_connection(browser: Browser, tmp_path: Path) -> None:
    async with grounds(tmp_path) as ground:
        context, page = await at_home(browser, ground)
        await page.goto(f"{ground.base}/me")
        await page.evaluate(GATHERED, "/c/linden/calm")
        await context.set_offline(True)
        await page.goto(f"{ground.base}/me")
        await page.get_by_role("link", name="A quiet moment: breathing and grounding").click()
        await expect(page).to_have_url(f"{ground.base}/c/linden/calm")
        await page.locator("a[href$='/grounding']").click()
        await expect(page.get_by_role("button", name="Begin")).to_be_visible()
        await context.set_offline(False)
        await page.goto(f"{ground.base}/me")
        await page.evaluate(FORGOTTEN)
        await context.set_offline(True)
        await page.goto(f"{ground.base}/me")
        await expect(page.get_by_role("heading", name="There is no connection right now")).to_be_visible()
        await expect(page.get_by_role("link", name="A quiet moment: breathing and grounding")).to_be_hidden()
        await context.close()


async def test_who_signs_out_while_home_gathers_the_exercises_leaves_none_of_them(
    browser: Browser, tmp_path: Path
) -> None:
    async with grounds(tmp_path) as ground:
        context, page = await at_home(browser, ground)
        await page.goto(f"{ground.base}/me")
        await page.evaluate(GATHERS)
        await page.get_by_role("button", name="Sign out here").click()
        await expect(page).to_have_url(re.compile("/me/sign-in"))
        assert await page.evaluate(LEFT) == [0, 0]
        await context.close()


async def test_a_held_breath_stays_held_through_a_pause_and_each_phase_is_said_in_a_word(
    browser: Browser, tmp_path: Path
) -> None:
    async with grounds(tmp_path) as ground:
        context = await browser.new_context(viewport={"width": 390, "height": 844})
        page = await context.new_page()
        await page.clock.install(time=NOW)
        await page.goto(f"{ground.base}/c/linden/calm/box-4")
        await page.clock.pause_at(NOW + timedelta(hours=1))
        await page.get_by_role("button", name="Begin").click()
        said, heard = page.locator("[data-phase]"), list[str]()
        await expect(said).to_have_text("Get ready")
        for ms in (3_000, 4_000, 4_000, 4_000, 4_000):
            await page.clock.run_for(ms)
            heard.append(await said.inner_text())
        assert heard == ["In", "Hold it", "Out", "Hold it", "In"]
        for ms, size in ((5_000, 1.3), (8_000, 0.95)):
            await page.clock.run_for(ms)
            before = await page.evaluate(SIZE)
            await page.get_by_role("button", name="Pause").click()
            await expect(said).to_have_text("")
            paused = await page.evaluate(SIZE)
            await page.get_by_role("button", name="Go on").click()
            await expect(said).to_have_text("Hold it")
            assert [before, paused, await page.evaluate(SIZE)] == [size] * 3
        await page.get_by_role("button", name="End here").click()
        await expect(said).to_have_text("")

        await page.reload()
        await page.get_by_text("Pace, sound and touch").click()
        words = page.get_by_label("For a screen reader")
        await expect(words).to_be_checked()
        await page.get_by_label("Soft tones").check()
        await expect(words).not_to_be_checked()
        await page.get_by_role("button", name="Begin").click()
        await page.clock.run_for(4_000)
        await expect(page.locator(".calm-word")).to_have_text("Breathe in", use_inner_text=True)
        await expect(said).to_have_text("")
        await page.get_by_role("button", name="End here").click()
        await page.reload()
        await page.get_by_text("Pace, sound and touch").click()
        await page.get_by_label("Soft tones").check()
        await words.check()
        await page.get_by_role("button", name="Begin").click()
        await page.clock.run_for(4_000)
        await expect(said).to_have_text("In")
        await context.close()


async def test_it_says_kept_only_after_it_was_kept(browser: Browser, tmp_path: Path) -> None:
    async with grounds(tmp_path) as ground:
        context, page = await at_home(browser, ground)
        before = await done(ground)
        await page.clock.install(time=NOW)
        for seconds, answers, words in (
            (9, True, "Under ten seconds nothing is kept."),
            (20, False, "It is kept on this device, sealed"),
            (20, True, "Kept in your space, for you alone."),
        ):
            await page.goto(f"{ground.base}/c/linden/calm/box-4")
            if not answers:
                await page.route("**/me/calm", lambda route: route.abort())
            await page.get_by_role("button", name="Begin").click()
            await expect(page.locator("[data-count]")).to_be_visible()
            await page.clock.run_for((3 + seconds) * 1_000)
            await page.get_by_role("button", name="End here").click()
            await expect(page.locator("[data-kept]").filter(visible=True)).to_contain_text(words)
            await page.unroute("**/me/calm")
            before += answers and seconds > 10
        assert await done(ground) >= before
        await context.close()


async def done(ground: Ground) -> int:
    """How many exercises are kept."""
    return int(await ground.house.db.read(lambda db: db.scalar(text("SELECT count(*) FROM calm_times"))) or 0)
