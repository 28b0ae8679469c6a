"""How much one address may ask for in a minute.

Windows are kept by the `limits` library: in memory on one node, in Redis on several. The table
below is generous for people behind one router and small for a script. Somebody who writes a
form is never locked out for long: the answer says when to come again.
"""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import IPv6Address, ip_address

import structlog
from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage, Storage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from server.access import KEY_PREFIX
from server.errors import TooMany

log = structlog.get_logger("ratelimit")

Answer = Callable[[Request, Exception], Awaitable[Response]]


@dataclass(frozen=True)
class Limit:
    """`item` is what one address may do to paths that begin with `prefix` and end with `ending`, by these methods."""

    prefix: str
    methods: frozenset[str]
    item: RateLimitItem
    ending: str = ""
    keyed: RateLimitItem | None = None  # besides, what one key may do there; then `item` does not count


WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
READS = frozenset({"GET", "HEAD"})

TABLE: Sequence[Limit] = (
    Limit("/staff/sign-in", WRITES, parse("20/minute")),
    Limit("/staff/second-step", WRITES, parse("30/minute")),
    Limit("/staff/forgotten", WRITES, parse("10/minute")),
    Limit("/staff/link", WRITES, parse("20/minute")),
    Limit("/me/code", WRITES, parse("20/minute")),
    Limit("/me/enter", WRITES, parse("20/minute")),
    Limit("/me/sign-in", WRITES, parse("20/minute")),
    Limit("/me/letters", WRITES, parse("90/minute")),  # a draft is saved at every pause
    Limit("/set-up/", WRITES, parse("30/minute")),
    Limit("/c/", WRITES, parse("12/minute"), ending="/support"),
    Limit("/c/", WRITES, parse("30/minute")),
    Limit("/c/", READS, parse("300/minute")),
    Limit("/api/", WRITES, parse("30/minute"), keyed=parse("300/minute")),
    Limit("/api/", READS, parse("300/minute"), keyed=parse("1200/minute")),
    Limit("/embed/", WRITES, parse("30/minute")),
    Limit("/embed/", READS, parse("300/minute")),
    Limit("/l/", READS, parse("60/minute")),
    Limit("/calendar/", READS, parse("60/minute")),
    Limit("/w/", READS, parse("60/minute")),
    Limit("/w/", WRITES, parse("30/minute")),
    Limit("/support/", READS, parse("240/minute")),
    Limit("/support/", WRITES, parse("30/minute")),
    Limit("/visit/", WRITES, parse("30/minute"), ending="/check/offer"),
    Limit("/visit/", WRITES, parse("30/minute"), ending="/check/network"),
    Limit("/", WRITES, parse("300/minute")),
    Limit("/", READS, parse("1200/minute")),
)


def limit_for(path: str, method: str, table: Sequence[Limit] = TABLE) -> Limit | None:
    """The first line of the table that fits."""
    fits = (line for line in table if path.startswith(line.prefix) and path.endswith(line.ending))
    return next((line for line in fits if method in line.methods), None)


def client_key(host: str | None) -> str:
    """What counts as one visitor: an IPv4 address, or the /64 that an IPv6 line comes with."""
    try:
        address = ip_address(host or "")
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped.exploded if address.ipv4_mapped else address.exploded[:19]
    return str(address)


def shown_key(scope: Scope) -> str:
    """By which requests with the same API key are counted together; '' without one."""
    kind, _, token = Headers(scope=scope).get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip().startswith(KEY_PREFIX):
        return ""
    return sha256(token.strip().encode()).hexdigest()[:32]


def open_storage(redis_url: str) -> Storage:
    """Where windows are kept: in memory on one node, in Redis on several."""
    if not redis_url:
        return MemoryStorage()
    from limits.aio.storage import RedisStorage  # needs the `redis` extra

    return RedisStorage(f"async+{redis_url}", implementation="redispy")


class RateLimits:
    """Raises nothing below: answers 429 with Retry-After through `answer`."""

    def __init__(
        self, app: ASGIApp, *, answer: Answer, storage: Storage | None = None, table: Sequence[Limit] = TABLE
    ) -> None:
        self.app = app
        self.answer = answer
        self.table = table
        self._windows = SlidingWindowCounterRateLimiter(storage or MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope["path"].startswith("/static/"):
            wait = await self._wait_or_none(scope)
            if wait:
                response = await self.answer(Request(scope), TooMany(wait))
                await response(scope, receive, send)
                return
        await self.app(scope, receive, send)

    async def _wait_or_none(self, scope: Scope) -> int:
        try:
            return await self._wait(scope)
        except self._windows.storage.base_exceptions as problem:  # a lost Redis must not close the clinic
            log.warning("ratelimit.away", kind=type(problem).__name__)
            return 0

    async def _wait(self, scope: Scope) -> int:
        """Seconds until this request is welcome; 0 now."""
        line = limit_for(scope["path"], scope["method"], self.table)
        if line is None:
            return 0
        address = client_key(scope["client"][0] if scope.get("client") else None)
        shown = shown_key(scope) if line.keyed else ""
        if not line.keyed or not shown:
            return await self._hit(line, line.item, address)
        # A key that nobody made costs a look as well, so the address counts too: as it does for pages.
        widest = limit_for("/", scope["method"], self.table)
        return await self._hit(line, line.keyed, shown) or (
            await self._hit(widest, widest.item, address) if widest else 0
        )

    async def _hit(self, line: Limit, item: RateLimitItem, who: str) -> int:
        place, kind = line.prefix + line.ending, "w" if line.methods is WRITES else "r"
        if await self._windows.hit(item, place, kind, who):
            return 0
        stats = await self._windows.get_window_stats(item, place, kind, who)
        # The library stamps its windows with the wall clock, so the difference must use it too.
        return max(1, int(stats.reset_time - time.time()) + 1)
