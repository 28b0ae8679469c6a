"""A passkey as the second step, in a real browser with an authenticator of its own (WebAuthn over CDP)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, CDPSession, Page, expect

from tests.e2e import walk

pytestmark = [pytest.mark.e2e, pytest.mark.pages, pytest.mark.asyncio, pytest.mark.timeout(180)]

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@asynccontextmanager
async def person(browser: Browser) -> AsyncIterator[Page]:
    """A browser profile; fails when a page throws or breaks its policy."""
    context = await browser.new_context()
    page = await context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(error.message))
    page.on("console", lambda said: problems.append(said.text) if "Content Security" in said.text else None)
    try:
        yield page
        assert not problems
    finally:
        await context.close()


async def authenticator(page: Page) -> tuple[CDPSession, dict[str, Any]]:
    """Give the page a device that answers without a finger."""
    session = await page.context.new_cdp_session(page)
    await session.send("WebAuthn.enable")
    return session, await session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


async def first_step(page: Page, base: str, staff: walk.Staff) -> None:
    await page.goto(f"{base}/staff/sign-in")
    await page.get_by_label("Your mail address at work").fill(staff.mail)
    await page.get_by_label("Your password").fill(walk.PASSWORD)
    await page.get_by_role("button", name="Go to the second step").click()


async def test_a_passkey_is_made_at_the_first_sign_in_and_opens_the_next(browser, parlour_server) -> None:
    server = await parlour_server()
    base = server.base.replace("127.0.0.1", "localhost")  # a passkey belongs to a name, and an address is none
    async with person(browser) as page:
        session, device = await authenticator(page)
        mara = await walk.set_up(page, server.setup_link())
        await page.goto(f"{base}/staff")
        await expect(page).to_have_url(f"{base}/staff/factors?next=/staff")
        await page.get_by_label("What you call this device").fill("The laptop in room 2")
        await page.get_by_role("button", name="Make a passkey").click()
        await expect(page.locator("ol.codes li")).to_have_count(10)
        made = await session.send("WebAuthn.getCredentials", device)
        assert [key["rpId"] for key in made["credentials"]] == ["localhost"]
        await page.get_by_role("link", name="I have kept them").click()
        await expect(page).to_have_url(f"{base}/staff")

        await page.goto(f"{base}/staff/account")
        await expect(page.get_by_text("The laptop in room 2")).to_be_visible()
        await page.get_by_role("button", name="Sign out here").click()
        await first_step(page, base, mara)
        await expect(page.get_by_label("Six digits from your app")).to_have_count(0)
        await page.get_by_role("button", name="Use my passkey").click()
        await expect(page).to_have_url(f"{base}/staff")
        (used,) = (await session.send("WebAuthn.getCredentials", device))["credentials"]
        assert used["signCount"] > made["credentials"][0]["signCount"]


async def test_another_device_does_not_open_and_says_what_would_help(browser, parlour_server) -> None:
    server = await parlour_server()
    base = server.base.replace("127.0.0.1", "localhost")
    async with person(browser) as page, person(browser) as elsewhere:
        await authenticator(page)
        mara = await walk.set_up(page, server.setup_link())
        await page.goto(f"{base}/staff")
        await page.get_by_role("button", name="Make a passkey").click()
        code = await page.locator("ol.codes li").first.inner_text()

        await authenticator(elsewhere)
        await first_step(elsewhere, base, mara)
        await elsewhere.get_by_role("button", name="Use my passkey").click()
        await expect(elsewhere.get_by_role("alert")).to_contain_text("The passkey did not answer.")
        await elsewhere.locator("summary", has_text="My phone or key is not here").click()
        await elsewhere.get_by_label("One of your recovery codes").fill(code)
        await elsewhere.get_by_role("button", name="Use this code").click()
        await expect(elsewhere.get_by_text("You came in with a recovery code.")).to_be_visible()

        await elsewhere.get_by_role("link", name="Add a passkey or a new app").click()
        fields = elsewhere.locator("passkey-new")
        await fields.get_by_label("Your password, once more").fill("not the password")
        await fields.get_by_role("button", name="Make a passkey").click()
        await expect(fields.get_by_role("alert")).to_contain_text("This is not your password.")
        await fields.get_by_label("Your password, once more").fill(walk.PASSWORD)
        await fields.get_by_role("button", name="Make a passkey").click()
        await expect(elsewhere.get_by_text("It counts from now on.")).to_be_visible()
        await elsewhere.get_by_role("button", name="Sign out here").click()
        await first_step(elsewhere, base, mara)
        await elsewhere.get_by_role("button", name="Use my passkey").click()
        await expect(elsewhere).to_have_url(f"{base}/staff")
