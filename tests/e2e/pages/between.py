"""Tools between meetings: lists, forms, entries, looking back, and what a therapist sees of them."""

from collections.abc import Sequence

from playwright.async_api import Page

from tests.e2e.between import GIVEN, LADDER, PARKED, THOUGHT
from tests.e2e.ground import Ground
from tests.e2e.pages.shown import Shown, send


async def keep_nothing(page: Page, ground: Ground) -> None:
    await send(page, "form.tool-form")


async def feel(page: Page, ground: Ground) -> None:
    """A feeling with a name, which is asked again further down by that name."""
    await page.locator("[name=emotions-0-name]").fill("Fear")
    await page.locator("[name=emotions-0-before][value='70']").check()
    await page.locator(".tool-more > summary").first.click()
    await page.locator("[name=emotions-1-name]").fill("Shame")
    await page.locator(".tool-fold > summary").click()


async def give_nothing(page: Page, ground: Ground) -> None:
    await send(page, "main ~ aside form[method=post]")


# fmt: off
PAGES: Sequence[Shown] = (
    Shown("tools", "home", "/me/tools"),
    Shown("tool-thought", "home", "/me/tools/thought"),
    Shown("tool-thought-new", "home", "/me/tools/thought/new"),
    Shown("tool-thought-full", "home", f"/me/tools/thought/new?form=full&task={GIVEN}", feel),
    Shown("tool-thought-mend", "home", "/me/tools/thought/new", keep_nothing, 422),
    Shown("tool-thought-entry", "home", f"/me/tools/thought/{THOUGHT}"),
    Shown("tool-thought-change", "home", f"/me/tools/thought/{THOUGHT}/change"),
    Shown("tool-offline", "home", "/me/offline/tools/worry"),
    Shown("tool-facing-offline", "home", "/me/offline/tools/facing"),
    Shown("tool-week", "home", "/me/tools/activity"),
    Shown("tool-activity-new", "home", "/me/tools/activity/new"),
    Shown("tool-worries", "home", "/me/tools/worry"),
    Shown("tool-worry-look", "home", f"/me/tools/worry/{PARKED}/change?form=full"),
    Shown("tool-problem-new", "home", "/me/tools/problem/new"),
    Shown("tool-experiment", "home", "/me/tools/experiment"),
    Shown("tool-experiment-new", "home", "/me/tools/experiment/new"),
    Shown("tool-nights", "home", "/me/tools/night"),
    Shown("tool-night-new", "home", "/me/tools/night/new"),
    Shown("tool-ladder", "home", f"/me/tools/ladder/{LADDER}"),
    Shown("tool-facing", "home", f"/me/tools/facing/new?of={LADDER}&step=1"),
    Shown("shared-tools", "mara", "/staff/patients/{person_booked}/tools"),
    Shown("shared-tools-mend", "mara", "/staff/patients/{person_booked}/tools", give_nothing, 422),
    Shown("shared-tools-none", "mara", "/staff/patients/{person_after}/tools"),
)
# fmt: on
