"""CalDAV by the `caldav` library, and the library by our own way out: it reaches no address that was not checked.

The library is an extra. Without it calendars are read by their .ics address alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib.util import find_spec
from typing import Any

import httpx2
import structlog

from server.clinic.calendars.rules import Access, Trouble, status_trouble
from server.outside import Bounds, NotReached, Outside

log = structlog.get_logger("calendars")

BOUNDS = Bounds(seconds=20, redirects=3)
MULTISTATUS = 207


@dataclass(frozen=True)
class Place:
    """A calendar of an account: what it is called and where it is."""

    name: str
    address: str = field(repr=False)


@dataclass(frozen=True)
class Heard:
    """A server's answer in the form that the library wants.

    XML alone is handed on, and only where the library reads it: it would write anything else to the log.
    """

    status_code: int
    headers: httpx2.Headers
    content: bytes = field(repr=False)
    url: str = field(repr=False)
    reason: str = ""
    reason_phrase: str = ""

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", "replace")


class Session:
    """The HTTP client of the library. It tells the account to hosts it is sent to, to none that one redirects to."""

    def __init__(self, outside: Outside, user: tuple[str, str] | None) -> None:
        self._outside, self._user = outside, user

    async def request(self, method: str, url: str, headers: Mapping[str, str] | None = None, **more: Any) -> Heard:
        body = more.get("content") or more.get("data")
        sent = body.encode() if isinstance(body, str) else body
        told = {name: value for name, value in (headers or {}).items() if name.lower() != "accept-encoding"}
        answer = await self._outside.ask(method, url, headers=told, body=sent, user=self._user, bounds=BOUNDS)
        is_xml = answer.status == MULTISTATUS and "xml" in answer.headers.get("content-type", "")
        content = answer.body if is_xml else b""
        headers_kept = httpx2.Headers({**answer.headers, "content-length": str(len(content))})
        return Heard(answer.status, headers_kept, content, answer.url)

    async def close(self) -> None:
        """Nothing stays open between two questions."""

    aclose = close


def is_there() -> bool:
    """Whether the library is installed."""
    return find_spec("caldav") is not None


async def places(outside: Outside, access: Access) -> list[Place] | Trouble:
    """The calendars of an account; none when this is no CalDAV server at all."""
    client = _client(outside, access)
    try:
        return [Place(await one.get_display_name() or "", str(one.url)) for one in await client.get_calendars()]
    except NotReached as refused:
        return Trouble(refused.why.value)
    except _errors() as problem:
        return _trouble(problem) or []


async def body(outside: Outside, access: Access, from_at: datetime, until_at: datetime) -> bytes | Trouble:
    """All entries of a calendar that touch the time between, one after the other."""
    client = _client(outside, access)
    try:
        said = await client.calendar_query(access.address, start=from_at, end=until_at, event=True)
    except NotReached as refused:
        return Trouble(refused.why.value)
    except _errors() as problem:
        return _trouble(problem) or Trouble.NO_CALENDAR
    if said.status != MULTISTATUS:
        return status_trouble(said.status) or Trouble.NO_CALENDAR
    texts = [one.calendar_data for one in said.results or () if one.calendar_data]
    return "\r\n".join(["BEGIN:VCALENDAR", "END:VCALENDAR", *texts]).encode()


def _client(outside: Outside, access: Access) -> Any:
    from caldav.async_davclient import AsyncDAVClient

    session = Session(outside, access.login)

    class Client(AsyncDAVClient):
        def _create_session(self) -> None:
            self.session = session

    # Any `auth` keeps the library from asking without one first; the session tells it by itself.
    return Client(access.address, auth=access.login, enable_rfc6764=False, rate_limit_handle=False)


def _errors() -> tuple[type[Exception], ...]:
    from caldav.lib.error import DAVError
    from lxml.etree import LxmlError

    return DAVError, LxmlError, ValueError, KeyError, AttributeError, AssertionError


def _trouble(problem: Exception) -> Trouble | None:
    """What an error of the library means; None: the server speaks no CalDAV."""
    from caldav.lib.error import AuthorizationError, RateLimitError

    if isinstance(problem, AuthorizationError):
        return Trouble.DENIED
    log.info("caldav.unread", kind=type(problem).__name__)
    return Trouble.UNWELL if isinstance(problem, RateLimitError) else None
