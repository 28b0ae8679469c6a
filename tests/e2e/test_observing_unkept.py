"""What a device held for too long, in a real browser: it stands apart with its time, until a person settles it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, expect
from sqlalchemy import text

from server.home.demo_clinic.observing import add_observed
from server.programmes import store
from server.programmes.observing.unkept import store as unkept
from tests.e2e.ground import CLINIC, Ground, grounds
from tests.e2e.people import NOW
from tests.e2e.test_observing import LIES, choose, nurse, presses, takes, types

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio]
HELD = timedelta(days=3)
MINUTE = 60_000_000
"""In the unit of an instant in the database."""
WHY = "The tablet lay in a drawer over the weekend."
ENTRY = text("SELECT count(*) FROM course_entries WHERE course_id = :course AND session = 3 AND step = :step")


async def long_ago(browser: Browser, ground: Ground) -> tuple[BrowserContext, Page, Locator]:
    """The device of a nurse three days ago, at a session that nobody has ended since, and its patient there."""
    patient, mara = UUID(ground.paths["person_second"]), ground.staff["mara"]
    course = await add_observed(ground.house, CLINIC, patient, mara, NOW - HELD, timedelta(minutes=52))
    ground.paths["observed_long_ago"] = str(course)
    context = await browser.new_context(viewport={"width": 390, "height": 844})
    await context.add_cookies(ground.cookies["mara"])
    page = await context.new_page()
    await page.clock.install(time=datetime.now(UTC) - HELD)
    await page.goto(f"{ground.base}/staff/observing")
    return context, page, await choose(page, page.locator(f"#c-{course}"))


async def come_back(context: BrowserContext, page: Page) -> None:
    """Three days later there is a network again."""
    await page.clock.fast_forward(int(HELD.total_seconds() * 1000))
    await context.set_offline(False)
    await page.evaluate("dispatchEvent(new Event('online'))")


async def written(ground: Ground, step: str) -> int:
    course = UUID(ground.paths["observed_long_ago"]).hex
    return int(await ground.house.db.read(lambda db: db.scalar(ENTRY, {"course": course, "step": step})) or 0)


async def test_what_was_held_too_long_stands_apart_is_written_in_by_hand_and_then_leaves_the_device(
    browser: Browser, tmp_path: Path
) -> None:
    async with grounds(tmp_path) as ground:
        context, page, card = await long_ago(browser, ground)
        before = await written(ground, "vitals")
        await context.set_offline(True)
        await takes(card, "186")
        await expect(card.locator("[data-lines]")).to_contain_text("186")
        await come_back(context, page)
        apart = page.locator("[data-unkept] li")
        await expect(apart).to_contain_text("it came to the clinic more than two days after it was taken.")
        for words in ("186", "84", "drowsy", await card.locator("h2").inner_text(), f"{NOW - HELD:%B}"):
            await expect(apart).to_contain_text(words)
        await expect(card.locator("[name=q-systolic]")).to_have_value("")
        await expect(card.locator("[data-refused]")).to_be_hidden()
        assert await written(ground, "vitals") == before

        await page.reload()
        await page.evaluate(LIES, 2)  # the key, and what the clinic never kept
        await apart.get_by_role("link", name="Write it in by hand").click()
        await expect(page.get_by_text("This is what was taken on this device.")).to_be_visible()
        await expect(page.locator("[name=q-systolic]")).to_have_value("186")
        await expect(page.locator("[name=q-sedation]")).to_have_value("drowsy")
        assert (await page.locator("[name=day]").input_value()) == f"{NOW - HELD:%Y-%m-%d}"
        assert await page.locator("[name=at]").input_value()
        await page.get_by_role("button", name="Keep this").click()
        await expect(page.get_by_text("Please write why it is written today.")).to_be_visible()
        await page.locator("[name=later]").fill(WHY)
        await page.get_by_role("button", name="Keep this").click()
        await expect(page.get_by_text(WHY)).to_be_visible()
        assert await written(ground, "vitals") == before + 1

        await page.goto(f"{ground.base}/staff/observing")
        await page.evaluate(LIES, 1)  # the key alone: the clinic said that it has it
        await expect(page.locator("[data-unkept]")).to_be_hidden()
        assert await written(ground, "vitals") == before + 1
        await context.close()


async def test_it_is_taken_off_by_a_press_with_a_reason_that_the_clinic_answers_and_never_without(
    browser: Browser, tmp_path: Path
) -> None:
    async with grounds(tmp_path) as ground:
        context, page, card = await long_ago(browser, ground)
        course = ground.paths["observed_long_ago"]
        before = await written(ground, "incident")
        await context.set_offline(True)
        await card.get_by_role("button", name="Something happened").click()
        await expect(card.locator("[data-lines] li")).to_have_count(1)
        await come_back(context, page)
        apart = page.locator("[data-unkept] li")
        await apart.get_by_text("Take it off this device").click()
        off = apart.get_by_role("button", name="Take it off", exact=True)
        await off.click()  # without a word the browser asks for one
        await expect(apart.locator("textarea")).to_be_focused()
        await apart.locator("textarea").fill(WHY)
        await page.route("**/observing/off", lambda route: route.fulfill(status=200, body="<p>Please sign in.</p>"))
        await off.click()
        await expect(apart.get_by_text("The clinic did not answer. It is still here")).to_be_visible()
        await page.unroute("**/observing/off")
        await context.set_offline(True)
        await off.click()
        await expect(apart.get_by_text("The clinic did not answer. It is still here")).to_be_visible()
        await page.evaluate(LIES, 2)
        await context.set_offline(False)
        await off.click()
        await expect(page.locator("[data-unkept]")).to_be_hidden()
        await page.evaluate(LIES, 1)
        assert await written(ground, "incident") == before

        row = await ground.house.db.read(lambda db: store.course_of(db, CLINIC.id, UUID(course)))
        assert row
        key = await ground.house.keys.patient(CLINIC.id, row.patient_id)
        (one,) = await ground.house.db.read(lambda db: unkept.of_course(db, key, row))
        assert (one.reason, one.by, dict(one.answers)) == (WHY, ground.staff["mara"], {"what": "happened"})
        assert abs(one.at - (NOW - HELD)) < timedelta(minutes=5)
        await page.goto(f"{ground.base}/staff/patients/{row.patient_id}/courses/{course}")
        await expect(page.get_by_text("Taken off a device, and not among the readings")).to_be_visible()
        await expect(page.get_by_text(WHY)).to_be_visible()
        await context.close()


async def test_what_somebody_in_between_answers_is_no_word_of_the_clinic(browser: Browser, tmp_path: Path) -> None:
    async with grounds(tmp_path) as ground:
        context, page, card = await long_ago(browser, ground)
        before = await written(ground, "vitals")
        await page.route("**/observing/vitals", lambda route: route.fulfill(status=200, body="<p>Welcome.</p>"))
        await types(card, "150")
        await card.get_by_role("button", name="Keep this reading").click()
        await expect(page.get_by_text("No network now.")).to_be_visible()
        await page.evaluate(LIES, 2)
        await page.unroute("**/observing/vitals")
        await page.evaluate("dispatchEvent(new Event('online'))")
        await page.evaluate(LIES, 1)
        assert await written(ground, "vitals") == before + 1
        await context.close()


async def test_a_press_that_cannot_be_kept_leaves_what_to_do_in_sight_and_stands_apart(
    browser: Browser, tmp_path: Path
) -> None:
    async with grounds(tmp_path) as ground:
        context, page = await nurse(browser, ground)
        course = ground.paths["carded"]
        await choose(page, page.locator(f"#e-{course}"))
        await context.set_offline(True)
        pressed = page.locator(f"#emergency-{course}")
        await pressed.get_by_role("button", name="Seizure or fainting").click()
        await expect(pressed.get_by_text("Kept on this device")).to_be_visible()
        base = "/staff/patients/p/courses/c"
        told = {"reasons": [], "never": "unread", "name": "Selma", "what": "Seizure", "said": [], "base": base}
        await page.route("**/observing/seizure", lambda route: route.fulfill(status=422, json=told))
        await context.set_offline(False)
        apart = page.locator("[data-unkept] li")
        await expect(apart).to_contain_text("the definition of its course cannot be read any more.")
        await expect(pressed.get_by_text("Stop the stimulation and take the coil away.")).to_be_visible()
        await expect(pressed.get_by_text("Kept on this device")).to_be_hidden()
        await expect(apart.get_by_role("link", name="Write a note in the record")).to_be_visible()
        await expect(apart.get_by_role("link", name="Write it in by hand")).to_be_hidden()
        assert await presses(ground) == 0
        await context.close()


async def test_a_reading_that_is_mended_keeps_the_time_when_it_was_taken(browser: Browser, tmp_path: Path) -> None:
    async with grounds(tmp_path) as ground:
        context, page = await nurse(browser, ground)
        await page.clock.install()
        await page.reload()
        noor = await choose(page, page.locator(f"#c-{ground.paths['observed_noon']}"))
        lower = noor.locator("[name=q-diastolic]")
        await lower.evaluate("one => one.removeAttribute('data-upper')")  # as a page of before would keep it
        await context.set_offline(True)
        await takes(noor, "80")
        await expect(noor.locator("[data-lines]")).to_contain_text("80")
        await page.clock.fast_forward(10 * 60_000)
        await context.set_offline(False)
        await page.evaluate("dispatchEvent(new Event('online'))")
        await expect(noor.get_by_text("and keeps that time.")).to_be_visible()
        await noor.get_by_role("button", name="Something happened").click()
        await expect(noor.locator(".vital-happened")).to_contain_text("Something happened")
        await page.evaluate(LIES, 2)  # the key, and what is to be mended: another press deletes nothing
        await noor.locator("[name=q-systolic]").fill("128")
        await noor.get_by_role("button", name="Keep this reading").click()
        await page.evaluate(LIES, 1)
        newest = text(
            "SELECT at, written_at FROM course_entries WHERE step = 'vitals' ORDER BY written_at DESC, round DESC"
        )
        found = (await ground.house.db.read(lambda db: db.execute(newest))).first()
        assert found
        assert 9 < (found.written_at - found.at) / MINUTE < 12
        await context.close()
