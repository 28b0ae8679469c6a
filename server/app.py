"""The composition root: which features run, in which order a request meets them, what runs beside them.

Only this file and `schema.py` know every feature, and only `cli.py` imports this one.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from prometheus_client import CollectorRegistry
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection, Request
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from server import health, keyfile, schema
from server.access import STRANGER, Action, Viewer
from server.accounts import pages as accounts
from server.accounts import store as accounts_store
from server.accounts.rules import is_activity
from server.answers import answer_error
from server.audit import commands as audit_commands
from server.audit.chain import Sealer
from server.booking import pages as booking
from server.bus import open_bus
from server.clinic import pages as clinic
from server.clinic.store import brand_of
from server.config import Settings
from server.db import Database
from server.errors import ParlourError
from server.home import pages as home
from server.house import House
from server.keys import KeyBase, KeyStore
from server.live import Live
from server.loops import running
from server.middleware.boundary import Boundary
from server.middleware.headers import SecurityHeaders
from server.middleware.login import Login, login_token
from server.middleware.origin import OriginGuard
from server.middleware.ratelimit import RateLimits, open_storage
from server.middleware.trail import Trail
from server.notify.mail import FileMailer, Mailer
from server.notify.smtp import SmtpMailer
from server.outbox import Handler, Outbox
from server.routing import page
from server.safety import pages as safety
from server.templates import Brand, build_id, web_folder
from server.visit import pages as visit
from server.visit.store import live_visit_of
from signaling.media.ice import ice_servers

Clock = Callable[[], datetime]
BODY_BYTES = 1024 * 1024
RELAY_TTL = timedelta(hours=2)  # a session of 50 minutes that runs long, and a margin
DRAIN_SECONDS = 0.3  # how long a notice needs to leave before its socket closes


def utc_now() -> datetime:
    return datetime.now(UTC)


def build_house(settings: Settings, clock: Clock = utc_now) -> House:
    """Every part, made once; nothing is opened before the lifespan begins."""
    db = Database(settings.data_url)
    bus = open_bus(settings.redis_url)
    jobs: dict[str, Handler] = {}
    house = House(
        settings=settings,
        db=db,
        keys=KeyStore(Database(settings.key_url, pool_size=4), keyfile.load(settings.data)),
        clock=clock,
        bus=bus,
        live=Live(bus),
        outbox=Outbox(db, clock, jobs),
        mailer=build_mailer(settings),
        tell=_nobody_listens,
    )
    jobs.update(job_table(house))
    return house


async def greeting(house: House) -> list[str]:
    """What `serve` prints once the port answers: the address, and the set-up link while there is no clinic."""
    return [f"Parlour is at {house.settings.base_url}"]


def build_mailer(settings: Settings) -> Mailer:
    """SMTP when the clinic set it; files in the data folder until then."""
    mail_from = settings.mail_from or f"no-reply@{urlsplit(settings.base_url).hostname}"
    smtp = settings.smtp_url.get_secret_value()
    return SmtpMailer(smtp, mail_from) if smtp else FileMailer(settings.data / "mail", mail_from)


def relays(settings: Settings, peer: str, now: datetime) -> list[dict[str, Any]]:
    """The RTCIceServer list of one admitted person; empty unless the clinic configured a relay."""
    return ice_servers(settings.turn_url_list, settings.turn_key, peer, now, RELAY_TTL)


def job_table(house: House) -> Mapping[str, Handler]:
    """Topic -> handler, the whole table."""
    return {}


async def _nobody_listens(room: str, kind: str, peer: str) -> None:
    return None


def build_app(house: House) -> Starlette:
    """The program as one ASGI application."""
    registry, outbox_rows = health.new_registry()
    app = Starlette(
        routes=list(route_table(house)),
        middleware=middleware_list(house, registry),
        exception_handlers={ParlourError: answer_error, HTTPException: answer_error},
        lifespan=partial(lifespan, house),
        max_body_size=BODY_BYTES,
    )
    app.state.house = house
    app.state.registry = registry
    app.state.outbox_rows = outbox_rows
    app.state.readiness = health.Readiness(house.db, str(house.settings.data))
    return app


def middleware_list(house: House, registry: CollectorRegistry) -> list[Middleware]:
    """What a request meets, outermost first."""
    settings = house.settings
    public_host = urlsplit(settings.public_url).netloc
    return [
        Middleware(ProxyHeadersMiddleware, trusted_hosts=[str(network) for network in settings.proxies]),
        Middleware(Trail, registry=registry),
        Middleware(SecurityHeaders, https=settings.https, host=urlsplit(settings.base_url).netloc),
        Middleware(Boundary, answer=answer_error),
        Middleware(OriginGuard, public_host=public_host),
        Middleware(RateLimits, answer=answer_error, storage=open_storage(settings.redis_url)),
        Middleware(Login, load_viewer=partial(load_viewer, house)),
    ]


async def drain(app: Starlette) -> None:
    """Say goodbye before the sockets close: not ready any more, streams end, rooms hear when to come back."""
    app.state.readiness.draining = True
    house: House = app.state.house
    house.live.drain()
    await asyncio.sleep(DRAIN_SECONDS)


def route_table(house: House) -> Sequence[BaseRoute]:
    """Every route of every feature."""
    static = StaticFiles(directory=web_folder() / "static")
    return [
        Mount(f"/static/{build_id()}", static, name="static"),
        *health.routes,
        page("/live", house.live.endpoint(may_listen), Action.PUBLIC),
        *accounts.routes,
        *clinic.routes,
        *booking.routes,
        *safety.routes,
        *visit.routes,
        *home.routes,
    ]


async def load_viewer(house: House, connection: HTTPConnection) -> tuple[Viewer, Brand | None]:
    """Who looks: staff by their login, a patient by the link of the booking they ask for."""
    token = login_token(connection, https=house.settings.https)
    if token:
        return await staff_viewer(house, connection, token)
    return STRANGER, None


async def staff_viewer(house: House, connection: HTTPConnection, token: str) -> tuple[Viewer, Brand | None]:
    """Who holds this login, and their clinic; notes at times that they were here."""
    now = house.clock()

    async def work(db: AsyncSession) -> tuple[Viewer, bool, Brand | None]:
        viewer, due = await accounts_store.viewer(db, token, now, live_visit_of)
        return viewer, due, await brand_of(db, viewer.clinic_id) if viewer.clinic_id else None

    viewer, due, brand = await house.db.read(work)
    method, mode = connection.scope.get("method", "GET"), connection.headers.get("sec-fetch-mode", "")
    if due and viewer.login_id and is_activity(method, mode):
        await house.db.unit(partial(accounts_store.seen, login_id=viewer.login_id, now=now))
    return viewer, brand


async def may_listen(request: Request, topic: str) -> bool:
    return False


@asynccontextmanager
async def lifespan(house: House, app: Starlette) -> AsyncIterator[None]:
    """Open the databases, run the loops, close in the reverse order."""
    await house.keys.database.run_sync(KeyBase.metadata.create_all)
    await house.db.run_sync(schema.metadata.create_all)
    sealer = Sealer(house.db, audit_commands.anchor_file(house), house.clock)
    async with running(outbox=house.outbox.run, audit=sealer.run, bus=house.bus.run):
        yield
    await sealer.seal()
    await sealer.anchor()
    await house.bus.close()
    await house.db.close()
    await house.keys.database.close()
