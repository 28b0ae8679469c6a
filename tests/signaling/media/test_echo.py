"""The echo against a real aiortc client, in this process: what is sent comes back, what is too much does not."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from signaling.media.echo import DOWN_BYTES, Echoes
from signaling.media.wire import Answered, EchoOffer, Refused
from tests.signaling.media.caller import Caller, until

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def echoes() -> AsyncIterator[Echoes]:
    made = Echoes(most=2)
    yield made
    await made.close()


@pytest_asyncio.fixture
async def caller() -> AsyncIterator[Caller]:
    made = Caller()
    yield made
    await made.pc.close()


def answer_of(echoes: Echoes, who: str = "jo"):
    async def answer(sdp: str) -> str:
        report = await echoes.take(EchoOffer(1, who, sdp))
        assert isinstance(report, Answered), report
        return report.sdp

    return answer


async def test_sound_and_picture_come_back_and_are_decoded_by_who_sent_them(echoes, caller) -> None:
    await caller.call(answer_of(echoes))
    await until(lambda: min(caller.heard.values()) > 10)


async def test_the_sender_hears_reports_of_the_other_end(echoes, caller) -> None:
    await caller.call(answer_of(echoes))

    async def reports() -> set[str]:
        return {stat.type for stat in (await caller.pc.getStats()).values()}

    async with asyncio.timeout(15):
        while "remote-inbound-rtp" not in await reports():  # noqa: ASYNC110 - the library tells nobody
            await asyncio.sleep(0.05)


async def test_every_ping_comes_back_and_a_long_one_does_not(echoes, caller) -> None:
    await caller.call(answer_of(echoes), media=False)
    for said in ("1", "x" * 300, "2"):
        caller.ping.send(said)
    await until(lambda: "2" in caller.said)
    assert "x" * 300 not in caller.said


async def test_a_burst_is_counted_in_tenths_of_a_second(echoes, caller) -> None:
    await caller.call(answer_of(echoes), media=False)
    caller.burst.send("up")
    for _ in range(20):
        caller.burst.send(bytes(8192))
    caller.burst.send("done")
    await until(lambda: bool(caller.told()))
    assert sum(caller.told()) == 20 * 8192


async def test_a_burst_comes_down_and_has_an_end_and_a_most(echoes, caller) -> None:
    await caller.call(answer_of(echoes), media=False)
    caller.burst.send("down 50000")
    await until(lambda: "end" in caller.said)
    assert sum(len(said) for said in caller.said if isinstance(said, bytes)) == 50000
    caller.said.clear()
    caller.burst.send("down 9999999")
    await until(lambda: "end" in caller.said, within=30)
    assert 0 < sum(len(said) for said in caller.said if isinstance(said, bytes)) <= DOWN_BYTES


async def test_who_asks_again_has_one_session_and_a_third_person_is_told_to_wait(echoes) -> None:
    callers = [Caller() for _ in range(4)]
    await callers[0].call(answer_of(echoes, "jo"), media=False)
    await callers[1].call(answer_of(echoes, "jo"), media=False)
    assert echoes.count == 1
    await callers[2].call(answer_of(echoes, "ana"), media=False)
    with pytest.raises(AssertionError, match="busy"):
        await callers[3].call(answer_of(echoes, "lee"), media=False)
    await asyncio.gather(*(one.pc.close() for one in callers))
    await until(lambda: echoes.count == 0)


async def test_a_session_ends_by_itself(caller) -> None:
    echoes = Echoes(seconds=1.0)
    await caller.call(answer_of(echoes), media=False)
    await until(lambda: echoes.count == 0)
    await until(lambda: caller.ping.readyState == "closed")
    await echoes.close()


@pytest.mark.parametrize(
    "sdp",
    [
        "hello",
        "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n",
        "v=0\r\no=- 1 2 IN IP4 0\r\ns=-\r\nt=0 0\r\nm=audio x y z\r\na=mid:0\r\na=ice-ufrag:a\r\na=ice-pwd:b\r\n",
    ],
)
async def test_f07_what_is_no_offer_is_refused_and_leaves_nothing(echoes, sdp: str) -> None:
    assert await echoes.take(EchoOffer(7, "jo", sdp)) == Refused(7, "unfit")
    assert echoes.count == 0
