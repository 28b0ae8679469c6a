"""Framed pages know no cookie, whatever a handler or a browser does."""

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from server.middleware.cookieless import Cookieless

pytestmark = pytest.mark.asyncio


async def tell(request: Request) -> Response:
    answer = PlainTextResponse(request.cookies.get("theme", "none"))
    answer.set_cookie("lang", "ar")
    return answer


async def test_cookies_stop_at_the_frame_both_ways() -> None:
    routes = [Route("/embed/x", tell), Route("/embedded", tell)]
    app = Starlette(routes=routes, middleware=[Middleware(Cookieless, prefix="/embed")])
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://testserver") as client:
        framed = await client.get("/embed/x", headers={"cookie": "theme=dark"})
        assert framed.text == "none"
        assert "set-cookie" not in framed.headers
        plain = await client.get("/embedded", headers={"cookie": "theme=dark"})
        assert plain.text == "dark"
        assert "set-cookie" in plain.headers
