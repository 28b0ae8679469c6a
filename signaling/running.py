"""One room at work: its one queue, its sockets, its timers, its errands.

The queue is worked off by whoever adds to it, in the same turn of the loop: a decision reaches the sockets without
a wake-up in between, and since nothing in the state machine waits, a room never has two messages in hand.
What must be waited for (asking who may stay, reporting, closing media) is a task that the hub owns.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from signaling import effects as fx
from signaling import messages as wire
from signaling.errors import Close, Leak, Violation
from signaling.limits import Limits
from signaling.media.backend import Backend, MediaRoom
from signaling.room import Room
from signaling.roster import IceFor

log = logging.getLogger("parlour.signaling")

MayStay = Callable[[str, str, int], Awaitable[fx.Standing | None]]
ReportTo = Callable[[str, fx.Event], Awaitable[None]]


class Door(Protocol):
    """A socket as the room knows it."""

    def push(self, frame: bytes) -> bool: ...

    def shut(self, code: Close) -> None: ...

    def refuse(self, fault: Violation) -> None: ...


@dataclass(frozen=True)
class Outside:
    """What rooms need of the world. `start` runs an errand; `forget` lets go of a room that closed."""

    may_stay: MayStay
    report: ReportTo
    ice_for: IceFor
    backend: Backend
    clock: Callable[[], datetime]
    limits: Limits
    start: Callable[[Coroutine[Any, Any, None]], None]
    forget: Callable[[str], None]


class Running:
    """One room at work: messages in order in, effects performed."""

    __slots__ = (
        "_busy", "_media", "_outside", "_queue", "_reporting", "_reports", "_stopped", "_timers", "doors", "id", "room",
    )  # fmt: skip

    def __init__(self, id: str, outside: Outside) -> None:
        self.id, self._outside = id, outside
        traits = outside.backend.traits
        self.room = Room(outside.ice_for, traits.max_peers, outside.limits, traits.server_sees_media)
        self.doors: dict[int, Door] = {}
        self._queue: deque[tuple[Any, str, int]] = deque()
        self._busy = False
        self._stopped = False
        self._timers: dict[tuple[str, type], asyncio.TimerHandle] = {}
        self._reports: deque[fx.Event] = deque()
        self._reporting = False
        self._media: MediaRoom | None = None

    def post(self, message: Any, *, peer: str = "", socket: int = 0) -> None:
        """Adds to the queue; unless it is being worked off already, works it off."""
        self._queue.append((message, peer, socket))
        if self._busy or self._stopped:
            return
        self._busy = True
        try:
            now = self._outside.clock()
            while self._queue and not self._stopped:
                self._step(now, *self._queue.popleft())
        finally:
            self._busy = False

    def stop(self) -> None:
        """No more messages, timers, sockets or media. Nobody is told that others left: all come back elsewhere."""
        self._stopped = True
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        for door in self.doors.values():
            door.shut(Close.RESTART)
        self.doors.clear()
        self._close_media(fx.MediaClose())
        self._outside.forget(self.id)

    def _step(self, now: datetime, message: Any, peer: str, socket: int) -> None:
        room = self.room
        try:
            effects = room.from_socket(socket, message, now) if socket else room.receive(peer, message, now)
            for effect in effects:
                PERFORM[type(effect)](self, effect)
        except Violation as fault:
            self._blame(socket, fault)
        except Exception:
            # Ours, so the room stays and only whoever brought it on starts anew.
            log.exception("room failed", extra={"room": self.id, "input": type(message).__name__})
            self._disconnect(fx.Disconnect(socket, Close.OURS))

    def _blame(self, socket: int, fault: Violation) -> None:
        door = self.doors.get(socket)
        if door:
            door.refuse(fault)
        if fault.close is not None:
            self._disconnect(fx.Disconnect(socket, fault.close))

    def _send(self, send: fx.Send) -> None:
        door = self.doors.get(send.socket)
        if door is None:
            return
        try:
            frame = wire.encode(send.message, live=self.room.is_live(send.socket))
        except Leak as leak:
            log.error("kept from a peer outside the call", extra={"room": self.id, "kept": str(leak)})
            return
        if not door.push(frame):
            self._disconnect(fx.Disconnect(send.socket, Close.TRY_LATER))

    def _disconnect(self, effect: fx.Disconnect) -> None:
        door = self.doors.pop(effect.socket, None)
        if door:
            door.shut(effect.code)
            self.post(fx.Dropped(), socket=effect.socket)

    def _ask(self, ask: fx.Ask) -> None:
        self._outside.start(self._find_out(ask))

    async def _find_out(self, ask: fx.Ask) -> None:
        answer: fx.Answered | fx.Unanswered
        try:
            async with asyncio.timeout(self._outside.limits.answer):
                standing = await self._outside.may_stay(self.id, ask.peer, ask.epoch)
            answer = fx.Answered(ask.socket, ask.truth, standing)
        except Exception:
            log.exception("standing not known", extra={"room": self.id, "peer": ask.peer})
            answer = fx.Unanswered(ask.socket)
        self.post(answer, peer=ask.peer)

    def _report(self, report: fx.Report) -> None:
        self._reports.append(report.event)
        if not self._reporting:
            self._reporting = True
            self._outside.start(self._deliver_reports())

    async def _deliver_reports(self) -> None:
        # One at a time, so that the house hears of things in the order they happened.
        try:
            while self._reports:
                event = self._reports.popleft()
                try:
                    await self._outside.report(self.id, event)
                except Exception:
                    log.exception("report lost", extra={"room": self.id, "event_name": type(event).__name__})
        finally:
            self._reporting = False

    def _join_media(self, effect: fx.MediaJoin) -> None:
        if self._media is None:
            self._media = self._outside.backend.open(self.id, self._emit)
        self._media.join(effect.peer)

    def _emit(self, to: str, source: str, signal: wire.Signal) -> None:
        self.post(fx.Relayed(source, signal), peer=to)

    def _to_media(self, effect: fx.ToMedia) -> None:
        if self._media:
            self._media.receive(effect.peer, effect.signal)

    def _leave_media(self, effect: fx.MediaLeave) -> None:
        if self._media:
            self._media.leave(effect.peer)

    def _close_media(self, effect: fx.MediaClose) -> None:
        if self._media:
            self._outside.start(self._media.close())
            self._media = None

    def _set_timer(self, effect: fx.SetTimer) -> None:
        key = (effect.peer, type(effect.timer))
        self._cancel(key)
        self._timers[key] = asyncio.get_running_loop().call_later(effect.seconds, self._fire, key, effect.timer)

    def _cancel_timer(self, effect: fx.CancelTimer) -> None:
        self._cancel((effect.peer, effect.timer))

    def _cancel(self, key: tuple[str, type]) -> None:
        timer = self._timers.pop(key, None)
        if timer:
            timer.cancel()

    def _fire(self, key: tuple[str, type], timer: fx.Timer) -> None:
        self._timers.pop(key, None)
        self.post(timer, peer=key[0])

    def _close_room(self, effect: fx.CloseRoom) -> None:
        self.stop()


PERFORM: dict[type, Callable[[Running, Any], None]] = {
    fx.Send: Running._send,
    fx.Disconnect: Running._disconnect,
    fx.Ask: Running._ask,
    fx.Report: Running._report,
    fx.ToMedia: Running._to_media,
    fx.MediaJoin: Running._join_media,
    fx.MediaLeave: Running._leave_media,
    fx.MediaClose: Running._close_media,
    fx.SetTimer: Running._set_timer,
    fx.CancelTimer: Running._cancel_timer,
    fx.CloseRoom: Running._close_room,
}
