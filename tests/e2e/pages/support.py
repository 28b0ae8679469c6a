"""Help now: coming in, every state of somebody's place, and the pages of those on call."""

from playwright.async_api import Page

from tests.e2e.ground import CLINIC, Ground
from tests.e2e.pages.shown import Shown, send_empty
from tests.e2e.supported import came_before, left_undone, switched_off


async def nobody_there(page: Page, ground: Ground) -> None:
    async with switched_off(ground.house, CLINIC):
        await page.reload()


async def not_safe(page: Page, ground: Ground) -> None:
    await page.locator("[name=safe][value=no]").check()


async def nobody_does_it(page: Page, ground: Ground) -> None:
    async with left_undone(ground.house, CLINIC, ground.staff["vera"]):
        await page.reload()


async def many_came(page: Page, ground: Ground) -> None:
    """In the month before."""
    if not await page.locator("table").count():
        await came_before(ground.house, CLINIC)
        await page.reload()


async def never_hand_over(page: Page, ground: Ground) -> None:
    await page.locator("[name=hand_over]").fill("0")
    await send_empty(page, ground)


async def hears_no_more(page: Page, ground: Ground) -> None:
    await page.locator("[data-live-ended]").evaluate("one => { one.hidden = false }")


# fmt: off
PAGES: tuple[Shown, ...] = (
    Shown("support-enter", "stranger", "/c/{clinic}/support"),
    Shown("support-not-safe", "stranger", "/c/{clinic}/support", not_safe),
    Shown("support-mend", "stranger", "/c/{clinic}/support", send_empty, 422),
    Shown("support-closed", "stranger", "/c/{clinic}/support", nobody_there),
    Shown("support-waiting", "stranger", "/support/{lou}"),
    Shown("support-offered", "stranger", "/support/{robin}"),
    Shown("support-danger", "stranger", "/support/{leo}"),
    Shown("support-danger-offered", "stranger", "/support/{kim}"),
    Shown("support-danger-taken", "stranger", "/support/{uma}"),
    Shown("support-danger-calls", "stranger", "/support/{jan}"),
    Shown("support-taken", "stranger", "/support/{max}"),
    Shown("support-calls", "stranger", "/support/{ada}"),
    Shown("support-go-in", "stranger", "/support/{ira}"),
    Shown("support-lost", "stranger", "/support/at/{kim_ask}"),
    Shown("support-over", "stranger", "/support/{ben}"),
    Shown("support-told", "stranger", "/support/{mio}"),
    Shown("support-left", "stranger", "/support/{eli}"),
    Shown("support-board", "vera", "/staff/support"),
    Shown("support-board-ended", "vera", "/staff/support", hears_no_more),
    Shown("support-board-desk", "desk", "/staff/support"),
    Shown("support-one", "vera", "/staff/support/{kim_ask}"),
    Shown("support-one-told", "vera", "/staff/support/{mio_ask}"),
    Shown("support-mine", "vera", "/staff/support/{max_ask}"),
    Shown("support-met", "vera", "/staff/support/{ada_ask}"),
    Shown("support-follow-ups", "vera", "/staff/support/follow-ups"),
    Shown("support-follow-ups-mend", "vera", "/staff/support/follow-ups", send_empty, 422),
    Shown("support-follow-ups-left", "admin", "/staff/support/follow-ups", nobody_does_it),
    Shown("support-left-today", "admin", "/staff", nobody_does_it),
    Shown("support-report", "admin", "/staff/clinic/support/report?from=2026-02-01", many_came),
    Shown("support-report-none", "admin", "/staff/clinic/support/report?from=2026-01-01"),
    Shown("support-settings", "admin", "/staff/clinic/support"),
    Shown("support-settings-mend", "admin", "/staff/clinic/support", never_hand_over, 422),
)
# fmt: on
