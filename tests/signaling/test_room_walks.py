"""Random walks through the room: nothing leaks, nobody is stuck, and everybody's picture of the call is the call."""

from typing import Any

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from signaling import effects as fx
from signaling import messages as wire
from signaling.errors import Violation
from signaling.roster import At
from tests.signaling.stage import Stage, signal

PEERS = ["therapist-1", "patient-1", "patient-2", "lurker"]
MAY_BE_LIVE = PEERS[:3]
STATES = ["waiting", "held", "live", "ended", ""]
WIRE: list[wire.ClientMessage] = [
    wire.Ping(1),
    wire.Media(mic=True, camera=False, screen=False),
    wire.Chat("1", "hello"),
    *[signal(to) for to in PEERS],
    *[wire.Trust(to, "commit", 1, "00ff") for to in PEERS],
    wire.Hello(1, "t"),
    wire.Leave(),
]
FOR_ANYONE = {"welcome", "state", "pong", "ended", "drain", "error"}
peers = st.sampled_from(PEERS)


def notice_of(peer: str, state: str) -> fx.Notice:
    notices: dict[str, fx.Notice] = {
        "live": fx.Admitted(peer), "held": fx.Held(peer), "waiting": fx.SentBack(peer), "": fx.Removed(peer),
    }  # fmt: skip
    return notices[state]


class Walk(RuleBasedStateMachine):
    """A visit in which decisions, lost sockets, stale answers and chatter come in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.stage = Stage(dict.fromkeys(PEERS, "waiting"))
        self.before = dict(self.stage.truth)
        self.owner: dict[int, str] = {}
        self.live: set[int] = set()
        self.seen: dict[int, dict[str, Any]] = {}
        self.epochs: dict[str, int] = {}
        self.shown: dict[tuple[int, str], int] = {}

    def open_sockets(self) -> list[int]:
        return [socket for socket in self.owner if socket in self.stage.room.sockets]

    # What happens ----------------------------------------------------------------------------------------------

    @rule(peer=peers, had_call=st.booleans())
    def arrives(self, peer: str, had_call: bool) -> None:
        self.owner[self.stage.arrive(peer, had_call=had_call)] = peer

    @rule(peer=st.sampled_from(PEERS[1:3]))
    def two_meet(self, peer: str) -> None:
        """The way to a call is long for chance alone, and most that can go wrong goes wrong in one."""
        for one in (PEERS[0], peer):
            self.is_decided(one, "live", is_told=True)
            self.arrives(one, had_call=False)
        self.answers()

    @rule(peer=peers)
    def replays_a_ticket(self, peer: str) -> None:
        known = self.stage.room.peers.get(peer)
        if known:
            socket = self.stage.arrive(peer, epoch=known.epoch)
            self.owner[socket] = peer
            assert socket in self.stage.closed

    @rule(peer=peers, state=st.sampled_from(STATES), is_told=st.booleans())
    def is_decided(self, peer: str, state: str, is_told: bool) -> None:
        if state == "live" and peer not in MAY_BE_LIVE:
            return
        self.before = dict(self.stage.truth)
        self.stage.truth[peer] = state
        if is_told and state != "ended":
            self.stage.inner(peer, notice_of(peer, state))

    @rule()
    def ends(self) -> None:
        self.stage.truth = dict.fromkeys(PEERS, "ended")
        self.stage.inner("", fx.Ended("done"))

    @rule()
    def answers(self) -> None:
        self.stage.answer()

    @precondition(lambda self: self.stage.asked)
    @rule()
    def an_answer_comes_late(self) -> None:
        """It was read before a decision that the room has heard of since."""
        ask = self.stage.asked[0]
        if ask.truth != self.stage.room.peers[ask.peer].truth:
            self.stage.answer(self.before)

    @precondition(lambda self: self.stage.asked)
    @rule()
    def nobody_can_answer(self) -> None:
        ask = self.stage.asked.pop(0)
        self.stage.inner(ask.peer, fx.Unanswered(ask.socket))

    @precondition(lambda self: self.open_sockets())
    @rule(data=st.data())
    def drops(self, data: st.DataObject) -> None:
        self.stage.drop(data.draw(st.sampled_from(self.open_sockets())))

    @precondition(lambda self: self.owner)
    @rule(data=st.data(), message=st.sampled_from(WIRE))
    def speaks(self, data: st.DataObject, message: wire.ClientMessage) -> None:
        socket = data.draw(st.sampled_from(sorted(self.owner)))
        try:
            self.stage.say(socket, message)
        except Violation:
            assert not any(self.stage.sent.values())

    @precondition(lambda self: self.stage.timers)
    @rule(data=st.data())
    def time_passes(self, data: st.DataObject) -> None:
        peer, timer = data.draw(st.sampled_from(sorted(self.stage.timers, key=str)))
        self.stage.fire(peer, timer)

    # What always holds -----------------------------------------------------------------------------------------

    @invariant()
    def nothing_leaks(self) -> None:
        for socket, messages in self.stage.sent.items():
            for message in messages:
                if self.owner[socket] not in MAY_BE_LIVE:
                    assert message["type"] in FOR_ANYONE
                    others = set(PEERS) - {self.owner[socket]}
                    assert not others & set(map(str, message.values()))
                self.fold(socket, message)
            messages.clear()

    def fold(self, socket: int, message: dict[str, Any]) -> None:
        """What a browser makes of it."""
        self.no_epoch_is_seen_to_go_back(socket, message)
        match message["type"]:
            case "admitted":
                self.seen[socket] = {one["peer"]: one for one in message["peers"]}
            case "state":
                self.seen.pop(socket, None)
            case "peer":
                self.seen[socket][message["peer"]] = {key: message[key] for key in message if key != "type"}
            case "left":
                del self.seen[socket][message["peer"]]

    def no_epoch_is_seen_to_go_back(self, socket: int, message: dict[str, Any]) -> None:
        others = message.get("peers", [message] if message["type"] in {"peer", "signal", "trust"} else [])
        for one in others:
            key = socket, one.get("peer") or one["from"]
            assert one["epoch"] >= self.shown.get(key, -1)
            self.shown[key] = one["epoch"]

    @invariant()
    def no_epoch_goes_back(self) -> None:
        for peer in self.stage.room.peers.values():
            assert self.epochs.get(peer.id, -1) <= peer.epoch <= peer.newest
            self.epochs[peer.id] = peer.epoch

    @invariant()
    def the_picture_is_the_call(self) -> None:
        room = self.stage.room
        for peer in room.peers.values():
            if peer.at is not At.LIVE:
                continue
            others = {one.id: one for one in room.peers.values() if one.listed and one is not peer}
            assert set(self.seen[peer.socket]) == set(others)
            for id, other in others.items():
                if other.at is not At.GREETED:
                    assert self.seen[peer.socket][id] == msgspec.to_builtins(other.shown())

    @invariant()
    def nobody_is_stuck(self) -> None:
        stage = self.stage
        for peer in stage.room.peers.values():
            if peer.at is At.AWAY:
                assert (peer.id, fx.GraceOver) in stage.timers
            if peer.at in {At.GREETED, At.WAITING, At.LIVE}:
                is_asked = any(ask.socket == peer.socket for ask in stage.asked)
                assert is_asked or (peer.id, fx.Recheck) in stage.timers
            assert bool(peer.socket) == (peer.at in {At.GREETED, At.WAITING, At.LIVE})
            assert peer.listed or peer.at not in {At.LIVE, At.AWAY}

    @invariant()
    def the_call_is_no_larger_than_its_media(self) -> None:
        assert sum(peer.listed for peer in self.stage.room.peers.values()) <= 2

    @rule()
    def settles(self) -> None:
        """Asked once more, everybody stands where the truth has them; who found the call full, after it was left."""
        for _ in range(2):
            for peer, timer in list(self.stage.timers):
                if timer is fx.Recheck:
                    self.stage.fire(peer, timer)
            self.stage.answer()
        is_full = sum(peer.listed for peer in self.stage.room.peers.values()) >= 2
        for peer in self.stage.room.peers.values():
            if peer.socket:
                state = self.stage.truth[peer.id]
                assert state in {"waiting", "held", "live"}
                assert peer.at is (At.LIVE if state == "live" else At.WAITING) or (is_full and peer.at is At.WAITING)


TestWalk = Walk.TestCase
TestWalk.settings = settings(max_examples=150, stateful_step_count=40)
