"""What went wrong, and how staff come in."""

from collections.abc import Sequence

from playwright.async_api import Page

from tests.e2e.ground import Ground
from tests.e2e.pages.shown import Shown, send, send_empty


async def sign_in_by_provider(page: Page, ground: Ground) -> None:
    async with ground.by_provider():
        await page.reload()


async def make_app(page: Page, ground: Ground) -> None:
    await send(page, "form[action='/staff/factors']")


async def keep_codes(page: Page, ground: Ground) -> None:
    """The app's digits of this morning."""
    import pyotp

    await make_app(page, ground)
    secret = (await page.locator(".letters").text_content() or "").replace(" ", "")
    await page.locator("[name=code]").fill(pyotp.TOTP(secret).at(ground.house.clock()))
    await send(page)


# fmt: off
PAGES: Sequence[Shown] = (
    Shown("error-404", "stranger", "/c/nobody", status=404),
    Shown("error-410", "stranger", "/staff/link/{over}", status=410),
    Shown("error-403", "mara", "/staff/team", status=403),
    *(Shown(f"error-{status}", "stranger", f"/mishap/{status}", status=status)
      for status in (409, 413, 422, 429, 500, 503)),
    Shown("staff-sign-in", "nobody", "/staff/sign-in"),
    Shown("staff-sign-in-provider", "nobody", "/staff/sign-in", sign_in_by_provider),
    Shown("staff-sign-in-mend", "nobody", "/staff/sign-in", send_empty, 422),
    Shown("staff-forgotten", "nobody", "/staff/forgotten"),
    Shown("staff-forgotten-sent", "nobody", "/staff/forgotten?notice=sent"),
    Shown("staff-invited", "nobody", "/staff/link/{invite}"),
    Shown("staff-second-step", "second", "/staff/second-step"),
    Shown("staff-second-step-mend", "second", "/staff/second-step", send_empty, 422),
    Shown("staff-factors", "half", "/staff/factors"),
    Shown("staff-factors-app", "half", "/staff/factors", make_app),
    Shown("staff-codes", "new", "/staff/factors", keep_codes),
)
# fmt: on
