"""Rooms side by side: whatever happens in one, no byte of it reaches another."""

import asyncio
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from signaling import effects as fx
from signaling import messages as wire
from signaling.errors import Close, Violation
from signaling.hub import Hub, Place
from signaling.limits import Limits
from signaling.media.p2p import PeerToPeer
from signaling.tickets import Ticket

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ROOMS, ROLES = ("red", "green", "blue"), ("therapist", "patient")
STATES = ("live", "waiting", "held", "")
OTHER = dict(zip(ROLES, reversed(ROLES), strict=True))


@dataclass
class Door:
    """A socket of one room. Everything that is of a room carries its name."""

    room: str
    heard: list[str] = field(default_factory=list)
    is_open: bool = True

    def push(self, frame: bytes) -> bool:
        self.heard.append(frame.decode())
        return True

    def shut(self, code: Close) -> None:
        self.is_open = False

    def refuse(self, fault: Violation) -> None:
        self.heard.append(fault.code)


@dataclass
class Rooms:
    truth: dict[tuple[str, str], str] = field(default_factory=dict)
    doors: list[Door] = field(default_factory=list)
    places: dict[tuple[str, str], Place] = field(default_factory=dict)
    epoch: int = 0

    def __post_init__(self) -> None:
        self.hub = Hub(
            may_stay=self.may_stay, report=self.report, ice_for=lambda *_: [], backend=PeerToPeer(),
            clock=lambda: NOW, limits=Limits(),
        )  # fmt: skip

    async def may_stay(self, room: str, peer: str, epoch: int) -> fx.Standing | None:
        state = self.truth.get((room, peer), "live")
        role = peer.rpartition("-")[2]
        return fx.Standing(state, role, f"{room} {role}", NOW) if state else None  # type: ignore[arg-type]

    async def report(self, room: str, event: fx.Event) -> None:
        assert not isinstance(event, fx.Connected) or event.peer.startswith(room)

    def act(self, room: str, role: str, what: str, state: str) -> None:
        peer = f"{room}-{role}"
        place = self.places.get((room, role))
        if what == "come":
            self.epoch += 1
            door = Door(room)
            self.doors.append(door)
            ticket = Ticket(room, peer, role, self.epoch, NOW)
            self.places[room, role] = self.hub.arrive(ticket, wire.Hello(1, "t", page="p"), door)
        elif what == "decide":
            self.truth[room, peer] = state
            notices = {"live": fx.Admitted(peer), "waiting": fx.SentBack(peer), "held": fx.Held(peer)}
            self.hub.tell(room, notices.get(state, fx.Removed(peer)))
        elif what == "end":
            self.hub.tell(room, fx.Ended(f"{room} is over"))
        elif place and what == "drop":
            place.dropped()
        elif place and what == "signal":
            # To the other of this room, and to somebody of the next.
            for to in (f"{room}-{OTHER[role]}", f"{ROOMS[ROOMS.index(room) - 1]}-{role}"):
                place.heard(wire.Signal(to, room, "answer", wire.Body(sdp=f"from {room}"), 1))
        elif place and what == "chat":
            place.heard(wire.Chat(f"{room}-{self.epoch}", f"said in {room}"))


ACTS = st.tuples(
    st.sampled_from(ROOMS),
    st.sampled_from(ROLES),
    st.sampled_from(["come", "come", "decide", "end", "drop", "signal", "signal", "chat"]),
    st.sampled_from(STATES),
)


@given(st.lists(ACTS, min_size=12, max_size=60))
@settings(max_examples=120)
def test_nothing_of_a_room_reaches_another(acts: list[tuple[str, str, str, str]]) -> None:
    async def walk() -> list[Door]:
        rooms = Rooms()
        for room in ROOMS:
            for role in ROLES:
                rooms.act(room, role, "come", "")
        for act in acts:
            await asyncio.sleep(0)
            rooms.act(*act)
        for _ in range(5):
            await asyncio.sleep(0)
        await rooms.hub.close()
        return rooms.doors

    doors = asyncio.run(walk())
    for door in doors:
        others = [room for room in ROOMS if room != door.room]
        assert not [text for text in door.heard if any(other in text for other in others)]
    # And what is said is heard: every room saw its own two.
    welcomed = [json.loads(text)["peer"] for door in doors for text in door.heard if '"welcome"' in text]
    assert {peer.partition("-")[0] for peer in welcomed} == set(ROOMS)
