"""A room without sockets: says things to it, and keeps what each socket was sent, encoded as it would be."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import json

from signaling import effects as fx
from signaling import messages as wire
from signaling.errors import Close
from signaling.limits import Limits
from signaling.media.p2p import PeerToPeer
from signaling.room import Room

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OFFER = wire.Body(sdp="v=0")


@dataclass
class Stage:
    """Performs effects at once: media hands over, timers are kept, questions are answered when `answer` is called."""

    truth: dict[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    now: datetime = NOW
    sent: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    closed: dict[int, Close] = field(default_factory=dict)
    asked: list[fx.Ask] = field(default_factory=list)
    timers: dict[tuple[str, type], fx.SetTimer] = field(default_factory=dict)
    reports: list[fx.Event] = field(default_factory=list)
    relays: list[str] = field(default_factory=list)
    is_over: bool = False
    epochs: int = 0
    relay_only: bool = False

    def __post_init__(self) -> None:
        self.room = Room(self._ice, 2, self.limits)
        self.media = PeerToPeer().open("room", self._emit)

    # What a test does ------------------------------------------------------------------------------------------

    def arrive(
        self, peer: str, *, had_call: bool = False, epoch: int = 0, page: str = "", take_over: bool = False
    ) -> int:
        """A new socket of this peer, not yet answered for."""
        self.epochs += 1
        socket = self.epochs
        self.sent[socket] = []
        self.inner(peer, fx.Arrival(socket, role_of(peer), epoch or self.epochs, had_call, page, take_over))
        return socket

    def join(self, peer: str, *, had_call: bool = False, page: str = "", take_over: bool = False) -> int:
        """A new socket of this peer, answered for as the truth is now."""
        socket = self.arrive(peer, had_call=had_call, page=page, take_over=take_over)
        self.answer()
        return socket

    def call(self) -> tuple[int, int]:
        """A running call: the sockets of therapist and patient, with nothing left unread."""
        self.truth |= {"therapist": "live", "patient": "live"}
        sockets = self.join("therapist"), self.join("patient")
        self.read()
        return sockets

    def say(self, socket: int, message: wire.ClientMessage) -> None:
        self.perform(self.room.from_socket(socket, message, self.now))

    def drop(self, socket: int) -> None:
        self.perform(self.room.from_socket(socket, fx.Dropped(), self.now))

    def inner(self, peer: str, message: fx.Inner) -> None:
        self.perform(self.room.receive(peer, message, self.now))

    def answer(self, truth: dict[str, str] | None = None) -> None:
        """Answers every open question from the truth, or from an older one."""
        known = self.truth if truth is None else truth
        while self.asked:
            ask = self.asked.pop(0)
            state: Any = known.get(ask.peer)
            name, hides = ask.peer.title(), self.relay_only
            standing = fx.Standing(state, role_of(ask.peer), name, NOW, hides) if state else None
            self.inner(ask.peer, fx.Answered(ask.socket, ask.truth, standing))
            known = self.truth

    def fire(self, peer: str, timer: type) -> None:
        """Time passes until this timer."""
        due = self.timers.pop((peer, timer))
        self.now += timedelta(seconds=due.seconds)
        self.inner(peer, due.timer)

    def read(self, socket: int = 0) -> list[dict[str, Any]]:
        """What this socket (or any) was sent since it was last read."""
        sockets = [socket] if socket else list(self.sent)
        messages = [message for one in sockets for message in self.sent[one]]
        for one in sockets:
            self.sent[one] = []
        return messages

    def types(self, socket: int) -> list[str]:
        return [message["type"] for message in self.read(socket)]

    # What the world does ---------------------------------------------------------------------------------------

    def perform(self, effects: list[fx.Effect]) -> None:
        for effect in effects:
            match effect:
                case fx.Send(socket, message):
                    assert socket not in self.closed, f"{message} to a closed socket"
                    frame = wire.encode(message, live=self.room.is_live(socket))
                    self.sent[socket].append(json.decode(frame))
                case fx.Disconnect(socket, code):
                    self.closed[socket] = code
                case fx.Ask():
                    self.asked.append(effect)
                case fx.ToMedia(peer, signal):
                    self.media.receive(peer, signal)
                case fx.MediaJoin(peer):
                    self.media.join(peer)
                case fx.MediaLeave(peer):
                    self.media.leave(peer)
                case fx.SetTimer(peer, timer):
                    self.timers[peer, type(timer)] = effect
                case fx.CancelTimer(peer, timer):
                    self.timers.pop((peer, timer), None)
                case fx.Report(event):
                    self.reports.append(event)
                case fx.CloseRoom():
                    self.is_over = True

    def _emit(self, to: str, source: str, signal: wire.Signal) -> None:
        self.inner(to, fx.Relayed(source, signal))

    def _ice(self, peer: str, now: datetime, until: datetime | None) -> list[dict[str, Any]]:
        self.relays.append(peer)
        return [{"urls": "turn:relay.example", "username": peer, "credential": "secret"}]


def role_of(peer: str) -> str:
    return "therapist" if peer.startswith("therapist") else "patient"


def signal(to: str, kind: Any = "offer", body: wire.Body = OFFER) -> wire.Signal:
    return wire.Signal(to, "main", kind, body, 1)
