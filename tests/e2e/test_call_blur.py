"""The background blurred on the device: loaded by the press, seen by the other side, kept over a reload."""

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.sides import Side
from tests.e2e.test_call_stage import in_call

# Long: a device that is busy with much else gives up blurring, as it should.
pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.asyncio]

# How sharp the other side's picture is: differences between neighbours, per pixel, of one frame.
SHARP = """async (at) => {
  await new Promise((done) => at.requestVideoFrameCallback(done))
  const picture = new OffscreenCanvas(320, 180).getContext('2d')
  picture.drawImage(at, 0, 0, 320, 180)
  const { data } = picture.getImageData(0, 0, 320, 180)
  let sum = 0
  for (let pixel = 4; pixel < data.length; pixel += 4) sum += Math.abs(data[pixel] - data[pixel - 4])
  return sum / (320 * 180)
}"""
LOADED = "() => performance.getEntriesByType('resource').filter((one) => /blur|tflite/.test(one.name)).length"


async def sharpness(side: Side) -> float:
    """Of what this side sees."""
    found: float = await side.page.locator("[data-remote]").evaluate(SHARP)
    return found


async def becomes(side: Side, low: float, high: float) -> None:
    for _ in range(200):
        if low <= (now := await sharpness(side)) < high:
            return
    raise AssertionError(f"the picture stays at {now}, not {low} to {high}")


async def turn(side: Side) -> None:
    await side.press("more")
    await side.page.locator("[data-more] [data-act=blur]").click()


async def test_a_background_is_blurred_on_the_device_and_stays_so_over_a_reload(browser: Browser) -> None:
    async with in_call(browser) as (_, therapist, patient):
        before = await sharpness(therapist)
        assert await patient.page.evaluate(LOADED) == 0
        await turn(patient)
        await becomes(therapist, 0, before * 0.5)
        await expect(patient.page.locator("[data-notice]")).to_be_hidden()
        assert (await patient.figures())["made"] == 1
        await patient.page.reload()
        await patient.flows()
        await becomes(therapist, 0, before * 0.5)
        await turn(patient)
        await becomes(therapist, before * 0.7, 1000)
        assert (await patient.figures())["made"] == 1
