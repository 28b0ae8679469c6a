"""Whom a call is with: one certificate per person and visit, in two real browsers."""

import re

import pytest
from playwright.async_api import Browser, Locator, expect

from tests.e2e.pages import FORGETS
from tests.e2e.sides import Side, side
from tests.e2e.test_call_stage import in_call

# The certificates of the newest connection that stands: own and the other side's. A browser whose figures were first
# read before the handshake was through goes on without the other side's; the description says what DTLS is held to.
USED = """async () => {
  const one = connections.findLast((one) => one.connectionState === 'connected')
  const stats = [...(await one.getStats()).values()]
  const { localCertificateId: own, remoteCertificateId: theirs } = stats.find((one) => one.type === 'transport')
  const of = (id) => stats.find((one) => one.id === id)?.fingerprint
  return [of(own), of(theirs) ?? one.currentRemoteDescription.sdp.match(/^a=fingerprint:sha-256 (\\S+)/m)[1]]
}"""

KEPT = """() => new Promise((done, fail) => {
  const open = indexedDB.open('parlour', 1)
  open.onerror = fail
  open.onsuccess = () => {
    const keys = open.result.transaction('kept').objectStore('kept').getAllKeys()
    keys.onsuccess = () => done(keys.result)
  }
})"""

FOUR = re.compile(r"^([a-z]+ ){3}[a-z]+$")
NINE = re.compile(r"\d{3} \d{3} \d{3}$")

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio]


async def used(side: Side) -> tuple[str, str]:
    own, theirs = await side.page.evaluate(USED)
    return own, theirs


async def test_a_reload_keeps_the_certificate_and_the_end_forgets_it(browser: Browser) -> None:
    async with in_call(browser) as (stage, therapist, patient):
        own, theirs = await used(patient)
        assert await used(therapist) == (theirs, own)
        assert "visit.v.certificate" in await kept(patient)
        await patient.page.reload()
        await expect(patient.call).to_have_attribute("data-phase", "live")
        for one in (therapist, patient):
            await one.flows()
        assert await used(patient) == (own, theirs)
        await therapist.press("leave")
        await therapist.page.get_by_role("button", name="End the session").click()
        await expect(patient.page).to_have_url(f"{stage.base}/after")
        assert await kept(patient) == await kept(therapist) == []


async def kept(side: Side) -> list[str]:
    """What this origin keeps in the browser."""
    found: list[str] = await side.page.evaluate(KEPT)
    return found


async def test_both_read_the_same_words_and_say_so(browser: Browser) -> None:
    async with in_call(browser) as (_, therapist, patient):
        badges = [one.page.locator("[data-badge]") for one in (therapist, patient)]
        for badge in badges:
            await expect(badge).to_have_text("Encrypted between your two browsers, not compared yet")
            await badge.click()
        said = [await words(one) for one in (therapist, patient)]
        assert said[0] == said[1]
        await patient.page.get_by_role("button", name="They are the same").click()
        await expect(badges[1]).to_have_text(f"End-to-end. Your words: {said[0][0]}")
        await expect(badges[0]).to_have_text("Encrypted between your two browsers, not compared yet")
        await patient.page.reload()
        for one in (therapist, patient):
            await one.flows()
        await expect(badges[1]).to_contain_text("End-to-end. Your words:")
        await badges[1].click()
        assert await words(patient) != said[0]
        await expect(therapist.page.locator("[data-said]")).to_have_text((await words(patient))[0])


async def compare(one: Side) -> Locator:
    """The badge of a page whose person said that the words are the same."""
    badge = one.page.locator("[data-badge]")
    await expect(badge).to_have_attribute("data-level", "new")
    await badge.click()
    await one.page.get_by_role("button", name="They are the same").click()
    await expect(badge).to_have_attribute("data-level", "compared")
    return badge


async def test_another_certificate_in_mid_call_is_an_alarm_on_both_pages_until_compared_again(browser: Browser) -> None:
    async with in_call(browser) as (_, therapist, patient):
        badges = [await compare(one) for one in (therapist, patient)]
        await patient.page.evaluate(FORGETS)
        await patient.page.reload()
        for one, badge in zip((therapist, patient), badges, strict=True):
            await expect(one.page.locator("[data-alarm]")).to_contain_text("changed in the middle of the session")
            await expect(badge).to_have_text("The connection changed: compare again")
        await therapist.page.locator("[data-help] [data-act=compare]").click()
        await words(therapist)
        await therapist.page.get_by_role("button", name="They are the same").click()
        await expect(badges[0]).to_have_attribute("data-level", "compared")
        await expect(therapist.page.locator("[data-alarm]")).to_be_hidden()
        await expect(badges[1]).to_have_attribute("data-level", "changed")


async def test_another_device_asks_to_compare_again(browser: Browser) -> None:
    async with in_call(browser) as (stage, therapist, patient), side(browser, stage, "patient") as phone:
        badge = await compare(therapist)
        await phone.page.get_by_role("button", name="Use it here").click()
        await expect(therapist.page.locator("[data-notice]")).to_have_text("Jo Almeida uses another device now.")
        await expect(therapist.page.locator("[data-alarm]")).to_contain_text("Compare the words once more")
        await expect(badge).to_have_attribute("data-level", "moved")
        await expect(patient.call).to_have_attribute("data-phase", "elsewhere")
        assert (await patient.figures())["open"] == 0


async def test_a_second_window_opens_nothing_and_stops_the_first_only_when_told(browser: Browser) -> None:
    async with in_call(browser) as (_, therapist, patient):
        second = Side(await patient.page.context.new_page())
        await second.page.goto(patient.page.url)
        await expect(second.sentence).to_contain_text("in another window")
        await expect(patient.call).to_have_attribute("data-phase", "live")
        await second.page.get_by_role("button", name="Leave it there").click()
        await expect(second.call).to_be_hidden()
        await second.page.reload()
        await second.page.get_by_role("button", name="Use it here").click()
        await expect(patient.call).to_have_attribute("data-phase", "elsewhere")
        assert (await patient.figures())["open"] == 0
        await expect(second.call).to_have_attribute("data-phase", "live")
        await second.flows()
        await expect(therapist.page.locator("[data-alarm]")).to_be_hidden()


async def words(side: Side) -> tuple[str, str]:
    """The four words, and the number that says the same."""
    said = side.page.locator("[data-said]")
    await expect(said).to_have_text(FOUR)
    digits = side.page.locator("[data-digits]")
    await expect(digits).to_have_text(NINE)
    return await said.inner_text(), await digits.inner_text()
