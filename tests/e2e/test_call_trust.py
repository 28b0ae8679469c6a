"""Whom a call is with: one certificate per person and visit, in two real browsers."""

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.sides import Side
from tests.e2e.test_call_stage import in_call

# The certificates that DTLS used on the newest connection: own and the other side's.
USED = """async () => {
  const stats = [...(await connections.at(-1).getStats()).values()]
  const { localCertificateId: own, remoteCertificateId: theirs } = stats.find((one) => one.type === 'transport')
  const of = (id) => stats.find((one) => one.id === id)?.fingerprint
  return [of(own), of(theirs)]
}"""

KEPT = """() => new Promise((done, fail) => {
  const open = indexedDB.open('parlour', 1)
  open.onerror = fail
  open.onsuccess = () => {
    const keys = open.result.transaction('kept').objectStore('kept').getAllKeys()
    keys.onsuccess = () => done(keys.result)
  }
})"""

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio]


async def used(side: Side) -> tuple[str, str]:
    own, theirs = await side.page.evaluate(USED)
    return own, theirs


async def test_a_reload_keeps_the_certificate_and_the_end_forgets_it(browser: Browser) -> None:
    async with in_call(browser) as (stage, therapist, patient):
        own, theirs = await used(patient)
        assert await used(therapist) == (theirs, own)
        assert await kept(patient) == ["certificate.v"]
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
