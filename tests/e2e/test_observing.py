"""The observation screen in real browsers: two devices at one observation, a dropped network, a page that reloads."""

import re
from pathlib import Path
from uuid import UUID

import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, Route, expect
from sqlalchemy import text

from server.home.demo_clinic.course import GIVEN
from tests.e2e.ground import CLINIC, Ground, grounds
from tests.e2e.locked import done

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio]
SEALED = """async () => new Promise((done) => {
  const asked = indexedDB.open('parlour-observing')
  asked.onsuccess = () => {
    const found = asked.result.transaction('kept').objectStore('kept').getAll()
    const said = (one) => one.body ? new TextDecoder().decode(one.body) : `key ${one.key.extractable}`
    found.onsuccess = () => done(found.result.map(said))
  }
})"""

LIES = f"""async (count) => {{
  const look = {SEALED}
  for (let looks = 0; looks < 200; looks++) {{
    if ((await look()).length === count) return
    await new Promise((done) => setTimeout(done, 50))
  }}
  throw new Error(`not ${{count}} of them lie on this device`)
}}"""


async def nurse(browser: Browser, ground: Ground) -> tuple[BrowserContext, Page]:
    context = await browser.new_context(viewport={"width": 390, "height": 844})
    await context.add_cookies(ground.cookies["mara"])
    page = await context.new_page()
    await page.goto(f"{ground.base}/staff/observing")
    return context, page


def card(page: Page, ground: Ground, key: str) -> Locator:
    return page.locator(f"#c-{ground.paths[f'observed_{key}']}")


async def choose(page: Page, card: Locator) -> Locator:
    """This patient on a narrow screen, by the line of everybody who is observed."""
    await page.locator(f"vitals-who a[href='#{await card.get_attribute('id')}']").click()
    await expect(card).to_be_visible()
    return card


async def types(patient: Locator, systolic: str) -> None:
    for name, value in {"systolic": systolic, "diastolic": "84", "pulse": "77", "oxygen": "97"}.items():
        await patient.locator(f"[name=q-{name}]").fill(value)
    await patient.locator("[name=q-sedation][value=drowsy]").check()


async def takes(patient: Locator, systolic: str) -> None:
    await types(patient, systolic)
    await patient.get_by_role("button", name="Keep this reading").click()


async def readings(ground: Ground) -> int:
    asked = text("SELECT count(*) FROM course_entries WHERE step = 'vitals' AND session = 3")
    return int(await ground.house.db.read(lambda db: db.scalar(asked)) or 0)


class Lossy:
    """The first answers are lost after the server wrote: the device has to send the same reading again."""

    def __init__(self, count: int) -> None:
        self.left = count

    async def __call__(self, route: Route) -> None:
        if route.request.method == "POST" and self.left:
            self.left -= 1
            await route.fetch()
            await route.abort()
        else:
            await route.continue_()


async def test_two_devices_see_each_other_and_a_lost_network_loses_and_doubles_nothing(
    browser: Browser, tmp_path: Path
) -> None:
    async with grounds(tmp_path) as ground:
        (one, here), (two, there) = await nurse(browser, ground), await nurse(browser, ground)
        before = await readings(ground)
        noor, across = await choose(here, card(here, ground, "noon")), card(there, ground, "noon")
        await expect(noor.locator("vital-clock").get_by_text("Reading due now")).to_be_visible()
        await takes(noor, "143")
        await expect(across.locator(".vital-last")).to_contain_text("143 mmHg")
        line = there.locator("vitals-who a", has_text="Noor Hassan")
        await expect(line).to_contain_text("Next reading in")
        await expect(line.locator("[data-word]:visible")).to_have_count(0)
        assert await readings(ground) == before + 1

        await one.set_offline(True)
        long = await choose(here, card(here, ground, "early"))
        await types(long, "186")
        await expect(long.locator(".vital-field.is-stop .vital-says.is-stop")).to_be_visible()
        await long.get_by_role("button", name="Keep this reading").click()
        await expect(long.locator("[data-lines]")).to_contain_text("186")
        await expect(long.locator("[data-lines] .vital-says.is-stop")).to_be_visible()
        await expect(here.get_by_text("No network now.")).to_be_visible()
        await long.get_by_role("button", name="Something happened").click()
        await expect(long.locator("[data-lines] li")).to_have_count(2)
        await types(long, "171")  # and not kept yet
        sealed = await here.evaluate(SEALED)
        assert "key false" in sealed
        assert not any("186" in text or "q-systolic" in text for text in sealed)
        await here.evaluate(LIES, 4)  # the key, the two that wait, and what is half typed
        await one.set_offline(False)
        await here.route("**/observing/*", Lossy(2))
        await here.reload()
        await expect(long.locator("[name=q-systolic]")).to_have_value("171")
        await expect(long.locator("[data-waiting]")).to_be_hidden()
        await expect(card(there, ground, "early").locator(".banner-danger")).to_contain_text("186")
        marked = there.locator(f"vitals-who a[href='#{await card(there, ground, 'early').get_attribute('id')}']")
        await expect(marked.locator("[data-word]:visible")).to_have_text("red")
        await expect(marked).to_have_class("is-stop")
        await expect(card(there, ground, "early").locator(".vital-happened")).to_contain_text("Something happened")
        assert await readings(ground) == before + 2, "each was sent twice, and is there once"
        await here.evaluate(LIES, 2)  # the key, and what is half typed
        await one.close()
        await two.close()


async def test_pressures_that_cannot_be_are_asked_about_at_once_and_come_back_where_they_were_kept(
    browser: Browser, tmp_path: Path
) -> None:
    async with grounds(tmp_path) as ground:
        context, page = await nurse(browser, ground)
        noor, before = await choose(page, card(page, ground, "noon")), await readings(ground)
        await takes(noor, "80")
        lower = noor.locator("[name=q-diastolic]")
        assert "below the upper one" in await lower.evaluate("one => one.validationMessage")
        await expect(lower).to_be_focused()
        await noor.locator("[name=q-systolic]").fill("١٢٨")
        assert await lower.evaluate("one => one.validationMessage") == ""
        await noor.get_by_role("button", name="Keep this reading").click()
        await expect(noor.locator(".vital-last")).to_contain_text("128 mmHg")
        assert await readings(ground) == before + 1
        await lower.evaluate("one => one.removeAttribute('data-upper')")  # as a page of before would keep it
        await context.set_offline(True)
        await takes(noor, "80")
        await expect(noor.locator("[data-lines]")).to_contain_text("80")
        await context.set_offline(False)
        await expect(noor.get_by_text("This was not kept.")).to_be_visible()
        await expect(noor.locator("[name=q-systolic]")).to_have_value("80")
        await expect(lower).to_have_value("84")
        assert await readings(ground) == before + 1
        await context.close()


async def test_what_was_taken_waits_for_who_took_it(browser: Browser, tmp_path: Path) -> None:
    async with grounds(tmp_path) as ground:
        context, page = await nurse(browser, ground)
        before = await readings(ground)
        await page.route("**/observing/*", lambda route: route.abort())
        await takes(await choose(page, card(page, ground, "noon")), "150")
        await expect(page.get_by_text("No network now.")).to_be_visible()
        await page.unroute("**/observing/*")
        await context.clear_cookies()
        await page.evaluate("dispatchEvent(new Event('online'))")
        await expect(page).to_have_url(re.compile("/staff/sign-in"))
        await context.add_cookies(ground.cookies["samir"])
        await page.goto(f"{ground.base}/staff/observing")
        await expect(page.get_by_text("Somebody else took readings on this device")).to_be_visible()
        assert await readings(ground) == before
        await context.clear_cookies()
        await context.add_cookies(ground.cookies["mara"])
        await page.goto(f"{ground.base}/staff/observing")
        await expect(card(page, ground, "noon").locator(".vital-last")).to_contain_text("150 mmHg")
        assert await readings(ground) == before + 1
        await context.close()


async def test_opened_without_a_connection_the_screen_says_so_calmly_and_opens_by_itself(
    browser: Browser, tmp_path: Path
) -> None:
    async with grounds(tmp_path) as ground:
        context, page = await nurse(browser, ground)
        before = await readings(ground)
        await page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
        await page.wait_for_function("navigator.serviceWorker.controller")
        await context.set_offline(True)
        await takes(await choose(page, card(page, ground, "noon")), "139")
        await expect(page.get_by_text("No network now.")).to_be_visible()
        await page.reload()
        await expect(page.get_by_role("heading", name="There is no connection right now")).to_be_visible()
        await expect(page.get_by_text("Not at the clinic yet:")).to_contain_text("1")
        assert "Noor" not in await page.content(), "what is kept of the screen names nobody"
        other = await context.new_page()
        await other.goto(f"{ground.base}/staff/observing")
        await expect(other.get_by_text("write each reading on paper")).to_be_visible()
        assert await readings(ground) == before
        await context.set_offline(False)
        # Either page may send it; where the other's socket is not back yet, it asks by itself every thirty seconds.
        await expect(card(page, ground, "noon").locator(".vital-last")).to_contain_text("139 mmHg", timeout=60_000)
        await expect(card(other, ground, "noon").locator("form[data-reading]")).to_be_attached()
        assert await readings(ground) == before + 1
        await context.close()


async def presses(ground: Ground) -> int:
    asked = text("SELECT count(*) FROM course_entries WHERE step = 'seizure' AND session = 17")
    return int(await ground.house.db.read(lambda db: db.scalar(asked)) or 0)


async def test_a_press_without_a_network_shows_what_to_do_outlives_a_reload_and_locks_once(
    browser: Browser, tmp_path: Path
) -> None:
    async with grounds(tmp_path) as ground:
        (one, here), (two, there) = await nurse(browser, ground), await nurse(browser, ground)
        course = ground.paths["carded"]
        pressed, across = here.locator(f"#emergency-{course}"), there.locator(f"#emergency-{course}")
        await here.evaluate("navigator.serviceWorker.ready.then(() => 0)")
        await here.wait_for_function("navigator.serviceWorker.controller")
        await choose(here, here.locator(f"#e-{course}"))
        await one.set_offline(True)
        await pressed.get_by_role("button", name="Seizure or fainting").click()
        await expect(pressed.locator("[data-clock]")).to_have_text(re.compile(r"\d:\d\d"))
        await expect(pressed.get_by_text("Stop the stimulation and take the coil away.")).to_be_visible()
        await expect(pressed.get_by_text("Kept on this device")).to_be_visible()
        await expect(pressed.get_by_role("heading", name="Whom to call")).to_be_visible()
        await takes(await choose(here, card(here, ground, "noon")), "150")
        await expect(card(here, ground, "noon").locator("[data-lines]")).to_contain_text("150")
        sealed = await here.evaluate(SEALED)
        assert not any("seizure" in text or course in text for text in sealed)

        await here.reload()
        away = here.locator("[data-card=seizure]")
        await expect(away.get_by_text("Stop the stimulation and take the coil away.")).to_be_visible()
        await expect(away.locator("[data-clock]")).to_have_text(re.compile(r"\d:\d\d"))
        assert "Selma" not in await here.content()
        assert await presses(ground) == 0

        sent: list[str] = []
        here.on("request", lambda asked: asked.method == "POST" and sent.append(asked.url.rpartition("/")[2]))
        await here.route("**/observing/*", Lossy(1))
        await one.set_offline(False)
        await expect(here.locator(f"#e-{course} [data-pressed]")).to_contain_text("the course is locked")
        await choose(here, here.locator(f"#e-{course}"))
        await expect(pressed.locator("[data-clock]")).to_have_text(re.compile(r"\d:\d\d"))
        await expect(pressed.get_by_text("Kept on this device")).to_be_hidden()
        await expect(card(here, ground, "noon").locator(".vital-last")).to_contain_text("150 mmHg")
        assert sent == ["seizure", "seizure", "vitals"], "in its order, and again until it is there"
        assert await presses(ground) == 1
        line = there.locator(f"vitals-who a[href='#e-{course}']")
        await expect(line).to_contain_text("Seizure or fainting")
        await expect(line).to_have_class("is-stop")
        await choose(there, there.locator(f"#e-{course}"))
        await expect(across.get_by_text("Stop the stimulation and take the coil away.")).to_be_visible()
        await expect(across.get_by_role("button", name="Seizure or fainting")).to_be_hidden()
        locks = text("SELECT count(*) FROM audit_entries WHERE action = 'course.locked'")
        assert await ground.house.db.read(lambda db: db.scalar(locks)) == 1
        await one.close()
        await two.close()


async def test_how_far_somebody_is_in_the_lines_outlives_a_reload(browser: Browser, tmp_path: Path) -> None:
    async with grounds(tmp_path) as ground:
        context, page = await nurse(browser, ground)
        await choose(page, page.locator(f"#e-{ground.paths['carded']}"))
        pressed = page.locator(f"#emergency-{ground.paths['carded']}")
        await pressed.get_by_role("button", name="Seizure or fainting").click()
        await expect(page.locator(f"#e-{ground.paths['carded']} [data-pressed]")).to_be_visible()
        for _ in range(3):
            await pressed.get_by_role("button", name="Next line").click()
        await page.reload()
        await expect(pressed.locator("[aria-current]")).to_have_text("Call the physician of the session.")
        await expect(pressed.get_by_text("Stop the stimulation")).to_be_visible()
        assert await presses(ground) == 1
        await context.close()


async def test_a_session_that_begins_elsewhere_comes_onto_an_open_screen_and_disturbs_nothing_that_is_typed(
    browser: Browser, tmp_path: Path
) -> None:
    async with grounds(tmp_path) as ground:
        course, mara = UUID(ground.paths["course"]), ground.staff["mara"]
        await done(ground.house, CLINIC, course, mara, {"today": 14, "threshold": 10})
        (one, here), (two, there) = await nurse(browser, ground), await nurse(browser, ground)
        noor, came = await choose(here, card(here, ground, "noon")), here.locator(f"#e-{course}")
        await types(noor, "171")
        await noor.locator("[name=q-pulse]").focus()
        place = await noor.locator("[name=q-pulse]").bounding_box()
        await expect(came).to_have_count(0)
        await here.evaluate("document.body.dataset.same = 'yes'")

        patient = ground.paths["person_booked"]
        await there.goto(f"{ground.base}/staff/patients/{patient}/courses/{course}/steps/treatment/{GIVEN + 1}/0")
        for name, value in {"output": "56", "device": "Stimulator 2", "site": "Left DLPFC"}.items():
            await there.locator(f"[name=q-{name}]").fill(value)
        await there.get_by_role("button", name="Keep this").click()
        await expect(there.get_by_role("heading", name=f"Session {GIVEN + 1} of")).to_be_visible()

        await expect(came.locator("[data-press] button")).to_be_attached()
        await expect(here.locator("h1")).to_have_text("5 people are observed now")
        assert await here.evaluate("document.body.dataset.same") == "yes", "without a reload"
        await expect(noor.locator("[name=q-systolic]")).to_have_value("171")
        await expect(noor.locator("[name=q-pulse]")).to_be_focused()
        now = await noor.locator("[name=q-pulse]").bounding_box()
        assert now == place, "nothing moves under the hand"
        told = here.locator("vitals-came")
        await expect(told).to_contain_text("Observed now too:")
        await told.get_by_role("link").click()
        await expect(came).to_be_in_viewport()
        await expect(told).to_be_hidden()
        await came.get_by_role("button", name="Seizure or fainting").click()
        await expect(came.locator("[data-pressed]")).to_contain_text("the course is locked")
        await expect(noor.locator("[name=q-systolic]")).to_have_value("171")
        await one.close()
        await two.close()
