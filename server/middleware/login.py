"""Puts the viewer on the request. Who that is, the accounts feature says: it is handed in."""

from collections.abc import Awaitable, Callable

from starlette.requests import HTTPConnection, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from server.access import Viewer
from server.templates import Brand

LoadViewer = Callable[[HTTPConnection], Awaitable[tuple[Viewer, Brand | None]]]


class Login:
    """Sets `request.state.viewer`, and `request.state.brand` for staff."""

    def __init__(self, app: ASGIApp, load_viewer: LoadViewer) -> None:
        self.app = app
        self.load_viewer = load_viewer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope["path"].startswith("/static/"):
            request = Request(scope)
            request.state.viewer, request.state.brand = await self.load_viewer(request)
        await self.app(scope, receive, send)
