"""A bare aiortc answer for the bench: the example of its own documentation, with the page that asks for it.

`python bench/echo_plain.py PORT`; what it hears it decodes and encodes again.
"""

import sys
from typing import Any

import uvicorn
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from server.assets import web_folder

open_ones: set[RTCPeerConnection] = set()


async def offer(request: Request) -> Response:
    """One connection per offer; it ends when its browser does."""
    pc = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    open_ones.add(pc)

    async def changed() -> None:
        if pc.connectionState in {"failed", "closed"} and pc in open_ones:
            open_ones.discard(pc)
            await pc.close()

    def heard(channel: Any) -> None:
        channel.on("message", channel.send)

    pc.on("track", pc.addTrack)
    pc.on("datachannel", heard)
    pc.on("connectionstatechange", changed)
    await pc.setRemoteDescription(RTCSessionDescription((await request.json())["sdp"], "offer"))
    await pc.setLocalDescription(await pc.createAnswer())
    return JSONResponse({"sdp": pc.localDescription.sdp})


async def page(request: Request) -> Response:
    return HTMLResponse("<!doctype html><title>bare</title>")


routes = [
    Route("/", page),
    Route("/offer", offer, methods=["POST"]),
    Mount("/static", StaticFiles(directory=web_folder() / "static")),
]

if __name__ == "__main__":
    uvicorn.run(Starlette(routes=routes), host="127.0.0.1", port=int(sys.argv[1]), log_level="error")
