"""F18: a clinic that hides addresses hands on relay candidates alone, whatever a page sends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling import messages as wire
from signaling.hiding import described, relayed
from tests.signaling.stage import Stage, signal

RELAY = "candidate:3 1 udp 41885439 203.0.113.7 49170 typ relay raddr 198.51.100.4 rport 50001 generation 0"
HOST = "candidate:1 1 udp 2122260223 192.168.1.20 53421 typ host generation 0"
OTHERS = [
    HOST,
    "candidate:2 1 udp 1686052607 198.51.100.4 50001 typ srflx raddr 192.168.1.20 rport 53421",
    "candidate:4 1 udp 1853824767 198.51.100.4 50001 typ prflx raddr 192.168.1.20 rport 53421",
    "candidate:5 1 tcp 1518280447 fd00::1 9 typ host tcptype active",
    "candidate:6 1 udp 2122260223 3c1c0f1e.local 53421 typ host",
    "candidate:7 1 udp 1 192.168.1.20 9 TYP HOST",
    "candidate:8 1 udp 1 192.168.1.20 9 typ host typ relay",
    f"{RELAY}\r\na={HOST}",
    "candidate:9 1 udp 1 192.168.1.20 9",
]
SDP = (
    "v=0\r\no=- 46117 2 IN IP4 192.168.1.20\r\ns=-\r\nt=0 0\r\nm=audio 53421 UDP/TLS/RTP/SAVPF 111\r\n"
    "c=IN IP4 192.168.1.20\r\na=rtcp:53421 IN IP6 fd00::1\r\n"
    + "".join(f"a={one}\r\n" for one in [RELAY, *OTHERS] if "\n" not in one)
    + "a=ice-ufrag:x\r\na=fingerprint:sha-256 AA:BB\r\n"
)
ADDRESSES = ("192.168.1.20", "198.51.100.4", "fd00::1", ".local")


def hiding() -> tuple[Stage, int, int]:
    stage = Stage(relay_only=True)
    return stage, *stage.call()


def trickled(candidate: str) -> wire.Body:
    return wire.Body(candidate=wire.Candidate(candidate, sdpMid="0", sdpMLineIndex=0))


@pytest.mark.parametrize("candidate", OTHERS)
def test_F18_no_other_candidate_is_handed_on(candidate: str) -> None:
    stage, therapist, patient = hiding()
    for one, other in ((therapist, "patient"), (patient, "therapist")):
        stage.say(one, signal(other, "candidate", trickled(candidate)))
    assert stage.read() == []


def test_F18_a_relay_candidate_goes_without_the_address_behind_it() -> None:
    stage, therapist, patient = hiding()
    stage.say(therapist, signal("patient", "candidate", trickled(RELAY)))
    stage.say(therapist, signal("patient", "candidate", wire.Body(candidate=None)))
    first, last = stage.read(patient)
    assert first["body"]["candidate"] == {
        "candidate": "candidate:3 1 udp 41885439 203.0.113.7 49170 typ relay raddr 0.0.0.0 rport 0 generation 0",
        "sdpMid": "0", "sdpMLineIndex": 0,
    }  # fmt: skip
    assert last["body"] == {"candidate": None}


@pytest.mark.parametrize("kind", ["offer", "answer"])
def test_F18_a_description_goes_without_addresses_and_otherwise_as_it_was(kind: str) -> None:
    stage, therapist, patient = hiding()
    stage.say(patient, signal("therapist", kind, wire.Body(sdp=SDP)))
    [said] = stage.read(therapist)
    assert said["body"]["sdp"] == (
        "v=0\r\no=- 46117 2 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio 53421 UDP/TLS/RTP/SAVPF 111\r\n"
        "c=IN IP4 0.0.0.0\r\na=rtcp:53421 IN IP4 0.0.0.0\r\n"
        "a=candidate:3 1 udp 41885439 203.0.113.7 49170 typ relay raddr 0.0.0.0 rport 0 generation 0\r\n"
        "a=ice-ufrag:x\r\na=fingerprint:sha-256 AA:BB\r\n"
    )


def test_one_side_that_hides_is_enough_and_a_clinic_that_does_not_hands_on_everything() -> None:
    stage, therapist, patient = hiding()
    stage.room.peers["patient"].relay_only = False
    stage.say(therapist, signal("patient", "candidate", trickled(HOST)))
    stage.say(patient, signal("therapist", "candidate", trickled(HOST)))
    assert stage.read() == []
    stage.room.peers["therapist"].relay_only = False
    stage.say(patient, signal("therapist", "candidate", trickled(HOST)))
    [said] = stage.read(therapist)
    assert said["body"]["candidate"]["candidate"] == HOST


@given(st.lists(st.sampled_from([RELAY, *OTHERS]) | st.text(max_size=30), max_size=8), st.sampled_from(["\r\n", "\n"]))
def test_F18_no_mixture_of_lines_brings_an_address_through(lines: list[str], ending: str) -> None:
    said = described("".join(f"a={one}{ending}" for one in lines))
    for line in said.splitlines():
        if line.lower().startswith("a=candidate:"):
            assert relayed(line)
            assert not any(address in line for address in ADDRESSES)
