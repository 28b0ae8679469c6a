"""The short way of a WebSocket: past all that is for pages alone, to the application that speaks to sockets."""

from starlette.types import ASGIApp, Receive, Scope, Send


class Sockets:
    """Handshakes for `path` go to `to`; it looks at Origin, address and crowd itself."""

    def __init__(self, app: ASGIApp, *, path: str, to: ASGIApp) -> None:
        self.app, self.path, self.to = app, path, to

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_ours = scope["type"] == "websocket" and scope["path"] == self.path
        await (self.to if is_ours else self.app)(scope, receive, send)
