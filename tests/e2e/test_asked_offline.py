"""Questions that are due, on a device of the patient's own without a connection: they open, are kept and get there."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.measures.tables import Measure, MeasureAnswer, MeasureFlag
from server.safety.alerts.tables import Alert
from tests.e2e.ground import Ground, grounds
from tests.e2e.test_asked_signed_out import SHARED, opened, sign_in
from tests.e2e.test_measures_kept import NOT_YET, WAIT, at, keeps, tap
from tests.e2e.test_offline import CACHED, LYING, READABLE

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.asyncio]
READY = f"""async () => {{
  const lying = {LYING}
  while (!(await lying()).includes('doc:asked')) await new Promise(requestAnimationFrame)
  const workers = () => navigator.serviceWorker.getRegistrations()
  const works = async () => (await workers()).some((one) => one.active?.state === 'activated')
  while (!(await works())) await new Promise(requestAnimationFrame)
}}"""


@pytest_asyncio.fixture
async def ground(tmp_path: Path) -> AsyncIterator[Ground]:
    async with grounds(tmp_path) as made:
        yield made


async def kept(page: Page, ground: Ground) -> None:
    """Their home was opened once, and keeps what is due."""
    await page.goto(f"{ground.base}/me")
    await asyncio.wait_for(page.evaluate(READY), 30)


async def answered(ground: Ground, patient: str) -> list[tuple[str, int]]:
    """Each question that got answers, with how many rows."""

    async def work(db: AsyncSession) -> list[tuple[str, int]]:
        asked = select(MeasureAnswer.item, func.count()).join(Measure, Measure.id == MeasureAnswer.measure_id)
        rows = await db.execute(asked.where(Measure.patient_id == UUID(patient)).group_by(MeasureAnswer.item))
        return sorted((item, count) for item, count in rows)

    return await ground.house.db.read(work)


async def test_a_due_question_opens_without_a_connection_and_its_answer_gets_there_once(
    browser: Browser, ground: Ground
) -> None:
    context, page = await opened(browser, ground)
    await context.add_cookies(ground.cookies["unbooked"])
    patient = ground.paths["person_unbooked"]
    before = await answered(ground, patient)
    await kept(page, ground)
    await context.set_offline(True)
    await page.goto(f"{ground.base}/me/asked/{patient}/phq9")
    await keeps(page)
    while not await page.locator(".measure-ask.now[data-help-at]").count():
        number = int(await page.locator("[data-now]").first.inner_text())
        await tap(page, 1)
        await at(page, number + 1)
    await tap(page, 1)
    await expect(page.get_by_role("link", name="Call 112").first).to_be_visible()
    await expect(page.get_by_text(NOT_YET)).to_be_visible()
    lies = json.dumps([await page.evaluate(READABLE), await page.evaluate(LYING), await page.evaluate(CACHED)])
    assert "phq9" not in lies.lower(), "nothing readable says what is asked"
    assert "PHQ-9" not in lies
    assert await answered(ground, patient) == before
    await page.reload()  # as it was, with what was tapped
    await expect(page.get_by_role("link", name="Call 112").first).to_be_visible()
    await context.set_offline(False)
    await asyncio.wait_for(page.evaluate(WAIT, 0), 30)
    now = await answered(ground, patient)
    assert ("phq9_9", 1) in now
    assert {count for _, count in now} == {1}

    async def calls(db: AsyncSession) -> int:
        risen = select(func.count(Alert.id)).join(MeasureFlag, MeasureFlag.measure_id == Alert.subject_id)
        return (
            await db.scalar(
                risen.join(Measure, Measure.id == MeasureFlag.measure_id).where(Measure.patient_id == UUID(patient))
            )
            or 0
        )

    assert await ground.house.db.read(calls)
    await context.close()


async def test_a_booking_asks_without_a_connection_too_and_the_page_that_says_so_leads_there(
    browser: Browser, ground: Ground
) -> None:
    context, page = await opened(browser, ground)
    await context.add_cookies(ground.cookies["home"])
    await kept(page, ground)
    await context.set_offline(True)
    await page.goto(f"{ground.base}/me/letters")
    await page.get_by_role("link", name="GAD-7").first.tap()
    await keeps(page)
    await tap(page, 2)
    await expect(page.get_by_text(NOT_YET)).to_be_visible()
    await context.set_offline(False)
    await asyncio.wait_for(page.evaluate(WAIT, 0), 30)
    await context.close()


async def test_a_device_that_others_use_keeps_nothing_of_it(browser: Browser, ground: Ground) -> None:
    context, page = await opened(browser, ground)
    await sign_in(ground, context, SHARED)
    await page.goto(f"{ground.base}/me", wait_until="networkidle")
    assert await page.evaluate(LYING) == []
    assert await page.evaluate("async () => (await navigator.serviceWorker.getRegistrations()).length") == 0
    answer = await page.request.get(f"{ground.base}/me/offline/asked")
    assert answer.status == 404
    await context.close()
