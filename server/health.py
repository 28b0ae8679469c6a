"""Whether this node lives, whether it should get work, and what it counts."""

import asyncio
import hmac
import shutil
import time
from collections.abc import Awaitable, Callable

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from server.access import Action
from server.db import Database
from server.errors import NotFound
from server.house import house_of
from server.outbox import count_unfinished
from server.routing import GuardedRoute, page

LAG_SECONDS = 1.0
PROBE_SECONDS = 1.0
DISK_SHARE = 0.05

Probe = Callable[[], Awaitable[bool]]


class Readiness:
    """Answers 'may this node get work?', asking the database at most once a second."""

    def __init__(self, database: Database, data_folder: str) -> None:
        self._database = database
        self._folder = data_folder
        self._asked = float("-inf")
        self._well = False
        self.draining = False

    async def ready(self) -> bool:
        if self.draining:
            return False
        if time.monotonic() - self._asked > PROBE_SECONDS:
            self._asked = time.monotonic()
            self._well = await self._look()
        return self._well

    async def _look(self) -> bool:
        usage = shutil.disk_usage(self._folder)
        if usage.free < usage.total * DISK_SHARE:
            return False
        try:
            # A unit takes the writer's lock: a database that can be read but not written is not ready.
            await asyncio.wait_for(self._database.unit(_probe), 3)
        except Exception:  # whatever the engine says, the answer is no
            return False
        return True


async def _probe(db: AsyncSession) -> None:
    await db.execute(text("SELECT 1"))


async def healthz(request: Request) -> Response:
    """200 while the loop turns."""
    began = time.monotonic()
    await asyncio.sleep(0)
    lag = time.monotonic() - began
    return PlainTextResponse("ok\n" if lag < LAG_SECONDS else "slow\n", 200 if lag < LAG_SECONDS else 503)


async def readyz(request: Request) -> Response:
    ready = await request.app.state.readiness.ready()
    return JSONResponse({"ready": ready}, 200 if ready else 503)


async def metrics(request: Request) -> Response:
    """Prometheus text for whoever holds METRICS_TOKEN. Raises NotFound for everybody else."""
    house = house_of(request)
    token = house.settings.metrics_token.get_secret_value()
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(token.encode(), given.encode()):
        raise NotFound()
    waiting, dead = await house.db.read(count_unfinished)
    request.app.state.outbox_rows.labels("waiting").set(waiting)
    request.app.state.outbox_rows.labels("dead").set(dead)
    return Response(generate_latest(request.app.state.registry), media_type=CONTENT_TYPE_LATEST)


def new_registry() -> tuple[CollectorRegistry, Gauge]:
    """A registry of this app alone, and the gauge of outbox rows."""
    registry = CollectorRegistry()
    return registry, Gauge("parlour_outbox_rows", "Rows of the outbox", ("state",), registry=registry)


async def now(request: Request) -> Response:
    """What this node's clock says, in milliseconds since 1970: by it two browsers tell how far theirs are apart."""
    return JSONResponse({"now": house_of(request).clock().timestamp() * 1000})


routes: list[GuardedRoute] = [
    page("/now", now, Action.PUBLIC),
    page("/healthz", healthz, Action.PUBLIC),
    page("/readyz", readyz, Action.PUBLIC),
    page("/metrics", metrics, Action.METRICS),
]
