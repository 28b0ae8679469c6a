"""The last place where a broken assumption can be answered: logged once, told kindly, with all headers on."""

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.middleware.ratelimit import Answer


class Boundary:
    def __init__(self, app: ASGIApp, *, answer: Answer) -> None:
        self.app = app
        self.answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def send_noting(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, send_noting)
        except Exception as problem:
            if started:
                raise
            response = await self.answer(Request(scope), problem)
            await response(scope, receive, send)
