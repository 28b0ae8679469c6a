"""What of a browser's offer reaches our own peer: no address of anybody's network."""

import pytest

from signaling.media.offers import LONGEST, NOWHERE, tamed

HOST = "a=candidate:1 1 udp 2122 192.168.1.20 50000 typ host"
LOCAL = "a=candidate:2 1 udp 2122 6a1c.local 50001 typ host"
SEEN = "a=candidate:3 1 udp 1686 203.0.113.9 50002 typ srflx raddr 0.0.0.0 rport 0"
RELAYED = "a=candidate:4 1 UDP 41 198.51.100.4 49152 typ relay raddr 203.0.113.9 rport 50002"
NAMED = "a=candidate:5 1 udp 41 inside.example 49152 typ relay raddr 0.0.0.0 rport 0"
TCP = "a=candidate:6 1 tcp 41 198.51.100.4 9 typ relay tcptype active"
ALL = [HOST, LOCAL, SEEN, RELAYED, NAMED, TCP, "a=end-of-candidates"]


def offer(*candidates: str, sections: int = 1) -> str:
    lines = ["v=0", "o=- 1 2 IN IP4 127.0.0.1", "s=-", "t=0 0"]
    for mid in range(sections):
        lines += ["m=application 9 UDP/DTLS/SCTP webrtc-datachannel", "c=IN IP4 0.0.0.0", f"a=mid:{mid}", *candidates]
    return "\r\n".join([*lines, ""])


def candidates(sdp: str | None) -> list[str]:
    assert sdp
    return [line for line in sdp.split("\r\n") if line.startswith("a=candidate:")]


def test_d14_no_address_that_a_browser_names_is_tried() -> None:
    assert candidates(tamed(offer(*ALL), keep=False)) == [NOWHERE]


def test_a_relay_is_told_of_those_that_the_world_sees_and_of_no_name() -> None:
    assert candidates(tamed(offer(*ALL), keep=True)) == [NOWHERE, SEEN, RELAYED]


def test_of_many_addresses_eight_are_kept() -> None:
    assert len(candidates(tamed(offer(*[SEEN] * 200), keep=True))) == 9


def test_everything_else_stays_in_its_place() -> None:
    tame = tamed(offer(*ALL, sections=3), keep=False)
    assert tame
    assert tame.replace(NOWHERE + "\r\n", "") == offer(sections=3)
    assert tame.index(NOWHERE) < tame.index("a=mid:1")


@pytest.mark.parametrize("sdp", ["", "v=0", "m=audio 9 RTP 0", offer(sections=4), offer() + "x" * LONGEST])
def test_what_is_no_offer_of_a_check_is_refused(sdp: str) -> None:
    assert tamed(sdp, keep=False) is None
