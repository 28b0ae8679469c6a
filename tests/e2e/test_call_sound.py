"""How sound travels between two real browsers."""

import pytest
from playwright.async_api import Browser

from tests.e2e.sides import both
from tests.e2e.stage import staged

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio]

# Figures name what is inside the redundant packets, so the agreement itself is looked at.
FIRST = """() => {
  const first = ({ sdp }) => sdp.match(/m=audio [0-9]+ [A-Z/]+ ([0-9]+)/)[1]
  const { localDescription, remoteDescription } = connections.at(-1)
  return [localDescription, remoteDescription].map((one) => one.sdp.includes(`a=rtpmap:${first(one)} red/48000`))
}"""
ASKS = """() => {
  const sound = connections.at(-1).remoteDescription.sdp.split('m=video')[0]
  const payload = (name) => sound.match(new RegExp(`a=rtpmap:([0-9]+) ${name}/`))[1]
  return ['opus', 'red'].map((name) => sound.includes(`a=rtcp-fb:${payload(name)} nack`))
}"""


async def test_sound_is_sent_with_what_came_before_and_is_asked_for_again(browser: Browser) -> None:
    async with staged() as stage, both(browser, stage) as (therapist, patient):
        await therapist.page.get_by_role("button", name="Admit Jo").click()
        for one in (therapist, patient):
            await one.flows()
            assert await one.page.evaluate(FIRST) == [True, True]
            assert await one.page.evaluate(ASKS) == [True, True]
