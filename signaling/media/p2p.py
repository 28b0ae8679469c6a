"""Two people, browser to browser: the server hands their signals over and sees no media."""

from signaling.media.backend import Emit, MediaRoom, Traits
from signaling.messages import Signal


class PeerToPeer:
    """The backend for a call of two."""

    traits = Traits(max_peers=2, server_sees_media=False)

    def open(self, room: str, emit: Emit) -> MediaRoom:
        return _Pair(emit)


class _Pair:
    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._joined: set[str] = set()

    def join(self, peer: str) -> None:
        self._joined.add(peer)

    def receive(self, peer: str, signal: Signal) -> None:
        if peer in self._joined and signal.to in self._joined:
            self._emit(signal.to, peer, signal)

    def leave(self, peer: str) -> None:
        self._joined.discard(peer)

    async def close(self) -> None:
        self._joined.clear()
