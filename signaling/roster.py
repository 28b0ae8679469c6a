"""Who is in the room: values and questions about them, no decisions."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Any

from signaling.chatlog import ChatLog
from signaling.effects import Effect, Send
from signaling.limits import Limits
from signaling.messages import PeerState, ServerMessage, Turn, Turned, Video

IceFor = Callable[[str, datetime, datetime | None], list[dict[str, Any]]]
"""`ice_for(peer, now, until)`: the relays of an admitted peer whose booked time ends at `until`."""


class At(IntEnum):
    """Where a peer is. Only LIVE peers are sent anything of the call."""

    GREETED = 1
    WAITING = 2
    LIVE = 3
    AWAY = 4
    GONE = 5


@dataclass(slots=True)
class Peer:
    """One participant; the states are those of the newest socket.

    `epoch` and `page` are those of the newest socket that was seated, `newest` is the highest epoch ever shown.
    `listed`: the others count on this peer being in the call, now or within the grace.
    `connected`: the epoch that was reported as connected, -1 for none.
    `told`: the state this socket was last told, '' for none. `truth` counts the decisions heard.
    """

    id: str
    at: At = At.GONE
    socket: int = 0
    epoch: int = -1
    newest: int = -1
    page: str = ""
    connected: int = -1
    role: str = ""
    name: str = ""
    relay_only: bool = False
    since: datetime | None = None
    until: datetime | None = None
    had_call: bool = False
    mic: bool = False
    camera: bool = False
    screen: bool = False
    video: Video = "full"
    listed: bool = False
    was_live: bool = False
    told: str = ""
    truth: int = 0

    def shown(self) -> dict[str, Any]:
        """What the others in the call may know."""
        return {
            "peer": self.id,
            "role": self.role,
            "name": self.name,
            "present": self.at is At.LIVE,
            "mic": self.mic,
            "camera": self.camera,
            "screen": self.screen,
            "video": self.video,
            "epoch": self.epoch,
            "had_call": self.had_call,
            "since": self.since,
            "page": self.page,
        }


@dataclass(slots=True)
class Roster:
    """Everybody of one visit. `max_peers`: how many the media can carry; `server_sees_media`: as the backend says."""

    ice_for: IceFor
    max_peers: int = 2
    limits: Limits = field(default_factory=Limits)
    server_sees_media: bool = False
    peers: dict[str, Peer] = field(default_factory=dict)
    sockets: dict[int, Peer] = field(default_factory=dict)
    turn: Turn | None = None
    chat: ChatLog = field(init=False)

    def __post_init__(self) -> None:
        self.chat = ChatLog(self.limits.chat_lines, self.limits.chat_bytes)

    def is_live(self, socket: int) -> bool:
        """Whether the peer at this socket is in the call: asked once more before every send."""
        peer = self.sockets.get(socket)
        return peer is not None and peer.at is At.LIVE

    def is_empty(self) -> bool:
        return all(peer.at is At.GONE for peer in self.peers.values())

    def is_full(self, peer: Peer) -> bool:
        """Whether the media can carry nobody besides those who are in the call."""
        return sum(other.listed for other in self.peers.values() if other is not peer) >= self.max_peers

    def seen_by(self, peer: Peer) -> list[PeerState]:
        """The others in the call, as `peer` is shown them."""
        return [PeerState(**other.shown()) for other in self.peers.values() if other.listed and other is not peer]

    def in_call(self) -> frozenset[str]:
        return frozenset(peer.id for peer in self.peers.values() if peer.listed)

    def follow(self, turn: Turn | None) -> list[Effect]:
        """A later turn than the one that is known, for everybody in the call."""
        if turn is None or turn.number <= (self.turn.number if self.turn else 0):
            return []
        self.turn = turn
        told = Turned(turn.medium, turn.number, turn.by)
        return [Send(one.socket, told) for one in self.peers.values() if one.at is At.LIVE]

    def to_others(self, peer: Peer, message: ServerMessage) -> list[Effect]:
        """`message` for everybody in the call but `peer`."""
        return [Send(one.socket, message) for one in self.peers.values() if one.at is At.LIVE and one is not peer]
