"""Page updates: one event stream per tab.

An event is a topic and a version, never content; `elements/live-part.js` fetches the part
again through its ordinary address, where access is asked as always. Without script the page
reloads every 15 seconds. Streams end at drain, and when the viewer may no longer listen.
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from server.bus import Bus, Ears
from server.errors import NotFound, TooMany
from server.middleware.ratelimit import client_key

BEAT_SECONDS = 1.0
ASK_SECONDS = 5.0
"""How often it is asked whether the viewer may still listen."""
BEAT = "event: beat\ndata: 1\n\n"
"""Said in every quiet moment of `BEAT_SECONDS`, so that a page notices a stream that died without a word."""
MOST_TOPICS = 8

MOST_OF_ONE = 12
"""Streams of one login or one booking: a stream for each tab, and more tabs than anybody keeps open."""
MOST_OF_ADDRESS = 300
"""Streams of one address: a whole practice, and a hospital's patients, behind one router."""
AGAIN_SECONDS = 30

MayListen = Callable[[Request, str], Awaitable[bool]]
Holder = Callable[[Request, Sequence[str]], str]
"""Whose a stream is: something that is the same for every stream of one login, or of one booking."""


def first_topic(_request: Request, topics: Sequence[str]) -> str:
    return topics[0]


class Live:
    """Tells pages that something changed."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._draining = asyncio.Event()
        self._open: Counter[tuple[str, str]] = Counter()

    async def changed(self, topic: str, version: int | str = 0) -> None:
        """Say after the commit that what `topic` shows is new."""
        await self._bus.publish(f"live:{topic}", str(version))

    def drain(self) -> None:
        """End every stream; browsers come back by themselves."""
        self._draining.set()

    def endpoint(self, may_listen: MayListen, holder: Holder = first_topic) -> Callable[[Request], Awaitable[Response]]:
        """The handler of `GET /live?topic=...`.

        Raises NotFound for a topic that is not the viewer's, and TooMany; a page without a stream asks by itself.
        """

        async def live_stream(request: Request) -> Response:
            topics = request.query_params.getlist("topic")[:MOST_TOPICS]
            if not topics or not await self._allowed(request, topics, may_listen):
                raise NotFound()
            host = request.client.host if request.client else None
            whose = (("one", holder(request, topics)), ("address", client_key(host)))
            if self._is_full(whose):
                raise TooMany(AGAIN_SECONDS)
            headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
            body = self._counted(whose, self._events(request, topics, may_listen))
            return StreamingResponse(body, media_type="text/event-stream", headers=headers)

        return live_stream

    def _is_full(self, whose: Sequence[tuple[str, str]]) -> bool:
        most = {"one": MOST_OF_ONE, "address": MOST_OF_ADDRESS}
        return any(self._open[key] >= most[key[0]] for key in whose)

    async def _counted(self, whose: Sequence[tuple[str, str]], events: AsyncGenerator[str]) -> AsyncGenerator[str]:
        """The stream, counted while it is read; many that were asked for in one moment end at once."""
        if self._is_full(whose):
            return
        self._open.update(whose)
        try:
            async with aclosing(events) as told:
                async for event in told:
                    yield event
        finally:
            self._open.subtract(whose)
            for key in whose:
                if not self._open[key]:
                    del self._open[key]

    async def _allowed(self, request: Request, topics: list[str], may_listen: MayListen) -> bool:
        for topic in topics:
            if not await may_listen(request, topic):
                return False
        return True

    async def _events(self, request: Request, topics: list[str], may_listen: MayListen) -> AsyncGenerator[str]:
        async with self._bus.listen(*(f"live:{topic}" for topic in topics)) as ears:
            yield "retry: 1000\n\n"
            asked = time.monotonic()
            while not self._draining.is_set():
                event = await self._next(ears)
                # Whether or not a busy topic leaves a quiet moment.
                if time.monotonic() - asked >= ASK_SECONDS:
                    if not await self._allowed(request, topics, may_listen):
                        return
                    asked = time.monotonic()
                yield _told(*event) if event else BEAT

    async def _next(self, ears: Ears) -> tuple[str, str] | None:
        """The next event, or None after a beat or at drain."""
        hearing = asyncio.ensure_future(ears.next())
        draining = asyncio.ensure_future(self._draining.wait())
        try:
            await asyncio.wait({hearing, draining}, timeout=BEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            return hearing.result() if hearing.done() else None
        finally:  # also when the browser closed the stream in the middle of the wait
            hearing.cancel()
            draining.cancel()


def _told(topic: str, version: str) -> str:
    data = json.dumps({"topic": topic.removeprefix("live:"), "version": version})
    return f"event: changed\ndata: {data}\n\n"
