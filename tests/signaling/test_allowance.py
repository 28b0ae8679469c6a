"""How much one socket may say."""

import json

import pytest

from signaling.allowance import Allowance
from signaling.errors import Close, Violation
from signaling.limits import Limits
from signaling.messages import ClientMessage, decode

PING = decode(b'{"type":"ping","n":1}')


def signal(kind: str) -> ClientMessage:
    body = {"offer": {"sdp": "v=0"}, "candidate": {"candidate": None}}.get(kind, {})
    message = {"type": "signal", "to": "p", "stream": "m", "kind": kind, "body": body, "attempt": 1}
    return decode(json.dumps(message).encode())


def allowed(allowance: Allowance, message: ClientMessage, at: float, tries: int) -> int:
    """How many of so many at one moment pass."""
    passed = 0
    for _ in range(tries):
        try:
            allowance.charge(message, at)
            passed += 1
        except Violation:
            continue
    return passed


def test_a_burst_of_60_then_20_a_second() -> None:
    allowance = Allowance(Limits(), 100.0)
    assert allowed(allowance, PING, 100.0, 100) == 60
    assert allowed(allowance, PING, 101.0, 100) == 20
    assert allowed(allowance, PING, 500.0, 100) == 60


def test_too_many_messages_close_the_socket() -> None:
    allowance = Allowance(Limits(message_burst=1), 0.0)
    allowance.charge(PING, 0.0)
    with pytest.raises(Violation) as caught:
        allowance.charge(PING, 0.0)
    assert caught.value.close is Close.RATE


def test_candidates_have_a_count_of_their_own_and_cost_no_messages() -> None:
    allowance = Allowance(Limits(), 0.0)
    assert allowed(allowance, signal("candidate"), 0.0, 200) == 200
    assert allowed(allowance, PING, 0.0, 60) == 60


def test_a_candidate_too_many_is_refused_without_closing_until_it_is_a_flood() -> None:
    allowance = Allowance(Limits(candidates=0, message_burst=2), 0.0)
    closes = []
    for _ in range(3):
        with pytest.raises(Violation) as caught:
            allowance.charge(signal("candidate"), 0.0)
        closes.append(caught.value.close)
    assert closes == [None, None, Close.RATE]


def test_ten_offers_a_minute_and_the_next_is_refused_without_closing() -> None:
    allowance = Allowance(Limits(), 0.0)
    assert allowed(allowance, signal("offer"), 0.0, 12) == 10
    with pytest.raises(Violation) as caught:
        allowance.charge(signal("offer"), 5.0)
    assert (caught.value.code, caught.value.close) == ("too_many_offers", None)
    assert allowed(allowance, signal("offer"), 70.0, 12) == 10


def test_a_clock_that_stands_still_gives_nothing() -> None:
    allowance = Allowance(Limits(message_burst=3), 7.0)
    assert allowed(allowance, PING, 7.0, 50) == 3
