"""The stage of the call alone: real signaling, the real templates and scripts, and a truth that a test may move."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from server.assets import build_id, web_folder
from server.calm.toolbox import tools_in
from server.middleware.headers import SecurityHeaders
from server.templates import environment
from signaling.asgi import UVICORN, Admitted, Ended, Event, Held, SentBack, Signaling, Standing, Turn, Turned
from signaling.tickets import Ticket, mint

KEY = b"k" * 32
NAMES = {"patient": "Jo Almeida", "therapist": "Mara Lind"}
CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "connect-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; form-action 'self'"
)
PAGE = """
<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{{ role }}</title>
{% for name in ('layers', 'fonts', 'tokens', 'base', 'layout', 'parts/header', 'parts/button', 'parts/field',
  'parts/meter', 'parts/call', 'parts/call-stage', 'parts/call-medium',
  'parts/call-together', 'parts/board', 'parts/tool') -%}
<link rel="stylesheet" href="{{ static('css/' ~ name ~ '.css') }}">
{% endfor %}<script type="module" src="{{ static('js/call/call.js') }}"></script></head>
<body class="{{ 'staff' if role == 'therapist' else 'page' }}">
<header><a href="/after">Elsewhere</a></header>
<main data-waiting><h1 tabindex="-1">Waiting</h1><p data-call-sentence></p>{% include 'visit/parts/ready.html' %}
{% if role == 'therapist' %}<form method="post" action="/admit" data-admit><button>Admit Jo</button></form>{% endif %}
</main>
{% from 'visit/parts/call.html' import call_stage %}
{% if role == 'therapist' %}
{% call call_stage('v', role, '/therapist/ticket', '/after', other='Jo Almeida', hold_url='/hold',
  send_back_url='/send-back', end_url='/end', medium_url='/therapist/medium', by_phone='Call Jo at 555 0142',
  tools=tools, home_url='/homework') %}
<section><h2>Two answers are still open</h2><p>Alone in the room?</p></section>
{% endcall %}
{% else %}
{{ call_stage('v', role, '/patient/ticket', '/after', other='Mara Lind', leave_url='/leave', help_url='/after',
  phone='555 0134', medium_url='/patient/medium', by_phone='Mara calls you', tools=tools, keep_url='/keep') }}
{% endif %}
</body></html>
"""

CHECK = """
<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Check</title>
{% for name in ('layers', 'fonts', 'tokens', 'base', 'layout', 'parts/button', 'parts/field', 'parts/meter') %}
<link rel="stylesheet" href="{{ static('css/' ~ name ~ '.css') }}">{% endfor %}</head>
<body class="page"><main>{% include 'visit/parts/check.html' %}</main></body></html>
"""


@dataclass
class Stage:
    """One visit of two people. `state` is where the patient stands; a test may stop the server and start it again."""

    state: str = "waiting"
    since: datetime = field(default_factory=lambda: datetime.now(UTC))
    epoch: int = 0
    host: str = "127.0.0.1"
    port: int = 0
    relay_only: bool = False
    turn: Turn | None = None
    ice: list[dict[str, Any]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    offered: list[str] = field(default_factory=list)
    kept: list[dict[str, str]] = field(default_factory=list)
    signaling: Signaling = field(init=False)
    server: uvicorn.Server = field(init=False)
    running: asyncio.Task[None] = field(init=False)

    @property
    def base(self) -> str:
        return f"http://{self.host}:{self.port}"

    async def may_stay(self, visit: str, peer: str, epoch: int) -> Standing | None:
        state: Any = self.state if peer == "patient" or self.state == "ended" else "live"
        return Standing(state, peer, NAMES[peer], self.since, self.relay_only, None, self.turn)

    async def report(self, visit: str, event: Event) -> None:
        self.events.append(event)

    async def page(self, request: Request) -> Response:
        role = request.path_params["role"]
        source = CHECK if role == "check" else PAGE
        known: dict[str, Any] = {
            "role": role,
            "base": f"/{role}",
            "visit": {"id": "v", "phone": "555 0134"},
            "kept": None,
        }
        known["tools"] = tools_in("en")
        text = environment("en").from_string(source).render(known)
        return HTMLResponse(text, headers={"content-security-policy": CSP})

    async def ticket(self, request: Request) -> Response:
        self.epoch += 1
        role = request.path_params["role"]
        ticket = Ticket("v", role, role, self.epoch, datetime.now(UTC) + timedelta(seconds=60))
        return JSONResponse({"ticket": mint([KEY], ticket)})

    async def choose(self, request: Request) -> Response:
        """Another way to meet, as the visit keeps it."""
        form = await request.form()
        medium: Any = str(form["medium"])
        if self.turn is None or self.turn.medium != medium:
            self.turn = Turn(medium, (self.turn.number if self.turn else 0) + 1, request.path_params["role"])
            await self.signaling.tell("v", Turned())
        return JSONResponse({"medium": self.turn.medium, "number": self.turn.number})

    async def act(self, request: Request) -> Response:
        """Moves the truth, then tells the room, as the visit does."""
        what = request.path_params["act"]
        states = {"admit": "live", "hold": "held", "send-back": "waiting", "end": "ended", "leave": "waiting"}
        self.state, self.since = states[what], datetime.now(UTC)
        notices = {
            "admit": Admitted("patient", self.since),
            "hold": Held("patient"),
            "send-back": SentBack("patient"),
            "end": Ended("ended"),
        }
        if what in notices:
            await self.signaling.tell("v", notices[what])
        return JSONResponse({"state": self.state})

    async def now(self, request: Request) -> Response:
        return JSONResponse({"now": datetime.now(UTC).timestamp() * 1000})

    async def keep(self, request: Request) -> Response:
        self.kept.append({name: str(value) for name, value in (await request.form()).items()})
        return Response("{}", media_type="application/json")

    async def offer(self, request: Request) -> Response:
        self.offered.append(str((await request.form())["exercise"]))
        return Response(status_code=204)

    async def after(self, request: Request) -> Response:
        return HTMLResponse("<!doctype html><html lang=en><title>After</title><h1>After</h1>")

    async def start(self) -> None:
        self.signaling = Signaling(
            ticket_keys=[KEY],
            may_stay=self.may_stay,
            report=self.report,
            ice_for=lambda peer, now, until: self.ice,
            origin_allowed=lambda origin, host: origin == f"http://{host}",
            clock=lambda: datetime.now(UTC),
        )
        routes = [
            Mount(f"/static/{build_id()}", StaticFiles(directory=web_folder() / "static")),
            WebSocketRoute("/signal", self.signaling),
            Route("/after", self.after),
            Route("/now", self.now),
            Route("/homework", self.offer, methods=["POST"]),
            Route("/keep", self.keep, methods=["POST"]),
            Route("/{role:str}/ticket", self.ticket, methods=["POST"]),
            Route("/{role:str}/medium", self.choose, methods=["POST"]),
            Route("/{act:str}", self.act, methods=["POST"]),
            Route("/{role:str}", self.page),
        ]
        listening = socket.create_server((self.host, self.port), backlog=64)
        self.port = listening.getsockname()[1]
        app = Starlette(routes=routes, middleware=[Middleware(SecurityHeaders, https=False, host="")])
        config = uvicorn.Config(app, log_config=None, lifespan="off", **UVICORN)
        self.server = uvicorn.Server(config)
        self.running = asyncio.create_task(self.server.serve(sockets=[listening]))

    async def stop(self) -> None:
        self.server.should_exit = True
        await self.running
        await self.signaling.close()


@asynccontextmanager
async def staged(**values: Any) -> AsyncIterator[Stage]:
    stage = Stage(**values)
    await stage.start()
    yield stage
    await stage.stop()
