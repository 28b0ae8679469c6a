"""One line of log and one count of metrics for each request: ids and route templates, never what was in them."""

import re
import time
from uuid import uuid4

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger("http")
GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


class Trail:
    """Gives every request an id, echoes it as X-Request-ID, and tells how it went."""

    def __init__(self, app: ASGIApp, *, registry: CollectorRegistry) -> None:
        self.app = app
        names = ("method", "route", "status")
        self._count = Counter("parlour_requests", "Requests answered", names, registry=registry)
        self._seconds = Histogram(
            "parlour_request_seconds", "Time to answer", ("route",), registry=registry, buckets=BUCKETS
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/static/"):
            await self.app(scope, receive, send)
            return
        request_id = self._id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        began = time.monotonic()
        status = 500

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["x-request-id"] = request_id
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        finally:
            self._tell(scope, status, time.monotonic() - began, request_id)

    def _id(self, scope: Scope) -> str:
        given = Headers(scope=scope).get("x-request-id", "")
        return given if GIVEN_ID.fullmatch(given) else uuid4().hex

    def _tell(self, scope: Scope, status: int, seconds: float, request_id: str) -> None:
        # The template of the route, not the path: a path can hold a token.
        route = scope.get("route", "unknown")
        self._count.labels(scope["method"], route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)
        log.info(
            "request", method=scope["method"], route=route, status=status, ms=round(seconds * 1000, 1), id=request_id
        )
