"""A space of one's own in a real browser: a passkey from the link of a booking, and without script by two codes."""

import json
import re

import pytest
from playwright.async_api import expect

from tests.e2e.test_passkey import authenticator, person
from tests.e2e.walk import mails
from tests.engines.children import until_true

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.asyncio, pytest.mark.timeout(240)]


async def test_a_passkey_from_a_link_opens_that_booking_again_and_codes_open_all_without_script(
    browser, parlour_server
) -> None:
    server = await parlour_server("demo", "--json")
    await until_true(lambda: '"code"' in server.log())
    links = json.loads(next(line for line in server.log().splitlines() if '"code"' in line))
    base = links["base"]
    async with person(browser) as page:
        session, device = await authenticator(page)
        await page.goto(links["patient"])
        await page.goto(f"{page.url}/space")
        await page.locator("passkey-new").get_by_label("This is my own device").check()
        await page.get_by_role("button", name="Make a passkey").click()
        await expect(page).to_have_url(re.compile(r"/me\?notice=open$"))
        await expect(page.get_by_role("heading", name="The door is open")).to_be_visible()
        await expect(page.get_by_text("You see the bookings whose links you opened")).to_be_visible()
        (made,) = (await session.send("WebAuthn.getCredentials", device))["credentials"]
        assert made["isResidentCredential"]
        await page.get_by_role("button", name="Sign out here").click()
        await expect(page).to_have_url(f"{base}/me/sign-in?notice=signed-out")
        await page.goto(f"{base}/me")
        await expect(page).to_have_url(f"{base}/me/sign-in")
        await page.get_by_role("button", name="Use my passkey").click()
        await expect(page.get_by_role("heading", name="The door is open")).to_be_visible()
        await page.get_by_role("link", name="Go to the waiting room").click()
        await expect(page).to_have_url(re.compile(r"/visit/"))
        await expect(page.get_by_role("link", name="Go to the waiting room")).to_be_visible()
    context = await browser.new_context(java_script_enabled=False)
    plain = await context.new_page()
    await plain.goto(links["space"])
    await plain.get_by_label("The code from the clinic").fill(links["code"])
    before = len(await mails(server.data, "patients", 0))
    await plain.get_by_role("button", name="Send me six digits").click()
    (*_, sent) = await mails(server.data, "patients", before + 1)
    await plain.get_by_label("The six digits").fill(re.findall(r"\d{6}", str(sent["subject"]))[0])
    await plain.get_by_role("button", name="Open my space").click()
    await expect(plain).to_have_url(f"{base}/me?notice=open")
    await plain.get_by_role("link", name="My devices and passkeys").click()
    await expect(plain.get_by_role("heading", name="Your space is open on this device alone")).to_be_visible()
    await context.close()
