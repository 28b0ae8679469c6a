"""A measure on a device of the patient's own: sealed, through a network that drops at every step, and reloads."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, Route, expect
from sqlalchemy import func, select

from server.measures import store
from server.measures.sheets import Sheet, ask_by_hand, sheets_of
from server.measures.tables import MeasureAnswer, MeasureFlag
from server.patients.space.door import COOKIE
from server.patients.space.rules import By
from server.patients.space.store import begin_login, by_token
from tests.e2e.ground import Ground, grounds
from tests.e2e.homes import TOKEN
from tests.e2e.look import PHONE
from tests.e2e.measures import card_of
from tests.e2e.people import NOW
from tests.e2e.test_offline import LEFT, LYING, READABLE, Network, again, sign_out_everywhere

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.asyncio]
NOT_YET = "Your answers are not at the clinic yet."
WAIT = f"""async (wanted) => {{
  const lying = {LYING}, waits = async () => (await lying()).filter((name) => name.startsWith('doc:waits:')).length
  while (await waits() !== wanted) await new Promise(requestAnimationFrame)
}}"""
PLAN = """async () => {
  while (document.querySelector('[data-plan]').hidden) await new Promise(requestAnimationFrame)
}"""
SHARED = "s" * 43


@pytest_asyncio.fixture
async def ground(tmp_path: Path) -> AsyncIterator[Ground]:
    async with grounds(tmp_path) as made:
        card = await card_of(made.house, made.paths["booked"])
        setting = await made.house.db.read(lambda db: store.setting_of(db, card.clinic_id))
        for rule in setting.rules[:2]:
            await ask_by_hand(made.house, card, rule.key, rule.version_id, None)
        yield made


async def at_home(browser: Browser, ground: Ground, **more: Any) -> tuple[BrowserContext, Page]:
    context = await browser.new_context(viewport=PHONE, has_touch=True, **more)
    await context.add_cookies(ground.cookies["home"])
    return context, await context.new_page()


def address(ground: Ground, key: str = "gad7") -> str:
    return f"{ground.base}/visit/{ground.paths['booked']}/measures/{key}"


async def sheet(ground: Ground, key: str = "gad7") -> Sheet:
    card = await card_of(ground.house, ground.paths["booked"])
    return next(one for one in await sheets_of(ground.house, card, ground.house.clock()) if one.key == key)


async def rows(ground: Ground) -> int:
    mine = (await sheet(ground)).row
    assert mine
    asked = select(func.count(MeasureAnswer.id)).where(MeasureAnswer.measure_id == mine.id)
    return await ground.house.db.read(lambda db: db.scalar(asked)) or 0


async def lying(page: Page) -> int:
    return len([one for one in await page.evaluate(LYING) if "waits:" in one])


async def tap(page: Page, option: int) -> None:
    await page.locator(".measure-ask.now .choice").nth(option).tap()


async def keeps(page: Page) -> None:
    """What keeps answers on the device comes after the page: until then they go as from any other."""
    await expect(page.locator("measure-form[data-keeps]")).to_be_attached()


async def at(page: Page, number: int) -> None:
    await expect(page.locator("[data-now]").first).to_have_text(str(number))


async def test_a_network_that_drops_at_every_step_and_a_page_that_is_closed_lose_and_double_nothing(
    browser: Browser, ground: Ground
) -> None:
    context, page = await at_home(browser, ground)
    network = Network()
    await context.route("**/me/measures/**", network)
    await page.clock.install(time=NOW)
    await page.goto(address(ground))
    await keeps(page)
    await page.clock.pause_at(NOW + timedelta(hours=1))  # nothing is sent again by itself
    network.plan = ["before"] * 9  # none gets there
    await tap(page, 1)
    await page.clock.run_for(500)
    await at(page, 2)
    await expect(page.get_by_text(NOT_YET)).to_be_visible()
    assert (await lying(page), await rows(ground)) == (1, 0)
    await tap(page, 2)
    await page.clock.run_for(500)
    await at(page, 3)
    network.plan = ["before"] * 9
    await page.reload()  # both wait, and the page goes on where they stopped
    await keeps(page)
    await at(page, 3)
    await expect(page.get_by_text(NOT_YET)).to_be_visible()
    assert await lying(page) == 2
    network.plan = ["after", *["before"] * 9]  # the first gets there, and its receipt is lost
    await again(page)
    await tap(page, 3)
    await page.clock.run_for(500)
    await at(page, 4)
    await expect(page.locator(".measure-bar > i.done")).to_have_count(3)
    await asyncio.wait_for(page.evaluate(WAIT, 3), 20)
    assert await rows(ground) <= 2  # as a page is left, what waits goes as well, and nobody hears whether it got there
    await page.close()
    page = await context.new_page()
    network.plan = []
    await page.goto(f"{ground.base}/me")  # the home sends what waits, the first once more
    await page.clock.resume()  # or no frame would ever be drawn
    await asyncio.wait_for(page.evaluate(WAIT, 0), 20)
    assert await rows(ground) == 3
    await page.goto(address(ground))
    await keeps(page)
    await at(page, 4)
    for number, option in enumerate((0, 1, 2, 3), 4):
        await at(page, number)
        await tap(page, option)
    await expect(page.get_by_role("heading", name="Mara has your answers")).to_be_visible()
    assert list((await sheet(ground)).answers.values()) == [1, 2, 3, 0, 1, 2, 3]
    assert (await lying(page), await rows(ground)) == (0, 7)
    await context.close()


async def test_danger_shows_help_and_the_plan_without_a_network_and_reaches_people_though_it_was_taken_back(
    browser: Browser, ground: Ground
) -> None:
    context, page = await at_home(browser, ground)
    await page.goto(f"{ground.base}/me/plan")
    await expect(page.locator("[data-kept]").first).to_be_visible()  # this device keeps the plan
    await page.goto(f"{address(ground, 'phq9')}?q=9")
    await expect(page.locator("measure-form [data-plan]")).to_be_attached()
    await asyncio.wait_for(page.evaluate(PLAN), 20)
    await context.set_offline(True)
    await tap(page, 2)
    await expect(page.get_by_role("link", name="Call 112").first).to_be_visible()
    await page.locator(".measure-help summary", has_text="My safety plan").tap()
    await expect(page.locator(".measure-help").get_by_text("Choir on Tuesdays")).to_be_visible()
    await expect(page.get_by_text("Nobody at the clinic has seen this answer yet.")).to_be_visible()
    await expect(page.get_by_text(NOT_YET)).to_be_visible()
    await tap(page, 0)  # and takes it back, before anybody knows
    lies = json.dumps(await page.evaluate(READABLE))
    assert "phq9" not in lies
    assert "true" not in lies, "no script reads the key out"
    await context.set_offline(False)
    await expect(page.get_by_text(NOT_YET)).to_be_hidden(timeout=20_000)
    await expect(page.locator("[data-seen]")).not_to_contain_text("Nobody at the clinic has seen")
    found = await sheet(ground, "phq9")
    assert found.answers == {"phq9_9": 0}
    assert found.row
    asked = select(MeasureFlag.weight).where(MeasureFlag.measure_id == found.row.id)
    assert list(await ground.house.db.read(lambda db: db.scalars(asked))) == ["urgent"]
    await context.close()


async def test_of_two_devices_the_answer_counts_that_was_tapped_last_though_it_came_first(
    browser: Browser, ground: Ground
) -> None:
    context, page = await at_home(browser, ground)
    await page.goto(address(ground))
    await keeps(page)
    await context.set_offline(True)
    await tap(page, 3)
    await expect(page.get_by_text(NOT_YET)).to_be_visible()
    other, tablet = await at_home(browser, ground)
    await tablet.goto(address(ground))
    await keeps(tablet)
    async with tablet.expect_response("**/me/measures/**"):
        await tap(tablet, 1)
    await page.evaluate("document.querySelector('[data-back]').click()")
    await context.set_offline(False)
    await expect(page.get_by_text("You answered this on another page since.")).to_be_visible(timeout=20_000)
    await expect(page.locator(".measure-ask.now input").nth(1)).to_be_checked()
    assert ((await sheet(ground)).answers, await rows(ground)) == ({"gad7_1": 1}, 2)
    await context.close()
    await other.close()


async def test_what_waits_where_the_device_is_signed_out_elsewhere_is_said_to_have_reached_nobody(
    browser: Browser, ground: Ground
) -> None:
    context, page = await at_home(browser, ground, service_workers="block")
    network = Network(*["before"] * 40)
    await context.route("**/me/measures/**", network)
    await page.goto(address(ground))
    await keeps(page)
    await tap(page, 3)
    await expect(page.get_by_text(NOT_YET)).to_be_visible()
    await ground.house.db.unit(sign_out_everywhere)
    network.plan.clear()
    await again(page)
    await page.wait_for_url("**/me/sign-in?notice=lost")
    said = page.get_by_role("alert").filter(has_text="What waited on this device did not reach the clinic.")
    await expect(said.get_by_role("link", name="Numbers to call")).to_have_attribute("href", "/c/linden/help")
    assert (await page.evaluate(LYING), await rows(ground)) == ([], 0)
    await context.close()


async def test_signing_out_leaves_none_and_a_shared_device_keeps_none(browser: Browser, ground: Ground) -> None:
    context, page = await at_home(browser, ground, service_workers="block")
    await context.route("**/me/measures/**", Network(*["before"] * 40))
    await page.goto(address(ground))
    await keeps(page)
    await tap(page, 3)
    await expect(page.get_by_text(NOT_YET)).to_be_visible()
    assert await lying(page) == 1
    await page.goto(f"{ground.base}/me")
    dialogs: list[str] = []

    async def accept(dialog: Any) -> None:
        dialogs.append(dialog.message)
        await dialog.accept()

    page.on("dialog", accept)
    await page.get_by_role("button", name="Sign out here").click()
    await page.wait_for_url("**/me/sign-in*")
    assert [one for one in dialogs if "is not at the clinic yet" in one]
    assert (await page.evaluate(LYING), await page.evaluate(LEFT)) == ([], [0, 0])
    space = await ground.house.db.read(lambda db: by_token(db, TOKEN))
    assert space
    await ground.house.db.unit(lambda db: begin_login(db, space[1].id, SHARED, NOW, "Library", By.CODES, own=False))
    await context.add_cookies([{"name": COOKIE, "value": SHARED, "url": ground.base}])
    await context.route("**/answer", Network(*["before"] * 40))
    await page.goto(address(ground))
    await tap(page, 3)
    await expect(page.get_by_text("Your answers wait on this page and are sent by themselves")).to_be_visible()
    assert await page.evaluate(LYING) == []
    await context.close()


async def test_what_is_tapped_before_the_device_keeps_answers_goes_at_once_or_is_kept_then(
    browser: Browser, ground: Ground
) -> None:
    context, page = await at_home(browser, ground)
    held: list[Route] = []
    coming = asyncio.Event()

    async def hold(route: Route) -> None:
        held.append(route)
        coming.set()

    await context.route("**/js/measure/kept.js", hold)
    await context.route(
        "**/measures/gad7/answer", Network("after", *["before"] * 40)
    )  # the first one's receipt is lost
    await page.goto(address(ground))
    await tap(page, 1)
    await at(page, 2)
    await tap(page, 2)
    await asyncio.wait_for(coming.wait(), 20)
    for route in held:
        await route.continue_()
    await keeps(page)
    await asyncio.wait_for(page.evaluate(WAIT, 0), 20)
    assert (await sheet(ground)).answers == {"gad7_1": 1, "gad7_2": 2}
    assert await rows(ground) == 2, "each once, though one went by two ways"
    await context.close()
