"""The rooms of this node, found by visit."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime
from itertools import count
from typing import Any

from signaling import effects as fx
from signaling import messages as wire
from signaling.limits import Limits
from signaling.media.backend import Backend
from signaling.roster import IceFor
from signaling.running import Door, MayStay, Outside, ReportTo, Running
from signaling.tickets import Ticket


class Hub:
    """Finds or begins a room, and owns the tasks that rooms set in motion."""

    def __init__(
        self,
        *,
        may_stay: MayStay,
        report: ReportTo,
        ice_for: IceFor,
        backend: Backend,
        clock: Callable[[], datetime],
        limits: Limits,
    ) -> None:
        self._outside = Outside(may_stay, report, ice_for, backend, clock, limits, self._start, self._forget)
        self._rooms: dict[str, Running] = {}
        self._sockets = count(1)
        self._tasks: set[asyncio.Task[None]] = set()

    def arrive(self, ticket: Ticket, first: wire.Hello | wire.Resume, door: Door) -> "Place":
        """Seats a socket whose ticket is good; the room asks and answers in its own time."""
        running = self._rooms.get(ticket.visit)
        if running is None:
            running = self._rooms[ticket.visit] = Running(ticket.visit, self._outside)
        place = Place(running, next(self._sockets))
        running.doors[place.socket] = door
        had_call = isinstance(first, wire.Resume) and first.had_call
        page = first.page if isinstance(first.page, str) else ""
        arrival = fx.Arrival(place.socket, ticket.role, ticket.epoch, had_call, page, first.take_over is True)
        running.post(arrival, peer=ticket.peer)
        return place

    def tell(self, room: str, notice: fx.Notice) -> None:
        """A decision for a room; one that is not here has nobody to tell, and reads the truth when it begins."""
        running = self._rooms.get(room)
        if running:
            running.post(notice, peer="" if isinstance(notice, fx.Ended | fx.Turned) else notice.peer)

    async def close(self) -> None:
        """Sends everybody away to come back elsewhere, and waits a little for what is still under way."""
        for running in tuple(self._rooms.values()):
            running.stop()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=self._outside.limits.goodbye)
        for task in tuple(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    def _start(self, errand: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(errand)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _forget(self, room: str) -> None:
        self._rooms.pop(room, None)


class Place:
    """One socket's place in its room."""

    __slots__ = ("running", "socket")

    def __init__(self, running: "Running", socket: int) -> None:
        self.running, self.socket = running, socket

    def heard(self, message: wire.ClientMessage) -> None:
        self.running.post(message, socket=self.socket)

    def dropped(self) -> None:
        self.running.doors.pop(self.socket, None)
        self.running.post(fx.Dropped(), socket=self.socket)
