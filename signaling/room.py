"""The room of one visit as a state machine: a message in, effects out. No sockets, no tasks, no clock.

`TABLE[state, message type]` names the one function that handles it; a wire message without an entry is its
sender's violation. The room never decides who is in: it asks, and it is told.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from signaling import effects as fx
from signaling import messages as wire
from signaling.admission import (
    admit,
    answered,
    arrive,
    ask,
    drop,
    end,
    give_up,
    hold,
    leave,
    note,
    remove,
    send_back,
    unanswered,
)
from signaling.effects import Effect
from signaling.errors import Violation
from signaling.exchange import chat, devices, ignore, late, pong, relayed, signal, trust
from signaling.roster import At, Peer, Roster

Handler = Callable[[Roster, Peer, Any, datetime], list[Effect]]
OF_A_CALL = frozenset({wire.Signal, wire.Chat, wire.Trust})


class Room(Roster):
    """The one door into the state machine."""

    __slots__ = ()

    def from_socket(self, socket: int, message: wire.ClientMessage | fx.Dropped, now: datetime) -> list[Effect]:
        """What a socket said. One that was replaced or turned out is not listened to any more.

        Raises `Violation` for what its peer may not say now.
        """
        peer = self.sockets.get(socket)
        if peer is None:
            return []
        handle = TABLE.get((peer.at, type(message)))
        if handle is None and peer.was_live and type(message) in OF_A_CALL:
            handle = late
        if handle is None:
            raise Violation("unexpected", "This message has no place here.")
        return handle(self, peer, message, now)

    def receive(self, peer_id: str, message: fx.Inner, now: datetime) -> list[Effect]:
        """What happened to a peer, or was decided: never a fault, whatever the state. '' is the room itself."""
        kind = type(message)
        if kind is fx.Linger:
            return [fx.CloseRoom()] if self.is_empty() else []
        if isinstance(message, fx.Ended):
            return self._end(message, now)
        if isinstance(message, fx.Turned):
            return [effect for peer in self.peers.values() for effect in self._read_again(peer, message, now)]
        peer = self.peers.get(peer_id) or Peer(peer_id)
        if kind is fx.Arrival:
            self.peers[peer_id] = peer
        return TABLE[peer.at, kind](self, peer, message, now)

    def _read_again(self, peer: Peer, message: fx.Turned, now: datetime) -> list[Effect]:
        """What is being read of this peer just now may be older than what was decided."""
        note(self, peer, message, now)
        return ask(self, peer, message, now) if peer.at is At.LIVE else []

    def _end(self, notice: fx.Ended, now: datetime) -> list[Effect]:
        self.chat.clear()
        for peer in self.peers.values():
            # Everybody is told that it ended, so nobody needs to hear who left.
            peer.listed = False
        ended = [effect for peer in self.peers.values() for effect in TABLE[peer.at, fx.Ended](self, peer, notice, now)]
        return [*ended, fx.MediaClose()]


TABLE: dict[tuple[At, type], Handler] = {
    # From the browser. GREETED and WAITING have nothing of a call; AWAY and GONE have no socket to speak through.
    (At.GREETED, wire.Ping): pong,
    (At.GREETED, wire.Leave): leave,
    (At.GREETED, wire.Media): devices,
    (At.WAITING, wire.Ping): pong,
    (At.WAITING, wire.Leave): leave,
    (At.WAITING, wire.Media): devices,
    (At.LIVE, wire.Ping): pong,
    (At.LIVE, wire.Leave): leave,
    (At.LIVE, wire.Media): devices,
    (At.LIVE, wire.Signal): signal,
    (At.LIVE, wire.Chat): chat,
    (At.LIVE, wire.Trust): trust,
    # Sockets, answers, timers.
    **{(at, fx.Arrival): arrive for at in At},
    **{(at, fx.Answered): answered if at in {At.GREETED, At.WAITING, At.LIVE} else ignore for at in At},
    **{(at, fx.Unanswered): unanswered if at in {At.GREETED, At.WAITING, At.LIVE} else ignore for at in At},
    **{(at, fx.Dropped): drop if at in {At.GREETED, At.WAITING, At.LIVE} else ignore for at in At},
    **{(at, fx.Recheck): ask if at in {At.WAITING, At.LIVE} else ignore for at in At},
    **{(at, fx.GraceOver): give_up if at is At.AWAY else ignore for at in At},
    **{(at, fx.Relayed): relayed if at is At.LIVE else ignore for at in At},
    # Decisions. GREETED: being asked anyway, but what was read before the decision no longer counts.
    (At.GREETED, fx.Admitted): note,
    (At.GREETED, fx.Held): note,
    (At.GREETED, fx.SentBack): note,
    (At.GREETED, fx.Removed): remove,
    (At.GREETED, fx.Ended): end,
    (At.WAITING, fx.Admitted): admit,
    (At.WAITING, fx.Held): hold,
    (At.WAITING, fx.SentBack): send_back,
    (At.WAITING, fx.Removed): remove,
    (At.WAITING, fx.Ended): end,
    (At.LIVE, fx.Admitted): note,
    (At.LIVE, fx.Held): hold,
    (At.LIVE, fx.SentBack): send_back,
    (At.LIVE, fx.Removed): remove,
    (At.LIVE, fx.Ended): end,
    (At.AWAY, fx.Admitted): note,
    (At.AWAY, fx.Held): hold,
    (At.AWAY, fx.SentBack): send_back,
    (At.AWAY, fx.Removed): remove,
    (At.AWAY, fx.Ended): end,
    **{(At.GONE, notice): ignore for notice in (fx.Admitted, fx.Held, fx.SentBack, fx.Removed, fx.Ended)},
}
