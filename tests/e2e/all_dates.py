"""A group of which people may book all dates, for a while, and what somebody does on its page. Nothing is booked."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from playwright.async_api import Page

from server.clinic import store as clinics
from server.house import House
from tests.e2e.ground import CLINIC, Ground
from tests.e2e.pages.shown import send
from tests.e2e.wanted import GROUP, let_go

FIRST, FORM = "2026-03-20T13:00Z", "form.halves"


@asynccontextmanager
async def given(house: House) -> AsyncIterator[None]:
    """For a while the group needs no answer, and is given as a whole."""
    for service in (replace(GROUP, asks=False, all_dates=True), GROUP):
        await house.db.unit(lambda db, service=service: clinics.change_service(db, CLINIC.id, service, house.clock()))
        if service.all_dates:
            yield


async def choose(page: Page, ground: Ground) -> None:
    """From the first of six Fridays on; on the last of them nobody is seen."""
    async with given(ground.house):
        await let_go(ground.house)
        await page.reload()
        await page.locator(f"[name=start][value='{FIRST}']").evaluate("one => { one.checked = true }")
        await page.locator("[name=name]").fill("Jo Almeida")
        await page.locator("[name=contact]").fill("jo@example.org")
        await page.locator("[name=consent]").check()
        await send(page, "form.half-lit")


async def choose_too_late(page: Page, ground: Ground) -> None:
    """All of it, although one is not free by now."""
    await choose(page, ground)
    async with given(ground.house):
        await page.locator("[name=which]").first.evaluate("one => { one.value = 'all'; one.checked = true }")
        await send(page, FORM)
