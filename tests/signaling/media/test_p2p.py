"""Two browsers: signals are handed over as they are, and only between those who joined."""

from signaling.media.p2p import PeerToPeer
from signaling.messages import Body, Signal

OFFER = Signal("b", "main", "offer", Body(sdp="v=0"), 1)


def test_a_signal_goes_to_the_one_it_names_unchanged() -> None:
    sent: list[tuple[str, str, Signal]] = []
    room = PeerToPeer().open("room", lambda *signal: sent.append(signal))
    room.join("a")
    room.join("b")
    room.receive("a", OFFER)
    assert sent == [("b", "a", OFFER)]


def test_nobody_outside_the_call_sends_or_is_sent_anything() -> None:
    sent: list[tuple[str, str, Signal]] = []
    room = PeerToPeer().open("room", lambda *signal: sent.append(signal))
    room.join("a")
    room.receive("a", OFFER)
    room.join("b")
    room.receive("c", OFFER)
    room.leave("b")
    room.receive("a", OFFER)
    assert sent == []


def test_the_server_sees_no_media() -> None:
    assert PeerToPeer.traits.server_sees_media is False
    assert PeerToPeer.traits.max_peers == 2
