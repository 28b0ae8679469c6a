"""What was said in the running call: in memory, bounded, and each line only for those who were there."""

from collections import deque
from datetime import datetime

from msgspec import Struct, json

from signaling.messages import Line


class _Kept(Struct, frozen=True):
    line: Line
    audience: frozenset[str]
    size: int


class ChatLog:
    """The latest lines of one call, at most `lines` of them and `size` bytes as JSON."""

    def __init__(self, lines: int, size: int) -> None:
        self._lines = lines
        self._size = size
        self._kept: deque[_Kept] = deque()
        self._used = 0

    def add(self, sender: str, id: str, text: str, at: datetime, audience: frozenset[str]) -> tuple[Line, bool]:
        """The line as said, and whether it is new: a page that reconnects says again what nobody confirmed."""
        for kept in self._kept:
            if kept.line.sender == sender and kept.line.id == id:
                return kept.line, False
        line = Line(id, sender, text, at)
        self._keep(_Kept(line, audience, len(json.encode(line))))
        return line, True

    def heard_by(self, peer: str) -> list[Line]:
        """The kept lines that this peer was in the call for, oldest first."""
        return [kept.line for kept in self._kept if peer in kept.audience]

    def clear(self) -> None:
        self._kept.clear()
        self._used = 0

    def _keep(self, kept: _Kept) -> None:
        self._kept.append(kept)
        self._used += kept.size
        while len(self._kept) > self._lines or self._used > self._size:
            self._used -= self._kept.popleft().size
