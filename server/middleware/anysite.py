"""Lets pages of any site read what the API answers (CORS): no cookie counts there, so a visitor lends them nothing."""

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

HEADERS = ("authorization", "content-type", "idempotency-key")
EXPOSED = ("location", "retry-after", "idempotent-replayed", "x-request-id")
AN_HOUR = 3600


class AnySite:
    """Below `prefix` answers any origin and preflights; credentials of a browser are never asked for."""

    def __init__(self, app: ASGIApp, *, prefix: str) -> None:
        self.app = app
        self.prefix = prefix
        self._shared = CORSMiddleware(
            app,
            allow_origins=("*",),
            allow_methods=("GET", "POST"),
            allow_headers=HEADERS,
            expose_headers=EXPOSED,
            max_age=AN_HOUR,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        shared = scope["type"] == "http" and scope["path"].startswith(self.prefix)
        await (self._shared if shared else self.app)(scope, receive, send)
