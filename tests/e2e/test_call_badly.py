"""A call over a bad network: the sound stays, the picture steps down and comes back, and both people read so."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import expect

from tests.e2e.sides import Side, side
from tests.e2e.stage import staged
from tests.net.link import CLEAN, Profile
from tests.net.network import Network, network

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.asyncio]

SECOND = 1000
SOUND = """async () => {
  const stats = [...(await connections.at(-1).getStats()).values()]
  const one = stats.find((stat) => stat.type === 'inbound-rtp' && stat.kind === 'audio')
  return {
    samples: one.totalSamplesReceived, invented: one.concealedSamples - one.silentConcealedSamples,
    waited: one.jitterBufferDelay, played: one.jitterBufferEmittedCount,
  }
}"""


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
    before = await one.page.evaluate(SOUND)
    await one.page.wait_for_function(
        f"async (from) => (await ({SOUND})()).samples >= from + {seconds * 48000}", arg=before["samples"], timeout=60000
    )
    after: dict[str, Any] = await one.page.evaluate(SOUND)
    grew = {name: after[name] - before[name] for name in before}
    return grew["invented"] / grew["samples"], grew["waited"] / grew["played"]


async def test_a_narrow_road_is_for_sound_and_the_picture_comes_back_with_room() -> None:
    async with far_apart() as (net, therapist, patient):
        await net.bad(Profile(rate=100))
        for one in (therapist, patient):
            await expect(one.sentence).to_have_text(
                "Sound is good. Video is paused to protect it.", timeout=60 * SECOND
            )
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
        invented, waited = await heard(therapist, 10)
        assert invented < 0.03, "one copy alone leaves three times as much"
        assert waited < 0.25
        await net.bad(CLEAN)
        for one in (therapist, patient):
            await expect(one.sentence).to_have_text("You hear and see each other.", timeout=20 * SECOND)
