"""Our signaling as the program mounts it, in a process of its own: `python -m bench.alone PORT FOLDER`.

Same middleware, uvicorn settings and limits, every check on; only the truth (who may stay) is kept in
memory instead of a database, and what rooms report is counted: the other server of the bench has neither.
"""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bench.dialects import KEY, role_of
from server import health, logs, serving
from server.app import RECHECK_SECONDS, SOCKETS, build_house, middleware_list, origin_allowed, relays
from server.config import Settings
from signaling.asgi import Event, Limits, Signaling, Standing


def main(port: int, folder: Path) -> None:
    os.environ |= {"PORT": str(port), "PARLOUR_DATA": str(folder)}
    settings = Settings()
    logs.set_up(settings.log_level, settings.log_format)
    house = build_house(settings)
    since = datetime.now(UTC)

    async def may_stay(room: str, peer: str, epoch: int) -> Standing:
        return Standing("live", role_of(peer), "Somebody", since)

    async def report(room: str, event: Event) -> None:
        return None

    rooms = Signaling(
        ticket_keys=[KEY],
        may_stay=may_stay,
        report=report,
        ice_for=lambda peer, now, until: relays(settings, peer, now, until),
        origin_allowed=lambda origin, host: origin_allowed(settings, origin, host),
        clock=house.clock,
        limits=Limits(recheck=RECHECK_SECONDS),
    )

    async def ready(request: Request) -> PlainTextResponse:
        return PlainTextResponse("yes")

    registry, _ = health.new_registry()
    app = Starlette(
        routes=[Route("/readyz", ready)],
        middleware=middleware_list(house, registry, rooms),
    )

    async def nothing() -> None:
        return None

    serving.run(app, settings, nothing, nothing, SOCKETS)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
