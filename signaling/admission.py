"""Coming and going: each function is one move of a peer, from a message to effects."""

from datetime import datetime
from typing import Literal

from signaling import effects as fx
from signaling import messages as wire
from signaling.effects import Effect
from signaling.errors import Close
from signaling.roster import At, Peer, Roster

REFUSED = wire.Error("ticket", "This ticket opens nothing. Reload the page.")
NOT_ALLOWED = wire.Error("not_allowed", "You are no longer part of this visit.")
IN_USE = wire.Error("in_use", "You are in this visit on another page. Take it over, or stay there.")
TRY_LATER = wire.Error("try_later", "Nobody can say just now who is in this visit.")


def arrive(room: Roster, peer: Peer, message: fx.Arrival, now: datetime) -> list[Effect]:
    """A new socket takes the place of an older one of the same page; an epoch seen before opens nothing.

    Another page of the same person, on another device or in another window, has to say that it takes over.
    """
    if message.epoch <= peer.newest:
        return [fx.Send(message.socket, REFUSED), fx.Disconnect(message.socket, Close.AUTH)]
    peer.newest = message.epoch
    if peer.at is not At.GONE and message.page != peer.page and not message.take_over:
        return [fx.Send(message.socket, IN_USE), fx.Disconnect(message.socket, Close.IN_USE)]
    replaced = unseat(room, peer, Close.REPLACED)
    peer.at, peer.socket, peer.epoch, peer.role = At.GREETED, message.socket, message.epoch, message.role
    peer.had_call, peer.was_live, peer.told, peer.page = message.had_call, False, "", message.page
    room.sockets[message.socket] = peer
    return [
        *replaced,
        fx.CancelTimer(peer.id, fx.GraceOver),
        fx.CancelTimer("", fx.Linger),
        *ask(room, peer, message, now),
    ]


def ask(room: Roster, peer: Peer, message: object, now: datetime) -> list[Effect]:
    return [fx.Ask(peer.id, peer.epoch, peer.socket, peer.truth)]


def answered(room: Roster, peer: Peer, message: fx.Answered, now: datetime) -> list[Effect]:
    """Where the peer stands. What was read before a later decision is read again."""
    if message.socket != peer.socket:
        return []
    if message.truth != peer.truth:
        return ask(room, peer, message, now)
    standing = message.standing
    if standing is None or standing.role != peer.role:
        return turn_out(room, peer)
    if standing.state == "ended":
        return end(room, peer, fx.Ended("ended"), now)
    peer.name, peer.relay_only, peer.until = standing.name, standing.relay_only, standing.until
    news = room.follow(standing.turn)
    if standing.state == "live":
        peer.since = standing.since
        return [*news, *welcome(room, peer, live=not room.is_full(peer)), *enter(room, peer, now)]
    return [*news, *welcome(room, peer, live=False), *step_out(room, peer, standing.state, standing.state)]


def unanswered(room: Roster, peer: Peer, message: fx.Unanswered, now: datetime) -> list[Effect]:
    """A stranger waits outside while the truth cannot be read; a running call goes on, and is asked about soon."""
    if message.socket != peer.socket:
        return []
    if peer.at is not At.GREETED:
        return [fx.SetTimer(peer.id, fx.Recheck(), room.limits.recheck_waiting)]
    refusal = [fx.Send(peer.socket, TRY_LATER), *unseat(room, peer, Close.TRY_LATER)]
    return [*refusal, *(go_away(room, peer) if peer.listed else vanish(room, peer))]


def welcome(room: Roster, peer: Peer, live: bool) -> list[Effect]:
    """Once per socket, before anything else that it is sent."""
    if peer.at is not At.GREETED:
        return []
    beat = round(room.limits.ping * 1000)
    peer.connected = peer.epoch
    hello = wire.Welcome(peer.id, peer.role, peer.epoch, "live" if live else "waiting", beat)
    return [fx.Send(peer.socket, hello), fx.Report(fx.Connected(peer.id, peer.epoch))]


def enter(room: Roster, peer: Peer, now: datetime) -> list[Effect]:
    """Into the call, or still there."""
    recheck = fx.SetTimer(peer.id, fx.Recheck(), room.limits.recheck)
    if peer.at is At.LIVE:
        return [recheck]
    if room.is_full(peer):
        return step_out(room, peer, "waiting", "full")
    peer.at, peer.listed, peer.was_live, peer.told = At.LIVE, True, True, "live"
    return [
        fx.MediaJoin(peer.id),
        fx.Send(peer.socket, snapshot(room, peer, now)),
        *room.to_others(peer, wire.Peer(**peer.shown())),
        recheck,
    ]


def snapshot(room: Roster, peer: Peer, now: datetime) -> wire.Admitted:
    """The call as it stands for this peer; the relay's credentials are made here and nowhere earlier."""
    return wire.Admitted(
        you=wire.You(peer.id, peer.role, polite=peer.role == "patient"),
        peers=room.seen_by(peer),
        ice=room.ice_for(peer.id, now, peer.until),
        relay_only=peer.relay_only,
        chat=room.chat.heard_by(peer.id),
        since=peer.since or now,
        server_sees_media=room.server_sees_media,
        medium=room.turn,
    )


def admit(room: Roster, peer: Peer, notice: fx.Admitted, now: datetime) -> list[Effect]:
    """From waiting into the call, in this very step."""
    peer.truth += 1
    peer.since = notice.since or now
    return enter(room, peer, now)


def hold(room: Roster, peer: Peer, notice: fx.Held, now: datetime) -> list[Effect]:
    peer.truth += 1
    return step_out(room, peer, "held", "held")


def send_back(room: Roster, peer: Peer, notice: fx.SentBack, now: datetime) -> list[Effect]:
    peer.truth += 1
    return step_out(room, peer, "waiting", "sent_back")


def note(room: Roster, peer: Peer, notice: object, now: datetime) -> list[Effect]:
    """A decision about somebody whose standing is being asked, or will be: what was read before it is stale."""
    peer.truth += 1
    return []


def step_out(room: Roster, peer: Peer, state: Literal["waiting", "held"], reason: str) -> list[Effect]:
    """Not in the call, or not any more; told once."""
    out = [fx.MediaLeave(peer.id), *unlist(room, peer, "moved")] if peer.listed else []
    if peer.at is At.AWAY:
        return [*out, fx.CancelTimer(peer.id, fx.GraceOver), *vanish(room, peer)]
    news = [] if peer.told == state else [fx.Send(peer.socket, wire.State(state, reason))]
    peer.at, peer.told = At.WAITING, state
    return [*out, *news, fx.SetTimer(peer.id, fx.Recheck(), room.limits.recheck_waiting)]


def remove(room: Roster, peer: Peer, notice: fx.Removed, now: datetime) -> list[Effect]:
    peer.truth += 1
    return turn_out(room, peer)


def turn_out(room: Roster, peer: Peer) -> list[Effect]:
    """No part of this visit. Who was never let in is told no more than the bearer of a bad ticket."""
    met = peer.told != ""
    left = [*unlist(room, peer, "moved"), fx.MediaLeave(peer.id), fx.CancelTimer(peer.id, fx.GraceOver)]
    word = [fx.Send(peer.socket, NOT_ALLOWED if met else REFUSED)] if peer.socket else []
    return [*left, *word, *unseat(room, peer, Close.FORBIDDEN if met else Close.AUTH), *vanish(room, peer)]


def end(room: Roster, peer: Peer, notice: fx.Ended, now: datetime) -> list[Effect]:
    """The visit is over for this peer."""
    peer.truth += 1
    left = [*unlist(room, peer, "moved"), fx.MediaLeave(peer.id), fx.CancelTimer(peer.id, fx.GraceOver)]
    word = [fx.Send(peer.socket, wire.Ended(notice.reason))] if peer.socket else []
    return [*left, *word, *unseat(room, peer, Close.ENDED), *vanish(room, peer)]


def leave(room: Roster, peer: Peer, message: wire.Leave, now: datetime) -> list[Effect]:
    """The person goes; whether the place is kept is decided elsewhere."""
    left = [*unlist(room, peer, "leave"), fx.MediaLeave(peer.id), fx.Report(fx.Left(peer.id, "leave"))]
    return [*left, *unseat(room, peer, Close.LEFT), *vanish(room, peer)]


def drop(room: Roster, peer: Peer, message: fx.Dropped, now: datetime) -> list[Effect]:
    """The socket is gone. The media may well be flowing, so it is left alone."""
    room.sockets.pop(peer.socket, None)
    peer.socket = 0
    return go_away(room, peer) if peer.listed else vanish(room, peer)


def go_away(room: Roster, peer: Peer) -> list[Effect]:
    """Out of reach, still counted on for the length of the grace."""
    peer.at = At.AWAY
    dropped = room.to_others(peer, wire.Peer(**peer.shown()))
    return [*dropped, *disconnected(peer), fx.SetTimer(peer.id, fx.GraceOver(), room.limits.grace)]


def give_up(room: Roster, peer: Peer, message: fx.GraceOver, now: datetime) -> list[Effect]:
    return [*unlist(room, peer, "lost"), fx.Report(fx.Left(peer.id, "lost")), *vanish(room, peer)]


def unlist(room: Roster, peer: Peer, reason: Literal["leave", "lost", "moved"]) -> list[Effect]:
    """Tells the others, if they counted on this peer."""
    if not peer.listed:
        return []
    peer.listed = False
    return room.to_others(peer, wire.Left(peer.id, reason))


def unseat(room: Roster, peer: Peer, code: Close) -> list[Effect]:
    """From here on nothing that this socket says is heard."""
    if not peer.socket:
        return []
    socket, peer.socket = peer.socket, 0
    del room.sockets[socket]
    return [fx.Disconnect(socket, code)]


def vanish(room: Roster, peer: Peer) -> list[Effect]:
    """Gone; only the epoch is remembered, as long as the room is."""
    peer.at, peer.told = At.GONE, ""
    linger = [fx.SetTimer("", fx.Linger(), room.limits.linger)] if room.is_empty() else []
    return [*disconnected(peer), *linger]


def disconnected(peer: Peer) -> list[Effect]:
    """No socket any more: reported once for everybody who was reported as connected."""
    effects: list[Effect] = [fx.CancelTimer(peer.id, fx.Recheck)]
    if peer.connected >= 0:
        effects.append(fx.Report(fx.Disconnected(peer.id, peer.connected)))
        peer.connected = -1
    return effects
