"""Every number of the protocol in one frozen value. Times in seconds, sizes in bytes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Start values; tests and groups hand in others."""

    hello: float = 5.0
    ping: float = 15.0
    goodbye: float = 2.0
    """How long a closing socket may take to write what is left."""

    messages_per_second: float = 20.0
    message_burst: int = 60
    frames_per_second: float = 50.0
    """Of those that are no message: control frames, and fragments."""
    frame_burst: int = 200
    candidates: int = 200
    """Per socket, outside the message rate; beyond them a candidate is an ordinary message, and not relayed."""
    offers_per_minute: int = 10
    send_queue: int = 256 * 1024

    sockets: int = 10_000
    """Of this node; more are answered 503, so that running calls keep what they have."""
    strangers_per_address: int = 20
    sockets_per_peer: int = 2

    recheck: float = 30.0
    recheck_waiting: float = 5.0
    answer: float = 5.0
    """How long the question who may stay is waited for."""
    grace: float = 20.0
    linger: float = 120.0
    """An empty room is remembered longer than a ticket lives: a used ticket stays used."""

    chat_lines: int = 100
    chat_bytes: int = 128 * 1024
    """Of the kept lines as JSON: half of the send queue, so that a resume never counts as a slow reader."""
