"""Puts the viewer on the request, and keeps the cookie of a login. Who the viewer is, the accounts feature says."""

from collections.abc import Awaitable, Callable

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from server.access import Viewer
from server.templates import Brand

LoadViewer = Callable[[HTTPConnection], Awaitable[tuple[Viewer, Brand | None]]]
COOKIE = "parlour"


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


def cookie_name(name: str, https: bool) -> str:
    """The prefix makes a browser refuse the cookie from any other host, path or plain connection."""
    return f"__Host-{name}" if https else name


def keep_cookie(response: Response, name: str, value: str, *, https: bool, max_age: int | None = None) -> None:
    """Give the browser a cookie that no script reads; without `max_age` it goes with the browser."""
    response.set_cookie(
        cookie_name(name, https), value, max_age=max_age, path="/", secure=https, httponly=True, samesite="lax"
    )


def drop_cookie(response: Response, name: str, *, https: bool) -> None:
    response.delete_cookie(cookie_name(name, https), path="/", secure=https, httponly=True, samesite="lax")


def login_token(connection: HTTPConnection, *, https: bool) -> str:
    """The token of the login that this browser holds, or ''."""
    return connection.cookies.get(cookie_name(COOKIE, https), "")


def keep_login(response: Response, token: str, *, https: bool) -> None:
    """Sign the browser in; the row says how long."""
    keep_cookie(response, COOKIE, token, https=https)


def drop_login(response: Response, *, https: bool) -> None:
    drop_cookie(response, COOKIE, https=https)
