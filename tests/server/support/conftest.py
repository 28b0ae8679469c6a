"""Linden Practice with help now: Mara is on call day and night, Samir from eight to eight; it is Monday, 9:00 UTC."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest_asyncio
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.store import join
from server.house import House
from server.safety.alerts.tables import AlertRung
from server.safety.roster import store as roster
from server.safety.roster.rules import Shift
from server.support import store
from server.support.entering import token_of
from server.support.rules import Rules
from server.support.tables import SupportAsk
from tests.server.booking.linden import Linden
from tests.server.visit.conftest import Browser, Browsers, browsers, desk, jo, linden, signed_in

__all__ = ["browsers", "desk", "jo", "linden"]
PAGE, BOARD = "/c/linden/support", "/staff/support"
SAID: Mapping[str, str] = {
    "name": "Robin", "number": "030 555 0177", "place": "Hauptstr. 3, Berlin", "country": "DE", "safe": "yes",
    "topic": "Panic", "way": "video", "once": "a-word",
}  # fmt: skip


@dataclass(frozen=True)
class Waiting:
    """Somebody with a place in the line, in their own browser."""

    browser: Browser
    url: str

    async def page(self) -> str:
        answer = await self.browser.get(self.url)
        assert answer.status_code == 200, answer.status_code
        return answer.text


async def enter(browser: Browser, **said: str) -> httpx2.Response:
    return await browser.post(PAGE, data={**SAID, **said})


async def waiting(browsers: Browsers, **said: str) -> Waiting:
    """Somebody new comes into the line."""
    browser = await browsers()
    answer = await enter(browser, **{"once": said.get("name", "x"), **said})
    assert answer.status_code == 303, answer.text
    return Waiting(browser, await led(browser, answer))


async def link(house: House, which: int = 0) -> str:
    """The link of a place, as a mail has it."""
    return f"/support/{token_of(house.keys, (await asks(house))[which].id)}"


async def led(browser: Browser, answer: httpx2.Response) -> str:
    """The address at which whoever is led there arrives."""
    while answer.status_code == 303:
        at = answer.headers["location"]
        answer = await browser.get(at)
    return at


async def switch_on(house: House, linden: Linden, **changes: Any) -> None:
    """Help now, with Mara on call at all times and Samir by day."""
    plain = {
        "in_use": True,
        "service": linden.session.id,
        "topics": ("Panic", "Sleep"),
        "words": "We are glad you came.",
    }
    rules = Rules(**{**plain, **changes})

    async def work(db: AsyncSession) -> None:
        for one in (linden.mara, linden.samir):
            await join(db, one.staff_id, house.clock())  # they have joined
        await store.set_rules(db, linden.clinic.id, rules, house.clock())
        await roster.add_week(db, linden.clinic.id, range(7), Shift(0, 1440, linden.mara.staff_id))
        await roster.add_week(db, linden.clinic.id, range(7), Shift(480, 1200, linden.samir.staff_id))

    await house.db.unit(work)


@pytest_asyncio.fixture
async def on(house: House, linden: Linden) -> Linden:
    await switch_on(house, linden)
    return linden


@pytest_asyncio.fixture
async def mara(house: House, on: Linden, browsers: Browsers) -> Browser:
    return await signed_in(house, await browsers(), on.mara.staff_id)


@pytest_asyncio.fixture
async def samir(house: House, on: Linden, browsers: Browsers) -> Browser:
    return await signed_in(house, await browsers(), on.samir.staff_id)


async def asks(house: House) -> list[SupportAsk]:
    async def work(db: AsyncSession) -> list[SupportAsk]:
        return list(await db.scalars(select(SupportAsk).order_by(SupportAsk.asked_at)))

    return await house.db.read(work)


async def rungs(house: House) -> list[str]:
    """Every rung that was ever fired, in time."""

    async def work(db: AsyncSession) -> list[str]:
        return list(await db.scalars(select(AlertRung.rung).order_by(AlertRung.at)))

    return await house.db.read(work)


async def base(house: House) -> str:
    """The staff's address of the newest place."""
    return f"{BOARD}/{(await asks(house))[-1].id}"
