"""Who is on call, and later who leads, reads on every page that somebody waits for help now, and no name."""

from datetime import timedelta

import pytest
import pytest_asyncio

from server.access import Role
from server.accounts.store import join
from tests.server.support.conftest import base, jo, linden, mara, on, samir, waiting
from tests.server.visit.conftest import Browser, add_staff, browsers, signed_in

__all__ = ["browsers", "jo", "linden", "mara", "on", "samir"]
pytestmark = pytest.mark.asyncio
PAGES = ("/staff", "/staff/day/waiting", "/staff/day/came")


async def said(browser: Browser, words: str) -> list[bool]:
    """On which of the pages these words stand."""
    return [words in (await browser.get(one)).text for one in PAGES]


async def test_who_is_on_call_reads_how_many_wait_until_somebody_takes_them(house, mara, samir, browsers) -> None:
    assert await said(mara, "for help now") == [False] * 3
    for name in ("Robin", "Noa"):
        await waiting(browsers, name=name)
    await house.alerts.run_due()
    assert await said(mara, "2 people wait for help now") == [True] * 3
    assert await said(mara, 'data-waits="help-') == [True] * 3, "and it is heard"
    assert await said(mara, "Robin") == [False] * 3
    assert (await samir.post(f"{await base(house)}/take")).status_code == 303
    assert await said(mara, "One person waits for help now") == [True] * 3


async def test_who_leads_reads_it_once_they_were_called_and_nobody_else_does(
    house, clock, on, mara, desk_browser, other, browsers
) -> None:
    await waiting(browsers, name="Robin")
    await house.alerts.run_due()
    assert await said(desk_browser, "for help now") == [False] * 3
    clock.now += timedelta(minutes=4)
    await house.alerts.run_due()
    assert await said(desk_browser, "One person waits for help now") == [True] * 3
    assert await said(other, "for help now") == [False] * 3


@pytest_asyncio.fixture
async def desk_browser(house, on, browsers) -> Browser:
    return await signed_in_as(house, on, browsers, Role.FRONT_DESK)


@pytest_asyncio.fixture
async def other(house, on, browsers) -> Browser:
    return await signed_in_as(house, on, browsers, Role.THERAPIST)


async def signed_in_as(house, on, browsers, role: Role) -> Browser:
    staff = await add_staff(house, on.clinic.id, role)
    await house.db.unit(lambda db: join(db, staff, house.clock()))
    return await signed_in(house, await browsers(), staff)
