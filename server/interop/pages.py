"""What other programs learn about this one."""

from functools import cache

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from server.access import Action
from server.house import house_of
from server.interop.keys import pages as keys
from server.interop.openapi import document
from server.interop.webhooks import pages as webhooks
from server.problems import JSON
from server.routing import GuardedRoute, page


async def openapi(request: Request) -> Response:
    """`GET /api/openapi.json`."""
    return Response(_written(house_of(request).settings.base_url), media_type=JSON)


@cache
def _written(base_url: str) -> bytes:
    return msgspec.json.encode(document(base_url))


routes: list[GuardedRoute] = [
    page("/api/openapi.json", openapi, Action.PUBLIC),
    *keys.routes,
    *webhooks.routes,
]
