"""Letters between visits, as patients and whoever answers them see them."""

from collections.abc import Sequence

from playwright.async_api import Page

from tests.e2e.ground import Ground
from tests.e2e.pages.shown import Shown, send


async def send_nothing(page: Page, ground: Ground) -> None:
    """Presses the button that sends, past what the browser itself would ask for."""
    async with page.expect_navigation():
        await page.locator("button[formaction]").evaluate("button => { button.form.noValidate = true; button.click() }")


async def write_of_danger(page: Page, ground: Ground) -> None:
    await page.locator("#text").fill("I want to die")
    await send_nothing(page, ground)


async def add_a_file(page: Page, ground: Ground) -> None:
    await page.locator(".letter-more > summary").click()


async def hand_over(page: Page, ground: Ground) -> None:
    await page.locator(".letter-acts summary").click()


async def go_yesterday(page: Page, ground: Ground) -> None:
    for name in ("since", "until"):
        await page.locator(f"[name={name}]").fill("2020-01-01")
    await send(page, "main form.stack")


async def promise_nothing(page: Page, ground: Ground) -> None:
    await page.locator("#days").fill("0")
    await send(page, "main form.stack")


# fmt: off
PAGES: Sequence[Shown] = (
    Shown("letters", "home", "/me/letters"),
    Shown("letters-new", "home", "/me/letters/new"),
    Shown("letters-new-mend", "home", "/me/letters/new", send_nothing, 422),
    Shown("letters-new-near", "home", "/me/letters/new", write_of_danger, 422),
    Shown("letters-thread", "home", "/me/letters/{letters_answered}", add_a_file),
    Shown("letters-thread-waits", "home", "/me/letters/{letters_times}"),
    Shown("letters-thread-closed", "home", "/me/letters/{letters_shut}"),
    Shown("staff-letters", "mara", "/staff/letters"),
    Shown("staff-letters-none", "samir", "/staff/letters"),
    Shown("staff-letters-one", "mara", "/staff/letters/{letters_late}", hand_over),
    Shown("staff-letters-answered", "mara", "/staff/letters/{letters_answered}"),
    Shown("staff-letters-closed", "mara", "/staff/letters/{letters_shut}"),
    Shown("staff-letters-to", "mara", "/staff/letters/to/{person_booked}"),
    Shown("staff-letters-to-none", "mara", "/staff/letters/to/{person_after}"),
    Shown("staff-letters-away", "mara", "/staff/letters/away"),
    Shown("staff-letters-away-mend", "mara", "/staff/letters/away", go_yesterday, 422),
    Shown("clinic-letters", "admin", "/staff/clinic/letters"),
    Shown("clinic-letters-mend", "admin", "/staff/clinic/letters", promise_nothing, 422),
)
# fmt: on
