"""The wire: one frozen, tagged struct per message. The only place where wire JSON is parsed.

Every message is checked whole at the door; nothing deeper looks at shapes again. All structs refuse unknown
fields, so the depth of a message (at most 3, the norm allows 6) and its size are those of its type.
"""

import re
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from signaling.errors import Close, Leak, Violation

VERSION = 1
FRAME = 64 * 1024
SDP = 32 * 1024
CANDIDATE = 1024
CHAT = 4 * 1024
TICKET = 2 * 1024
PROOF = 160

Count = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Id = Annotated[str, Meta(min_length=1, max_length=64)]
Video = Literal["full", "reduced", "paused"]
Medium = Literal["video", "sound", "text", "phone"]
Kind = Literal["offer", "answer", "candidate", "restart", "end"]
Step = Literal["commit", "reveal", "changed"]
Proof = Annotated[str, Meta(max_length=PROOF, pattern="^[0-9a-f ]*\\Z")]


class _Wire(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag=str.lower, gc=False):
    """A message; its tag is its name in lower case."""


# What a browser may send -----------------------------------------------------------------------------------------


class Hello(_Wire, frozen=True):
    """First frame of a fresh page.

    `page`: a random name of this browser's page of the visit, the same after a reload; `take_over`: the person wants
    to be here instead of on the page that is connected now.
    """

    version: Count
    ticket: Annotated[str, Meta(max_length=TICKET)]
    page: Id | UnsetType = UNSET
    take_over: bool | UnsetType = UNSET


class Resume(_Wire, frozen=True):
    """First frame of a page that was connected before; `had_call`: it still holds the call's connections."""

    version: Count
    ticket: Annotated[str, Meta(max_length=TICKET)]
    had_call: bool
    page: Id | UnsetType = UNSET
    take_over: bool | UnsetType = UNSET


class Ping(_Wire, frozen=True):
    n: Count


class Leave(_Wire, frozen=True):
    """The person leaves of their own will; the place in the queue is kept elsewhere."""


class Media(_Wire, frozen=True):
    """The sender's own devices, and how much of the camera's picture its network lets through."""

    mic: bool
    camera: bool
    screen: bool
    video: Video | UnsetType = UNSET


class Candidate(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """RTCIceCandidateInit as `toJSON()` gives it."""

    candidate: str
    sdpMid: Annotated[str, Meta(max_length=64)] | UnsetType | None = UNSET  # noqa: N815 - the browser's name
    sdpMLineIndex: Annotated[int, Meta(ge=0, le=65535)] | UnsetType | None = UNSET  # noqa: N815
    usernameFragment: Annotated[str, Meta(max_length=256)] | UnsetType | None = UNSET  # noqa: N815


class Body(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """`sdp` of an offer or answer; `candidate`, null when there are no more; nothing otherwise."""

    sdp: str | UnsetType = UNSET
    candidate: Candidate | UnsetType | None = UNSET


class Signal(_Wire, frozen=True):
    """One step of a media negotiation; `attempt` numbers the sender's RTCPeerConnection."""

    to: Id
    stream: Id
    kind: Kind
    body: Body
    attempt: Count


class Chat(_Wire, frozen=True):
    id: Id
    text: Annotated[str, Meta(min_length=1)]


class Trust(_Wire, frozen=True):
    """One step by which two browsers let two people compare whom they are connected to; the server only carries it."""

    to: Id
    step: Step
    round: Count
    value: Proof


ClientMessage = Hello | Resume | Ping | Leave | Media | Signal | Chat | Trust

# What we send ----------------------------------------------------------------------------------------------------


class Welcome(_Wire, frozen=True):
    peer: str
    role: str
    epoch: int
    state: Literal["waiting", "live"]
    ping_every_ms: int


class State(_Wire, frozen=True):
    """The person is not in the call now."""

    state: Literal["waiting", "held"]
    reason: str


class Pong(_Wire, frozen=True):
    n: int


class Ended(_Wire, frozen=True):
    reason: str


class Drain(_Wire, frozen=True):
    """This node goes: connect again after so long."""

    retry_after_ms: int


class Error(_Wire, frozen=True):
    code: str
    text: str


class PeerState(Struct, frozen=True):
    """All that a person in the call is told about another."""

    peer: str
    role: str
    name: str
    present: bool
    mic: bool
    camera: bool
    screen: bool
    epoch: int
    had_call: bool
    video: Video = "full"
    since: datetime | None = None  # when they were let in: the call is as old as the later of two
    page: str = ""  # another one: the person is at another device, or in another window


class Peer(PeerState, frozen=True, tag_field="type", tag="peer"):
    """Somebody joined, came back, changed devices or dropped."""


class Turn(Struct, frozen=True):
    """How the people of this visit meet: what is chosen by `by`, a role. `number` rises with every change."""

    medium: Medium
    number: int
    by: str


class Turned(Turn, frozen=True, tag_field="type", tag="medium"):
    """Somebody chose another way to meet."""


class Left(_Wire, frozen=True):
    peer: str
    reason: Literal["leave", "lost", "moved"]


class You(Struct, frozen=True):
    peer: str
    role: str
    polite: bool


class Line(Struct, frozen=True, rename={"sender": "from"}):
    id: str
    sender: str
    text: str
    at: datetime


class Admitted(_Wire, frozen=True):
    """The whole of the call as it stands: a snapshot, never a replay."""

    you: You
    peers: list[PeerState]
    ice: list[dict[str, Any]]
    relay_only: bool
    chat: list[Line]
    since: datetime
    server_sees_media: bool
    medium: Turn | None = None


class Signalled(_Wire, frozen=True, tag="signal", rename={"sender": "from"}):
    sender: str
    stream: str
    kind: Kind
    body: Body
    attempt: int
    epoch: int


class Trusted(_Wire, frozen=True, tag="trust", rename={"sender": "from"}):
    sender: str
    step: Step
    round: int
    value: str
    epoch: int


class Said(_Wire, frozen=True, tag="chat", rename={"sender": "from"}):
    id: str
    sender: str
    text: str
    at: datetime


ServerMessage = (
    Welcome | State | Pong | Ended | Drain | Error | Peer | Left | Admitted | Signalled | Trusted | Said | Turned
)
FOR_ANYONE: frozenset[type] = frozenset({Welcome, State, Pong, Ended, Drain, Error})

_decoder: msgspec.json.Decoder[ClientMessage] = msgspec.json.Decoder(ClientMessage)
_encoder = msgspec.json.Encoder()
_text = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)


def decode(frame: bytes) -> ClientMessage:
    """The message in a text frame; raises `Violation` and nothing else, whatever the bytes are."""
    if len(frame) > FRAME:
        raise Violation("frame_too_big", "This message is larger than 64 KiB.", Close.TOO_BIG)
    try:
        message = _decoder.decode(frame)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise Violation("malformed", "This is not a message of this protocol.") from error
    texts = _texts_of(message)
    # As many quotes as the texts have edges is no more texts than that; a quote inside one needs a closer look.
    if frame.count(b'"') != 2 * texts and _texts_in(frame) != texts:
        raise Violation("duplicate_key", "A field is given twice.")
    if isinstance(message, Signal):
        _check_signal(message)
    elif isinstance(message, Chat) and too_long(message.text, CHAT):
        raise Violation("chat_too_big", "This line of chat is longer than 4 KiB.", Close.TOO_BIG)
    return message


def encode(message: ServerMessage, live: bool) -> bytes:
    """JSON of a message. `live`: whether the receiver is in the call; raises `Leak` where it is not for them."""
    if not live and type(message) not in FOR_ANYONE:
        raise Leak(type(message).__name__)
    return _encoder.encode(message)


def number(frame: bytes, seq: int) -> bytes:
    """An encoded message as it goes out on one socket, with that socket's running number."""
    return b'{"seq":%d,%b' % (seq, frame[1:])


def too_long(text: str, limit: int) -> bool:
    """Whether a text takes more than `limit` bytes as UTF-8."""
    return len(text) > limit or (not text.isascii() and len(text.encode("utf-8", "surrogatepass")) > limit)


def _texts_in(frame: bytes) -> int:
    """How many texts, keys and values, stand in the JSON of an accepted message."""
    if b"\\\\" in frame:
        return len(_text.findall(frame))
    # Without an escaped backslash, a quote that follows a backslash is inside a text, and every other is its edge.
    return (frame.count(b'"') - frame.count(b'\\"')) // 2


def _texts_of(message: ClientMessage) -> int:
    """How many there are without repetition: a key given twice adds one at least."""
    if not isinstance(message, Signal):
        return 2 + _texts_in_fields(message)
    body = message.body
    # The tag, `to`, `stream` and `kind` with their keys, and the keys of `body` and `attempt`.
    count = 10 + (2 if body.sdp is not UNSET else 0) + (body.candidate is not UNSET)
    return count + (_texts_in_fields(body.candidate) if isinstance(body.candidate, Candidate) else 0)


def _texts_in_fields(message: Struct) -> int:
    values = [getattr(message, name) for name in message.__struct_fields__]
    return sum(1 + isinstance(value, str) for value in values if value is not UNSET)


def _check_signal(signal: Signal) -> None:
    sdp, candidate = signal.body.sdp, signal.body.candidate
    wants_sdp, wants_candidate = signal.kind in {"offer", "answer"}, signal.kind == "candidate"
    if (sdp is not UNSET) != wants_sdp or (candidate is not UNSET) != wants_candidate:
        raise Violation("malformed", "The body does not belong to this kind of signal.")
    if isinstance(sdp, str) and too_long(sdp, SDP):
        raise Violation("sdp_too_big", "This description is larger than 32 KiB.", Close.TOO_BIG)
    if isinstance(candidate, Candidate) and too_long(candidate.candidate, CANDIDATE):
        raise Violation("candidate_too_big", "This candidate is larger than 1 KiB.", Close.TOO_BIG)
