"""What can go wrong, by blame.

SignalingError
├── Violation   the peer broke the protocol: it is told the code, and its socket alone may close
└── Leak        we tried to send something to a peer who is not in the call: ours, logged, never sent
"""

from enum import IntEnum


class Close(IntEnum):
    """WebSocket close codes that we send; `PROTOCOL.md` says what a client does with each."""

    LEFT = 1000
    OURS = 1011
    RESTART = 1012
    TRY_LATER = 1013
    PROTOCOL = 4400
    AUTH = 4401
    FORBIDDEN = 4403
    HELLO_TIMEOUT = 4408
    REPLACED = 4409
    ENDED = 4410
    TOO_BIG = 4413
    IN_USE = 4423
    RATE = 4429


class SignalingError(Exception):
    """Root of everything this package raises."""


class Violation(SignalingError):
    """A peer broke the protocol. `code` is stable, `text` is for a person; `close` ends the socket, None leaves it."""

    def __init__(self, code: str, text: str, close: Close | None = Close.PROTOCOL) -> None:
        super().__init__(code)
        self.code = code
        self.text = text
        self.close = close


class Leak(SignalingError):
    """A message of a call was about to reach a peer who is not in it."""
