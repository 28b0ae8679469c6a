"""What a room asks of media. A new way of carrying media is a new file that satisfies this.

Nothing here blocks: a backend with work to wait for owns its tasks and answers through `emit` when it has something.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from signaling.messages import Signal

Emit = Callable[[str, str, Signal], None]
"""`emit(to, source, signal)`: hand a signal to peer `to`, as coming from peer or stream `source`."""


@dataclass(frozen=True)
class Traits:
    """What a clinic may promise about a backend; the consent text depends on it."""

    max_peers: int
    server_sees_media: bool


class MediaRoom(Protocol):
    """The media of one call."""

    def join(self, peer: str) -> None:
        """This peer is in the call, perhaps again."""

    def receive(self, peer: str, signal: Signal) -> None:
        """A signal from a peer who has joined."""

    def leave(self, peer: str) -> None:
        """This peer is out of the call: not for a lost socket, whose media may well be flowing."""

    async def close(self) -> None:
        """The call is over; returns when nothing of it runs any more."""


class Backend(Protocol):
    """One way of carrying media."""

    @property
    def traits(self) -> Traits: ...

    def open(self, room: str, emit: Emit) -> MediaRoom:
        """The media of a call that begins."""
