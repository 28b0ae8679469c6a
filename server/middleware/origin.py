"""Turns away writes that another site's page sends, and requests for a host that is not ours.

Browsers say on every request where it comes from (Sec-Fetch-Site; older ones Origin), and a
page cannot forge either (W3C Fetch Metadata). A write without both is not from a browser that
holds our cookies, and is refused as well: there is no form of ours that sends neither.
"""

from collections.abc import Awaitable, Callable
from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OURS = frozenset({"same-origin", "none"})
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


def host_known(host: str, public_host: str) -> bool:
    """Whether we answer to this Host header: the configured name; without one, plain addresses and localhost."""
    name = host_name(host)
    if name in LOCAL:
        return True
    if public_host:
        return host.lower() == public_host.lower()
    return is_address(name) or name == "testserver"


def host_name(host: str) -> str:
    """The name in a Host header, without port and brackets, in lower case."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower()


def is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def write_allowed(headers: Headers, scheme: str) -> bool:
    """Whether a write comes from one of our own pages."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in OURS
    origin = headers.get("origin")
    return origin is not None and origin == f"{scheme}://{headers.get('host', '')}"


class OriginGuard:
    """400 for a foreign Host, 403 for a foreign write.

    `exempt`: beginnings of paths where no cookie counts, so that another site's page gains nothing by writing there.
    """

    def __init__(self, app: ASGIApp, *, public_host: str, exempt: tuple[str, ...] = ()) -> None:
        self.app = app
        self.public_host = public_host
        self.exempt = exempt

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = self._refusal(scope) if scope["type"] == "http" else None
        target: Callable[[Scope, Receive, Send], Awaitable[None]] = answer or self.app
        await target(scope, receive, send)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        if not host_known(headers.get("host", ""), self.public_host):
            return PlainTextResponse("This is not the address of this clinic.\n", 400)
        if scope["method"] in SAFE or scope["path"].startswith(self.exempt):
            return None
        if write_allowed(headers, scope["scheme"]):
            return None
        return PlainTextResponse("This came from another site, so nothing was changed.\n", 403)
