"""How much one socket may say. Times are seconds of any steady clock."""

from signaling.errors import Close, Violation
from signaling.limits import Limits
from signaling.messages import ClientMessage, Signal


class Bucket:
    """`burst` at once, `rate` per second in the long run."""

    __slots__ = ("_at", "_burst", "_left", "_rate")

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self._rate, self._burst, self._left, self._at = rate, burst, burst, now

    def take(self, now: float) -> bool:
        """Whether one more is allowed; if so it is counted."""
        self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class Allowance:
    """What one socket has left. Candidates come in bursts of their own and have a count of their own."""

    __slots__ = ("_candidates", "_frames", "_limits", "_messages", "_offers")

    def __init__(self, limits: Limits, now: float) -> None:
        self._messages = Bucket(limits.messages_per_second, limits.message_burst, now)
        self._offers = Bucket(limits.offers_per_minute / 60, limits.offers_per_minute, now)
        self._candidates, self._limits = limits.candidates, limits
        self._frames: Bucket | None = None

    def charge(self, message: ClientMessage, now: float) -> None:
        """Counts a message; raises `Violation` for one too many, which closes only for messages as such.

        A refused candidate or offer leaves the socket: a call under repair keeps its signaling.
        """
        kind = message.kind if isinstance(message, Signal) else ""
        if kind == "candidate" and self._candidates > 0:
            self._candidates -= 1
            return
        if not self._messages.take(now):
            raise Violation("rate", "Too many messages.", Close.RATE)
        if kind == "candidate":
            raise Violation("too_many_candidates", "Too many candidates on this connection.", None)
        if kind == "offer" and not self._offers.take(now):
            raise Violation("too_many_offers", "Too many offers in a minute.", None)

    def bears(self, now: float) -> bool:
        """Whether one more frame that is no message is allowed. Few sockets ever send one but their pongs."""
        if self._frames is None:
            self._frames = Bucket(self._limits.frames_per_second, self._limits.frame_burst, now)
        return self._frames.take(now)
