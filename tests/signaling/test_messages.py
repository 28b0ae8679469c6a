"""The door: what decodes, what does not, and what may never be encoded for whom."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from signaling import messages as wire
from signaling.errors import Close, Leak, Violation

CANDIDATE = {"candidate": "candidate:1 1 udp 1 192.0.2.1 9 typ host", "sdpMid": "0", "sdpMLineIndex": 0}
GOOD: list[dict[str, Any]] = [
    {"type": "hello", "version": 1, "ticket": "t"},
    {"type": "resume", "version": 1, "ticket": "t", "had_call": True},
    {"type": "hello", "version": 1, "ticket": "t", "page": "p1", "take_over": True},
    {"type": "resume", "version": 1, "ticket": "t", "had_call": False, "page": "p1"},
    {"type": "ping", "n": 3},
    {"type": "leave"},
    {"type": "media", "mic": True, "camera": False, "screen": False},
    {"type": "media", "mic": True, "camera": True, "screen": False, "video": "reduced"},
    {"type": "signal", "to": "p", "stream": "main", "kind": "offer", "body": {"sdp": "v=0\r\n"}, "attempt": 65},
    {"type": "signal", "to": "p", "stream": "main", "kind": "answer", "body": {"sdp": "v=0"}, "attempt": 0},
    {
        "type": "signal",
        "to": "p",
        "stream": "main",
        "kind": "candidate",
        "body": {"candidate": CANDIDATE},
        "attempt": 1,
    },
    {"type": "signal", "to": "p", "stream": "main", "kind": "candidate", "body": {"candidate": None}, "attempt": 1},
    {"type": "signal", "to": "p", "stream": "main", "kind": "restart", "body": {}, "attempt": 1},
    {"type": "signal", "to": "p", "stream": "main", "kind": "end", "body": {}, "attempt": 1},
    {"type": "trust", "to": "p", "step": "commit", "round": 1, "value": "00ff"},
    {"type": "trust", "to": "p", "step": "changed", "round": 1, "value": ""},
    {"type": "chat", "id": "c1", "text": 'she said "type": and \\": too'},
]
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def refusal(text: str) -> Violation:
    with pytest.raises(Violation) as caught:
        wire.decode(text.encode("utf-8", "surrogatepass"))
    return caught.value


@pytest.mark.parametrize("message", GOOD, ids=lambda message: message["type"] + message.get("kind", ""))
@pytest.mark.parametrize("indent", [None, 2])
def test_every_message_of_the_protocol_decodes(message: dict[str, Any], indent: int | None) -> None:
    decoded = wire.decode(json.dumps(message, indent=indent).encode())
    again = json.loads(wire._encoder.encode(decoded))
    assert again == message


@pytest.mark.parametrize("value", ["0" * 161, "FF", "0\n", "<b>", 7])
def test_F07_a_proof_is_short_and_made_of_digits(value: object) -> None:
    message = {"type": "trust", "to": "p", "step": "reveal", "round": 1, "value": value}
    assert refusal(json.dumps(message)).code == "malformed"


@pytest.mark.parametrize("message", GOOD, ids=lambda message: message["type"] + message.get("kind", ""))
def test_F07_an_unknown_field_anywhere_is_refused(message: dict[str, Any]) -> None:
    assert refusal(json.dumps({**message, "from": "me"})).code == "malformed"
    if "body" in message:
        assert refusal(json.dumps({**message, "body": {**message["body"], "x": 1}})).code == "malformed"


@pytest.mark.parametrize("message", GOOD, ids=lambda message: message["type"] + message.get("kind", ""))
def test_F07_a_field_given_twice_is_refused_wherever_it_stands(message: dict[str, Any]) -> None:
    text = json.dumps(message)
    for name, value in message.items():
        twice = f"{text[:-1]}, {json.dumps(name)} : {json.dumps(value)}}}"
        assert refusal(twice).code == "duplicate_key"
    hidden = text[:-1] + ', "typ\\u0065"\n: ' + json.dumps(message["type"]) + "}"
    assert refusal(hidden).code == "duplicate_key"


@pytest.mark.parametrize("text", ['a "quoted" word', "ends in a backslash \\", '\\"', '\\\\""', '"id":"2","id":"3"'])
def test_F07_quotes_and_backslashes_in_what_somebody_says_are_no_fields(text: str) -> None:
    line = json.dumps({"type": "chat", "id": "c1", "text": text})
    decoded = wire.decode(line.encode())
    assert isinstance(decoded, wire.Chat)
    assert decoded.text == text
    assert refusal(line[:-1] + ',"id":"c2"}').code == "duplicate_key"
    assert refusal(line[:-1] + ',"text":' + json.dumps(text) + "}").code == "duplicate_key"


def test_F07_a_field_of_the_body_given_twice_is_refused() -> None:
    head = '{"type":"signal","to":"p","stream":"m","attempt":1,"kind":'
    assert refusal(head + '"offer","body":{"sdp":"a","sdp":"b"}}').code == "duplicate_key"
    assert refusal(head + '"candidate","body":{"candidate":{"candidate":"a","candidate":"b"}}}').code == "duplicate_key"


@pytest.mark.parametrize("name", ["admit", "remove", "end", "hold", "record", "mute", "admitted", "ended", "peer", ""])
def test_F03_unknown_wire_type_is_a_protocol_error(name: str) -> None:
    fault = refusal(json.dumps({"type": name, "peer": "other"}))
    assert (fault.code, fault.close) == ("malformed", Close.PROTOCOL)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "null",
        "[]",
        "1",
        "{}",
        '{"type":1}',
        '{"type":"ping"}',
        '{"type":"ping","n":"1"}',
        '{"type":"ping","n":1.0}',
        '{"type":"ping","n":-1}',
        '{"type":"ping","n":true}',
        '{"type":"ping","n":NaN}',
        '{"type":"ping","n":9007199254740992}',
        '{"type":"ping","n":1}{}',
        '{"type":"media","mic":1,"camera":true,"screen":false}',
        '{"type":"media","mic":true,"camera":true,"screen":false,"video":"blurred"}',
        '{"type":"chat","id":"","text":"x"}',
        '{"type":"chat","id":"1","text":""}',
        '{"type":"chat","id":"1","text":"\\ud800"}',
        '{"type":"chat","id":"1","text":"\ud800"}',
        '{"type":"signal","to":"p","stream":"m","kind":"offer","body":{},"attempt":1}',
        '{"type":"signal","to":"p","stream":"m","kind":"offer","body":{"candidate":null},"attempt":1}',
        '{"type":"signal","to":"p","stream":"m","kind":"candidate","body":{"sdp":"x"},"attempt":1}',
        '{"type":"signal","to":"p","stream":"m","kind":"end","body":{"sdp":"x"},"attempt":1}',
        '{"type":"signal","to":"p","stream":"m","kind":"steal","body":{},"attempt":1}',
    ],
)
def test_F07_wrong_types_and_shapes_are_a_protocol_error(text: str) -> None:
    fault = refusal(text)
    assert (fault.code, fault.close) == ("malformed", Close.PROTOCOL)


@pytest.mark.parametrize("nest", ["[", '{"a":', '{"body":', '[{"x":'])
def test_F07_deep_nesting_is_a_protocol_error(nest: str) -> None:
    assert refusal(nest * 8000).code == "malformed"
    deep = nest * 7 + "1" + ("]" if nest == "[" else "}") * 7
    text = f'{{"type":"signal","to":"p","stream":"m","kind":"end","body":{deep},"attempt":1}}'
    assert refusal(text).code == "malformed"


@pytest.mark.parametrize("letter", ["a", "é", "漢"])
def test_F07_each_field_has_its_size(letter: str) -> None:
    size = len(letter.encode())
    head = '{"type":"signal","to":"p","stream":"m","attempt":1,'
    sized = [
        (wire.SDP, head + '"kind":"offer","body":{"sdp":"%s"}}', "sdp_too_big"),
        (wire.CANDIDATE, head + '"kind":"candidate","body":{"candidate":{"candidate":"%s"}}}', "candidate_too_big"),
        (wire.CHAT, '{"type":"chat","id":"1","text":"%s"}', "chat_too_big"),
    ]
    for limit, text, code in sized:
        wire.decode((text % (letter * (limit // size))).encode())
        fault = refusal(text % (letter * (limit // size + 1)))
        assert (fault.code, fault.close) == (code, Close.TOO_BIG)


def test_F07_a_frame_over_64_kib_is_too_big_before_anything_else() -> None:
    fault = refusal("[" * (wire.FRAME + 1))
    assert (fault.code, fault.close) == ("frame_too_big", Close.TOO_BIG)
    assert refusal("é" * (wire.FRAME // 2 + 1)).code == "frame_too_big"
    assert refusal(" " * wire.FRAME).code == "malformed"


REFUSALS = {
    ("malformed", Close.PROTOCOL), ("duplicate_key", Close.PROTOCOL), ("frame_too_big", Close.TOO_BIG),
    ("sdp_too_big", Close.TOO_BIG), ("candidate_too_big", Close.TOO_BIG), ("chat_too_big", Close.TOO_BIG),
}  # fmt: skip
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
near = st.sampled_from(GOOD).flatmap(
    lambda message: st.dictionaries(
        st.sampled_from([*message, "seq", "from"]), values | st.sampled_from(list(message.values())), max_size=3
    ).map(lambda changes: json.dumps(message | changes))
)


# A good message whose bytes were cut, doubled or overwritten somewhere: close enough to get past the first check.
damaged = st.tuples(st.sampled_from(GOOD), st.integers(0, 200), st.integers(0, 9), st.binary(max_size=9)).map(
    lambda one: json.dumps(one[0]).encode()[: one[1]] + one[3] + json.dumps(one[0]).encode()[one[1] + one[2] :]
)


@given(
    st.binary() | st.text().map(str.encode) | values.map(json.dumps).map(str.encode) | near.map(str.encode) | damaged
)
@example(b"\xed\xa0\x80")
@settings(max_examples=600)
def test_F07_whatever_bytes_arrive_are_a_message_or_a_named_refusal(frame: bytes) -> None:
    message: object
    try:
        message = wire.decode(frame)
    except Violation as fault:
        message = fault
    if isinstance(message, Violation):
        assert (message.code, message.close) in REFUSALS
        return
    # And what is a message is exactly what was written: nothing hidden, nothing given twice.
    assert isinstance(message, wire.ClientMessage)
    pairs = json.loads(frame, object_pairs_hook=lambda found: found)
    assert len(dict(pairs)) == len(pairs)
    assert json.loads(wire._encoder.encode(message)) == json.loads(frame)


OF_A_CALL: list[wire.ServerMessage] = [
    wire.Peer("p", "patient", "P", True, True, True, False, 1, False),
    wire.Left("p", "leave"),
    wire.Admitted(wire.You("p", "patient", True), [], [], False, [], NOW, False),
    wire.Signalled("p", "main", "offer", wire.Body(sdp="v=0"), 1, 1),
    wire.Trusted("p", "commit", 1, "00ff", 1),
    wire.Said("1", "p", "hello", NOW),
    wire.Turned("sound", 1, "patient"),
]
FOR_ANYONE: list[wire.ServerMessage] = [
    wire.Welcome("p", "patient", 1, "waiting", 15000),
    wire.State("held", "held"),
    wire.Pong(1),
    wire.Ended("ended"),
    wire.Drain(100),
    wire.Error("rate", "Too many."),
]


@pytest.mark.parametrize("message", OF_A_CALL, ids=lambda message: type(message).__name__)
def test_nothing_of_a_call_is_encoded_for_whoever_is_not_in_it(message: wire.ServerMessage) -> None:
    with pytest.raises(Leak):
        wire.encode(message, live=False)
    assert json.loads(wire.encode(message, live=True))["type"]


def test_every_server_message_is_in_one_of_the_two_lists() -> None:
    listed = {type(message) for message in OF_A_CALL} | {type(message) for message in FOR_ANYONE}
    assert listed == set(wire.ServerMessage.__args__)
    assert {type(message) for message in FOR_ANYONE} == wire.FOR_ANYONE


def test_a_numbered_message_is_the_message_and_its_number() -> None:
    for message in [*OF_A_CALL, *FOR_ANYONE]:
        frame = wire.encode(message, live=True)
        assert json.loads(wire.number(frame, 7)) == {**json.loads(frame), "seq": 7}


def test_the_sender_is_called_from_on_the_wire() -> None:
    said = json.loads(wire.encode(wire.Said("1", "p", "hello", NOW), live=True))
    assert said == {"type": "chat", "id": "1", "from": "p", "text": "hello", "at": "2026-01-01T00:00:00Z"}
