"""A call over a bad network: the sound stays, the picture steps down and comes back, and both people read so."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import expect

from tests.e2e.sides import Side, side
from tests.e2e.stage import staged
from tests.net.link import CLEAN, Profile
from tests.net.network import Network, network

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.asyncio]

SECOND = 1000
# Each side pauses its own picture; now and then one tries whether there is room again.
PAUSED = re.compile(r"^Sound is good\. (Video|Your video|.+’s video) is paused to protect it\.$")
# Of the connection that carries the call: a second one may have been tried beside it.
SOUND = """async () => {
  const found = []
  for (const each of connections.filter((one) => one.connectionState !== 'closed')) {
    const stats = [...(await each.getStats()).values()]
    found.push(...stats.filter((stat) => stat.type === 'inbound-rtp' && stat.kind === 'audio'))
  }
  const one = found.sort((a, b) => b.packetsReceived - a.packetsReceived)[0]
  return {
    samples: one.totalSamplesReceived, invented: one.concealedSamples - one.silentConcealedSamples,
    waited: one.jitterBufferDelay, played: one.jitterBufferEmittedCount,
  }
}"""

HEARD = f"""async (samples) => {{
  const sound = {SOUND}
  const before = await sound()
  for (;;) {{
    const after = await sound()
    if (after.samples >= before.samples + samples) return [before, after]
    await new Promise((done) => setTimeout(done, 200))
  }}
}}"""


@asynccontextmanager
async def far_apart() -> AsyncIterator[tuple[Network, Side, Side]]:
    """Therapist and patient in the call, each behind a road that may turn bad."""
    async with (
        network() as net,
        staged(host=net.host) as stage,
        net.browser("a", stage.base) as here,
        net.browser("b", stage.base) as there,
        side(here, stage, "therapist") as therapist,
        side(there, stage, "patient") as patient,
    ):
        await patient.page.get_by_role("button", name="Open camera and microphone").click()
        for one in (therapist, patient):
            await expect(one.page.locator("[data-ready-words]")).to_contain_text("are open")
        await therapist.page.get_by_role("button", name="Admit Jo").click()
        for one in (therapist, patient):
            await one.flows()
            await expect(one.sentence).to_have_text("You hear and see each other.")
        yield net, therapist, patient


async def heard(one: Side, seconds: int) -> tuple[float, float]:
    """Of what this side plays in the coming seconds: the share that nobody said, and how long sound waited (s)."""
    before, after = await one.page.evaluate(HEARD, seconds * 48000)
    grew = {name: after[name] - before[name] for name in before}
    return grew["invented"] / grew["samples"], grew["waited"] / grew["played"]


async def test_a_narrow_road_is_for_sound_and_the_picture_comes_back_with_room() -> None:
    async with far_apart() as (net, therapist, patient):
        await net.bad(Profile(rate=100))
        for one in (therapist, patient):
            await expect(one.sentence).to_have_text(PAUSED, timeout=60 * SECOND)
            await expect(one.page.locator("[data-picture]")).to_have_attribute("data-shows", "initials")
        invented, _ = await heard(patient, 10)
        assert invented < 0.05
        await net.bad(CLEAN)
        for one in (therapist, patient):
            await expect(one.sentence).to_have_text("You hear and see each other.", timeout=20 * SECOND)
            await one.flows()


async def test_where_every_third_packet_is_lost_words_arrive_and_the_picture_is_small() -> None:
    async with far_apart() as (net, therapist, patient):
        await net.bad(Profile(loss=0.3))
        for one in (therapist, patient):
            await expect(one.sentence).to_contain_text("picture is smaller for now", timeout=60 * SECOND)
        await heard(therapist, 10)  # what was asked for again before the picture became small comes late
        invented, waited = await heard(therapist, 10)
        assert invented < 0.03, "one copy alone leaves three times as much"
        assert waited < 0.25
        await net.bad(CLEAN)
        for one in (therapist, patient):
            await expect(one.sentence).to_have_text("You hear and see each other.", timeout=20 * SECOND)


@pytest.mark.parametrize("gone", [False, True], ids=["looks alive", "is taken away"])
async def test_on_another_network_the_call_goes_on_by_itself(gone: bool) -> None:
    """The way in use dies for the page's socket too; the bench holds how soon."""
    async with far_apart() as (net, therapist, patient):
        await net.change_path("a", gone=gone)
        for one in (therapist, patient):
            await heard(one, 12)
            await one.only_one_open()
            await one.flows()
            await expect(one.sentence).to_have_text("You hear and see each other.", timeout=20 * SECOND)
            invented, _ = await heard(one, 5)
            assert invented < 0.05
