"""What a page posts is a figure within bounds, or nothing."""

import json
from dataclasses import fields

import pytest

from server.visit.check.forms import BOUNDS, LONGEST_BODY, Trouble, figures_of, from_json, offer_of, to_json
from server.visit.check.rules import Device, Figures, Relay, Way

WHOLE = {
    "mic": "open", "level": 0.61, "speaker": "heard", "camera": "open", "dark": False, "way": "direct",
    "relay": "works", "connect_ms": 240, "rtt_ms": 40, "jitter_ms": 12, "loss": 0.01,
    "up_kbps": 4000, "down_kbps": 9000, "frames": 70,
}  # fmt: skip


def body(**other: object) -> bytes:
    return json.dumps(WHOLE | other).encode()


def test_a_whole_check_is_read_and_kept_as_it_was() -> None:
    figures = figures_of(body())
    assert isinstance(figures, Figures)
    assert (figures.mic, figures.way, figures.relay, figures.loss) == (Device.OPEN, Way.DIRECT, Relay.WORKS, 0.01)
    assert from_json(json.loads(json.dumps(to_json(figures)))) == figures


def test_what_was_not_measured_may_be_missing() -> None:
    assert figures_of(b"{}") == Figures()
    assert to_json(Figures()) == {"mic": "skipped", "speaker": "skipped", "camera": "skipped", "dark": False,
                                  "way": "untried", "relay": "untried"}  # fmt: skip


@pytest.mark.parametrize(
    "other",
    [
        {"loss": 1.5}, {"loss": -0.1}, {"loss": float("nan")}, {"level": float("inf")}, {"rtt_ms": -1},
        {"rtt_ms": 10**9}, {"up_kbps": 10**9}, {"frames": 10**9}, {"rtt_ms": "fast"}, {"mic": "on"}, {"way": ""},
        {"sound": "good"}, {"note": "<b>"}, {"rtt_ms": 1.5},
    ],
)  # fmt: skip
def test_c07_what_no_check_of_ours_sends_is_no_figure(other: dict[str, object]) -> None:
    assert figures_of(body(**other)) is Trouble.UNKNOWN


@pytest.mark.parametrize("text", [b"", b"[]", b"null", b"{", b"\xff\xfe", b"[" * 10000])
def test_what_is_no_form_is_neither(text: bytes) -> None:
    assert figures_of(text) is Trouble.UNKNOWN
    assert offer_of(text) is Trouble.UNKNOWN


def test_an_offer_is_text_of_32_kib_at_most() -> None:
    assert offer_of(b'{"sdp": "v=0"}') == "v=0"
    assert offer_of(b'{"sdp": 5}') is Trouble.UNKNOWN
    assert offer_of(b'{"sdp": "v=0", "to": "somebody"}') is Trouble.UNKNOWN
    assert offer_of(json.dumps({"sdp": "v" * 33000}).encode()) is Trouble.UNKNOWN
    assert offer_of(b" " * (LONGEST_BODY + 1)) is Trouble.TOO_LONG


def test_every_number_that_is_kept_has_bounds() -> None:
    numbers = {one.name for one in fields(Figures) if one.type in {float | None, int | None}}
    assert numbers == set(BOUNDS)
