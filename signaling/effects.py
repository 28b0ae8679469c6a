"""What goes into a room besides wire messages, and what comes out of it: plain values, no sockets, no clock."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from signaling.errors import Close
from signaling.messages import ServerMessage, Signal, Turn

# What the house knows and decides ------------------------------------------------------------------------------


class Standing(Struct, frozen=True):
    """Where a person stands in a visit, read from the truth.

    `since`: when this state began; for live, the call. `until`: when the booked time ends, which bounds credentials.
    `turn`: how the people of this visit meet; None where nobody says.
    """

    state: Literal["waiting", "held", "live", "ended"]
    role: str
    name: str
    since: datetime
    relay_only: bool = False
    until: datetime | None = None
    turn: Turn | None = None


class Admitted(Struct, frozen=True):
    peer: str
    since: datetime | None = None


class Held(Struct, frozen=True):
    peer: str


class SentBack(Struct, frozen=True):
    peer: str


class Removed(Struct, frozen=True):
    peer: str


class Ended(Struct, frozen=True):
    """The visit is over for everybody; `reason` is a code that every peer may see."""

    reason: str


class Turned(Struct, frozen=True):
    """The people of this visit meet in another way; the truth says in which."""


Notice = Admitted | Held | SentBack | Removed | Ended | Turned

# What else happens to a peer -----------------------------------------------------------------------------------


class Arrival(Struct, frozen=True):
    """A socket showed a valid ticket. `page` is its page's own name, '' for one that has none."""

    socket: int
    role: str
    epoch: int
    had_call: bool
    page: str = ""
    take_over: bool = False


class Answered(Struct, frozen=True):
    """The answer to `Ask`; None: this person is not, or no longer, part of the visit."""

    socket: int
    truth: int
    standing: Standing | None


class Unanswered(Struct, frozen=True):
    """Nobody could say just now."""

    socket: int


class Dropped(Struct, frozen=True):
    """The socket is gone."""


class Relayed(Struct, frozen=True):
    """Media hands over a signal for this peer."""

    source: str
    signal: Signal


class Recheck(Struct, frozen=True):
    """Time to ask again who may stay."""


class GraceOver(Struct, frozen=True):
    """A dropped peer did not come back."""


class Linger(Struct, frozen=True):
    """The room has been empty for long."""


Timer = Recheck | GraceOver | Linger
Inner = Arrival | Answered | Unanswered | Dropped | Relayed | Timer | Notice

# What the house is told ----------------------------------------------------------------------------------------


class Connected(Struct, frozen=True):
    """A socket of this peer was let in, to wait or to the call; a later epoch replaces an earlier one."""

    peer: str
    epoch: int


class Disconnected(Struct, frozen=True):
    """The socket of this epoch is gone and no other took its place."""

    peer: str
    epoch: int


class MediaState(Struct, frozen=True):
    peer: str
    mic: bool
    camera: bool
    screen: bool


class Left(Struct, frozen=True):
    """`leave`: said so; `lost`: dropped out of the call and did not come back within the grace."""

    peer: str
    reason: Literal["leave", "lost"]


Event = Connected | Disconnected | MediaState | Left

# Effects -------------------------------------------------------------------------------------------------------


class Send(Struct, frozen=True):
    socket: int
    message: ServerMessage


class Disconnect(Struct, frozen=True):
    socket: int
    code: Close


class Ask(Struct, frozen=True):
    """Ask the house where this peer stands; `truth` counts what was decided about the peer while we wait."""

    peer: str
    epoch: int
    socket: int
    truth: int


class ToMedia(Struct, frozen=True):
    peer: str
    signal: Signal


class MediaJoin(Struct, frozen=True):
    peer: str


class MediaLeave(Struct, frozen=True):
    peer: str


class MediaClose(Struct, frozen=True):
    """The call is over."""


class SetTimer(Struct, frozen=True):
    """`timer` comes back as a message after so many seconds; one of each kind per peer, the latest counts."""

    peer: str
    timer: Timer
    seconds: float


class CancelTimer(Struct, frozen=True):
    peer: str
    timer: type[Timer]


class Report(Struct, frozen=True):
    event: Event


class CloseRoom(Struct, frozen=True):
    """Nobody is here and nothing needs remembering."""


Effect = (
    Send
    | Disconnect
    | Ask
    | ToMedia
    | MediaJoin
    | MediaLeave
    | MediaClose
    | SetTimer
    | CancelTimer
    | Report
    | CloseRoom
)
