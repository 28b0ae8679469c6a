"""Framed pages know no cookie: none is read and none is set, so they are the same where a browser blocks them."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Cookieless:
    """Takes cookies away under `prefix`, both ways. Staff who are signed in are nobody there."""

    def __init__(self, app: ASGIApp, *, prefix: str) -> None:
        self.app, self.prefix = app, f"{prefix}/"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(self.prefix):
            await self.app(scope, receive, send)
            return
        # In place: what is around reads from the same scope which route it was.
        scope["headers"] = [pair for pair in scope["headers"] if pair[0] != b"cookie"]

        async def send_without(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [pair for pair in message.get("headers", []) if pair[0] != b"set-cookie"]
            await send(message)

        await self.app(scope, receive, send_without)
