"""What passes between those who are there: devices, media signals, chat."""

from datetime import datetime

from signaling import effects as fx
from signaling import messages as wire
from signaling.effects import Effect
from signaling.hiding import hidden
from signaling.roster import At, Peer, Roster

NOBODY = wire.Error("no_such_peer", "This person is not in the call.")
NOT_IN_CALL = wire.Error("not_in_call", "You are not in the call now.")


def pong(room: Roster, peer: Peer, message: wire.Ping, now: datetime) -> list[Effect]:
    return [fx.Send(peer.socket, wire.Pong(message.n))]


def devices(room: Roster, peer: Peer, message: wire.Media, now: datetime) -> list[Effect]:
    """Own devices: kept, reported, and shown to those in the call by those in the call."""
    peer.mic, peer.camera, peer.screen = message.mic, message.camera, message.screen
    peer.video = message.video or "full"
    if peer.at is At.GREETED:
        return []
    report = fx.Report(fx.MediaState(peer.id, peer.mic, peer.camera, peer.screen))
    return [*(room.to_others(peer, wire.Peer(**peer.shown())) if peer.at is At.LIVE else []), report]


def signal(room: Roster, peer: Peer, message: wire.Signal, now: datetime) -> list[Effect]:
    """To one other person in the call. Whoever is away gets a snapshot later, never an old description."""
    target = room.peers.get(message.to)
    if target is None or target is peer or not target.listed:
        return [fx.Send(peer.socket, NOBODY)]
    said = hidden(message) if peer.relay_only or target.relay_only else message
    return [fx.ToMedia(peer.id, said)] if said and target.at is At.LIVE else []


def relayed(room: Roster, peer: Peer, message: fx.Relayed, now: datetime) -> list[Effect]:
    """Who it is from is stamped here: no sender names itself."""
    source, given = room.peers[message.source], message.signal
    out = wire.Signalled(source.id, given.stream, given.kind, given.body, given.attempt, source.epoch)
    return [fx.Send(peer.socket, out)]


def trust(room: Roster, peer: Peer, message: wire.Trust, now: datetime) -> list[Effect]:
    """From browser to browser, never by way of media: what it says is nothing that the server could vouch for."""
    target = room.peers.get(message.to)
    if target is None or target is peer or not target.listed:
        return [fx.Send(peer.socket, NOBODY)]
    out = wire.Trusted(peer.id, message.step, message.round, message.value, peer.epoch)
    return [fx.Send(target.socket, out)] if target.at is At.LIVE else []


def chat(room: Roster, peer: Peer, message: wire.Chat, now: datetime) -> list[Effect]:
    """To everybody in the call; the sender's own echo says that it was taken."""
    line, is_new = room.chat.add(peer.id, message.id, message.text, now, room.in_call())
    said = wire.Said(line.id, line.sender, line.text, line.at)
    return [fx.Send(peer.socket, said), *(room.to_others(peer, said) if is_new else [])]


def late(room: Roster, peer: Peer, message: object, now: datetime) -> list[Effect]:
    """Under way while the peer was moved out of the call: no fault, and for nobody."""
    return [fx.Send(peer.socket, NOT_IN_CALL)]


def ignore(room: Roster, peer: Peer, message: object, now: datetime) -> list[Effect]:
    return []
