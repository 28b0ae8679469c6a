"""The parts that handlers and jobs use, built once by `app.py`: one frozen value, passed on."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, TypeVar
from uuid import UUID

from starlette.requests import Request

from server.bus import Bus
from server.config import Settings
from server.db import Database
from server.keys import KeyStore
from server.live import Live
from server.notify.mail import Mailer
from server.notify.push import Pusher
from server.notify.sms import Texter
from server.outbox import Outbox
from server.outside import Outside
from server.turns import Turns

T = TypeVar("T")


class Tell(Protocol):
    """Says to a room what was decided about a peer; kind is admitted, held, sent_back, removed or ended,
    or turned: people meet in another way now.

    `since`, of who is admitted: since when the meeting runs.
    """

    async def __call__(self, room: str, kind: str, peer: str, since: datetime | None = None) -> None: ...


class Alerts(Protocol):
    """The loop that calls people when somebody waits too long."""

    async def run(self) -> None: ...

    async def run_due(self) -> int: ...


class Reminders(Protocol):
    """The loop that settles which reminders are due."""

    async def run(self) -> None: ...

    async def run_due(self) -> int: ...


class Waits(Protocol):
    """The loop that looks for who waits when time alone may have made something free."""

    async def run(self) -> None: ...

    async def run_due(self) -> int: ...


class Calendars(Protocol):
    """The loop that reads the calendars that therapists keep elsewhere."""

    async def run(self) -> None: ...

    async def run_due(self) -> int: ...

    async def read_now(self, therapist_id: UUID, calendar_id: UUID) -> None:
        """Read one of them; what came of it stands in its row."""


class NoEcho(StrEnum):
    """Why our own peer gave no answer."""

    BUSY = "busy"
    UNFIT = "unfit"
    LOST = "lost"


class Echo(Protocol):
    """The peer of the check before a session. `who` names the booking."""

    def relays(self, who: str) -> list[dict[str, Any]]:
        """RTCIceServer dicts for the browser's own try, good for little more than a minute."""

    async def answer(self, who: str, offer: str) -> str | NoEcho:
        """The answer to a browser's offer."""


@dataclass(frozen=True)
class House:
    settings: Settings
    db: Database
    keys: KeyStore
    clock: Callable[[], datetime]
    bus: Bus
    live: Live
    outbox: Outbox
    couriers: Outbox  # of what waits for servers of others
    alerts: Alerts
    reminders: Reminders
    waits: Waits
    mailer: Mailer
    texter: Texter
    pusher: Pusher
    tell: Tell
    echo: Echo
    outside: Outside
    calendars: Calendars
    turns: Turns = field(default_factory=Turns)


def house_of(request: Request) -> House:
    """The house that answers this request."""
    return request.app.state.house  # type: ignore[no-any-return]


class InHouse(Protocol):
    """Runs one piece of work of the console in an open house: `run(listing)`."""

    def __call__(self, work: Callable[[House], Awaitable[T]], /) -> T: ...
