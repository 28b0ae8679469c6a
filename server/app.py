"""The composition root: which features run, in which order a request meets them, what runs beside them.

Only this file and `schema.py` know every feature, and only `cli.py` imports this one.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, cast
from urllib.parse import urlsplit

from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from server import health, keyfile, migrating
from server.access import Action
from server.accounts import pages as accounts
from server.accounts.mails import jobs as accounts_jobs
from server.assets import build_id, web_folder
from server.audit import commands as audit_commands
from server.audit.chain import Sealer
from server.booking import pages as booking
from server.booking.calendars.reading import Reader
from server.booking.jobs import TABLES as BOOKING_TABLES
from server.booking.paying.hook import PREFIX as HOOK
from server.booking.reminders.loop import Reminders
from server.booking.reminders.mails import reminder_jobs
from server.booking.waitlist.watching import Watch
from server.bus import open_bus
from server.calm import pages as calm
from server.clinic import pages as clinic
from server.clinic.look.mails import Dressed
from server.clinic.setup.pages import set_up_address
from server.clinic.store import brand_of, first_clinic
from server.compiled import keep_compiled
from server.config import Settings
from server.crypto import SealBroken
from server.db import Database
from server.embed import pages as embed
from server.errors import ParlourError
from server.framing import PREFIX
from server.home import pages as home
from server.home.demo_clinic.waiting import keep_waiting
from server.home.space.mails import JOBS as SPACE_JOBS
from server.home.viewers import holder_of, load_viewer, may_listen
from server.house import House, NoEcho
from server.interop import pages as interop
from server.interop.webhooks.sending import JOBS as WEBHOOK_JOBS
from server.journal import pages as journal
from server.journal.reminding.telling import JOBS as REMINDING_JOBS
from server.keys import KeyBase, KeyStore, NoKey
from server.letters import pages as letters
from server.letters.away.store import out_now
from server.letters.telling import JOBS as LETTER_JOBS
from server.live import Live
from server.loops import Loop, every, running
from server.measures import pages as measures
from server.measures.alone.telling import JOBS as ASKING_JOBS
from server.measures.danger import JOBS as MEASURE_JOBS
from server.measures.risk.rules import KINDS as DANGER
from server.measures.weekly import asking as weekly_measures
from server.middleware.anysite import AnySite
from server.middleware.boundary import Boundary
from server.middleware.cookieless import Cookieless
from server.middleware.headers import SecurityHeaders
from server.middleware.login import Login
from server.middleware.origin import OriginGuard, host_known
from server.middleware.ratelimit import RateLimits, open_storage
from server.middleware.sockets import Sockets
from server.middleware.trail import Trail
from server.notify.mail import FileMailer, Mailer
from server.notify.push import WebPusher, vapid
from server.notify.sms import build_texter
from server.notify.smtp import SmtpMailer
from server.outbox import OUTSIDE, Handler, Job, Outbox
from server.outside import Outside
from server.packed import PackedFiles
from server.patients.merging.merge import JOBS as MERGING_JOBS
from server.programmes import pages as programmes
from server.programmes.after.telling import JOBS as COURSE_JOBS
from server.programmes.asking import loop as course_measures
from server.programmes.beside import would_be_twice
from server.programmes.filed import warning as programmes_warning
from server.programmes.observing import late as late_readings
from server.programmes.observing.red import KIND as RED
from server.programmes.observing.red import OVERDUE
from server.programmes.summary.keeping import JOBS as SUMMARY_JOBS
from server.record import pages as record
from server.record.emergency.mails import JOBS as GLASS_JOBS
from server.routing import page
from server.safety import pages as safety
from server.safety.alerts.loop import Climber, Kind
from server.safety.near import urgent_of
from server.support import pages as support
from server.support.follow_up.telling import JOBS as FOLLOW_UP_JOBS
from server.support.follow_up.unclosed import JOBS as UNCLOSED_JOBS
from server.support.ladder.kind import Support
from server.support.ladder.rules import KIND as SUPPORT
from server.support.ladder.telling import JOBS as SUPPORT_JOBS
from server.support.owed import HelpNow
from server.visit import pages as visit
from server.visit import rooms as visit_rooms
from server.visit import ticketing
from server.visit.away.telling import JOBS as AWAY_JOBS
from server.visit.handover.telling import JOBS as HANDOVER_JOBS
from server.visit.jobs import JOBS as visit_jobs  # noqa: N811
from server.visit.jobs import has_come
from server.visit.ladder import rules as ladder
from server.visit.ladder.kind import Waiting
from server.visit.ladder.mails import JOBS as LADDER_JOBS
from server.visit.late.mails import JOBS as LATE_JOBS
from server.visit.paying import JOBS as SETTLING_JOBS
from server.visit.push.sending import JOBS as PUSH_JOBS
from server.visit.readings.kind import Overdue, Red
from server.visit.readings.mails import JOBS as READING_JOBS
from server.visit.recall.mails import JOBS as RECALL_JOBS
from server.visit.risk.again import JOBS as AGAIN_JOBS
from server.visit.risk.kind import Danger
from server.visit.risk.mails import JOBS as RISK_JOBS
from signaling.asgi import (
    UVICORN,
    Admitted,
    Connected,
    Disconnected,
    Ended,
    Event,
    Held,
    Left,
    Limits,
    MediaState,
    Notice,
    Removed,
    SentBack,
    Signaling,
    Standing,
    Turn,
    Turned,
)
from signaling.media.check import Check
from signaling.media.ice import ice_servers
from signaling.media.wire import Answered
from signaling.media.worker import Worker

Clock = Callable[[], datetime]
API = "/api/"
BODY_BYTES = 1024 * 1024
RELAY_MARGIN = timedelta(minutes=10)
RECHECK_SECONDS = 4.0  # who was signed out, disabled or cancelled is out of the room within five
EMPTIED_SECONDS = 20.0  # what was deleted is in no log of SQLite any more after so long
DRAIN_SPREAD_MS = 2000  # sockets move to another node, or come back to this one, within this time
NOTICES: Mapping[str, Callable[[str], Notice]] = {
    "held": Held,
    "sent_back": SentBack,
    "removed": Removed,
}
SOCKETS = UVICORN
CHECK_CREDENTIALS = timedelta(seconds=75)  # a check begins what it tries within ten; nothing can be begun later
DRAIN_SECONDS = 0.3  # how long a notice needs to leave before its socket closes


def utc_now() -> datetime:
    return datetime.now(UTC)


def build_house(settings: Settings, clock: Clock = utc_now) -> House:
    """Every part, made once; nothing is opened before the lifespan begins."""
    db = Database(settings.data_url)
    keys = KeyStore(Database(settings.key_url, pool_size=4), keyfile.load(settings.data))
    bus = open_bus(settings.redis_url)
    outside = Outside(settings.private_host_list)
    jobs: dict[str, Handler] = {}
    kinds: dict[str, Kind] = {}
    outbox = Outbox(db, clock, jobs)
    house = House(
        settings=settings,
        db=db,
        keys=keys,
        clock=clock,
        bus=bus,
        live=Live(bus),
        outbox=outbox,
        couriers=Outbox(db, clock, jobs, OUTSIDE),
        alerts=Climber(db, clock, kinds),
        reminders=Reminders(db, clock, outbox),
        waits=Watch(db, clock, outbox),
        mailer=Dressed(build_mailer(settings), db),
        texter=build_texter(settings.sms_url, settings.sms_secret.get_secret_value(), settings.data / "mail", clock),
        pusher=WebPusher(vapid(keys.secret("web push")), settings.sender),
        tell=Tell(),
        echo=Echo(settings, clock),
        outside=outside,
        calendars=Reader(db, keys, outside, clock),
    )
    jobs.update(job_table(house))
    kinds.update(alert_kinds(house))
    return house


async def greeting(house: House) -> list[str]:
    """What `serve` prints once the port answers: the address, and the set-up link while there is no clinic."""
    link = await set_up_address(house)
    return [f"Parlour is at {house.settings.base_url}", *([f"Set up the clinic, once: {link}"] if link else [])]


def build_mailer(settings: Settings) -> Mailer:
    """SMTP when the clinic set it; files in the data folder until then."""
    smtp = settings.smtp_url.get_secret_value()
    return SmtpMailer(smtp, settings.sender) if smtp else FileMailer(settings.data / "mail", settings.sender)


def relays(settings: Settings, peer: str, now: datetime, until: datetime | None = None) -> list[dict[str, Any]]:
    """The RTCIceServer list of one admitted person; empty unless the clinic configured a relay.

    Credentials outlive the booked time by ten minutes at most; who talks on gets new ones whenever the page comes back.
    """
    lasts = max((until or now) - now, timedelta()) + RELAY_MARGIN
    return ice_servers(settings.turn_url_list, settings.turn_key, peer, now, lasts)


def job_table(house: House) -> Mapping[str, Handler]:
    """Topic -> handler, the whole table. Where several features answer to a topic they do so in their order."""
    tables = (
        visit_jobs,
        LADDER_JOBS,
        RISK_JOBS,
        AGAIN_JOBS,
        READING_JOBS,
        SUPPORT_JOBS,
        FOLLOW_UP_JOBS,
        UNCLOSED_JOBS,
        HANDOVER_JOBS,
        RECALL_JOBS,
        PUSH_JOBS,
        LATE_JOBS,
        AWAY_JOBS,
        MEASURE_JOBS,
        GLASS_JOBS,
        accounts_jobs(brand_of),
        MERGING_JOBS,
        SETTLING_JOBS,
        *BOOKING_TABLES,
        reminder_jobs(has_come),
        SPACE_JOBS,
        LETTER_JOBS,
        REMINDING_JOBS,
        COURSE_JOBS,
        ASKING_JOBS,
        SUMMARY_JOBS,
        WEBHOOK_JOBS,
    )
    topics = dict.fromkeys(topic for table in tables for topic in table)
    return {topic: partial(in_turn, house, [table[topic] for table in tables if topic in table]) for topic in topics}


def alert_kinds(house: House) -> Mapping[str, Kind]:
    """Kind of alert -> what is special to it."""
    return {
        ladder.KIND: Waiting(house),
        SUPPORT: Support(house),
        **dict.fromkeys(DANGER, Danger(house)),
        RED: Red(house),
        OVERDUE: Overdue(house),
    }


async def in_turn(house: House, handlers: Sequence[Callable[[House, Job], Awaitable[None]]], job: Job) -> None:
    """Every handler of a topic. All are safe to repeat, so one that fails brings all of them back."""
    for handler in handlers:
        await handler(house, job)


class Echo:
    """`house.echo`: the peer of the check, in the media worker that its first offer starts."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._check = Check(Worker(), self._credentials, clock)

    def _credentials(self, who: str, now: datetime) -> list[dict[str, Any]]:
        return ice_servers(self._settings.turn_url_list, self._settings.turn_key, who, now, CHECK_CREDENTIALS)

    @property
    def pid(self) -> int | None:
        """The worker that runs; None before the first offer."""
        return self._check.worker.pid

    def relays(self, who: str) -> list[dict[str, Any]]:
        return self._check.relays(who)

    async def answer(self, who: str, offer: str) -> str | NoEcho:
        report = await self._check.answer(who, offer)
        return report.sdp if isinstance(report, Answered) else NoEcho(report.why)

    async def close(self) -> None:
        await self._check.worker.close()


class Tell:
    """`house.tell`: hands decisions to the rooms. They need the house, so they come after it."""

    def __init__(self) -> None:
        self.rooms: Signaling | None = None

    async def __call__(self, room: str, kind: str, peer: str, since: datetime | None = None) -> None:
        if self.rooms is None:
            return
        if kind == "turned":
            await self.rooms.tell(room, Turned())
        elif kind == "admitted":
            await self.rooms.tell(room, Admitted(peer, since))
        else:
            await self.rooms.tell(room, Ended("ended") if kind == "ended" else NOTICES[kind](peer))


def build_rooms(house: House) -> Signaling:
    """The rooms of the visits of this house: they ask it who may stay, and tell it what they saw."""
    rooms = Signaling(
        ticket_keys=[house.keys.secret(ticketing.PURPOSE)],
        may_stay=partial(may_stay, house),
        report=partial(report, house),
        ice_for=partial(relays, house.settings),
        origin_allowed=partial(origin_allowed, house.settings),
        clock=house.clock,
        limits=Limits(recheck=RECHECK_SECONDS),
    )
    if isinstance(house.tell, Tell):
        house.tell.rooms = rooms
    return rooms


async def may_stay(house: House, room: str, peer: str, epoch: int) -> Standing | None:
    place = await visit_rooms.may_stay(house, room, peer, epoch)
    if place is None:
        return None
    by = "patient" if place.turn.by_kind == "patient" else "therapist"
    turn = Turn(place.turn.medium.value, place.turn.number, by)
    return Standing(place.state, place.role, place.name, place.since, place.relay_only, place.until, turn)


async def report(house: House, room: str, event: Event) -> None:
    """What a socket saw, written down by the visit. A dropped call is no leaving: the place waits."""
    match event:
        case Connected():
            await visit_rooms.connected(house, room, event.peer)
        case Disconnected():
            await visit_rooms.dropped(house, room, event.peer)
        case MediaState():
            await visit_rooms.media(house, room, event.peer, {"mic": event.mic, "camera": event.camera})
        case Left(reason="leave"):
            await visit_rooms.left(house, room, event.peer)


def origin_allowed(settings: Settings, origin: str, host: str) -> bool:
    """Whether a socket comes from one of our own pages: the public address, or the host that was asked."""
    if origin == settings.base_url:
        return True
    return urlsplit(origin).netloc == host and host_known(host, urlsplit(settings.public_url).netloc)


def build_app(house: House) -> Starlette:
    """The program as one ASGI application."""
    registry, outbox_rows = health.new_registry()
    rooms = build_rooms(house)
    app = Starlette(
        routes=route_table(house),
        middleware=middleware_list(house, registry, rooms),
        exception_handlers={ParlourError: embed.answer_around, HTTPException: embed.answer_around},
        lifespan=partial(lifespan, house),
        max_body_size=BODY_BYTES,
    )
    app.state.house = house
    app.state.rooms = rooms
    app.state.nav = home.nav
    app.state.urgent = urgent_of
    app.state.would_be_twice = would_be_twice
    app.state.help_now = HelpNow(out_now)
    app.state.registry = registry
    app.state.outbox_rows = outbox_rows
    app.state.readiness = health.Readiness(house.db, str(house.settings.data))
    return app


def middleware_list(house: House, registry: CollectorRegistry, rooms: Signaling) -> list[Middleware]:
    """What a request meets, outermost first."""
    settings = house.settings
    public_host = urlsplit(settings.public_url).netloc
    return [
        Middleware(ProxyHeadersMiddleware, trusted_hosts=[str(network) for network in settings.proxies]),
        Middleware(Sockets, path="/signal", to=cast(ASGIApp, rooms)),
        Middleware(Trail, registry=registry),
        Middleware(SecurityHeaders, https=settings.https, host=urlsplit(settings.base_url).netloc),
        Middleware(AnySite, prefix=API),
        Middleware(Boundary, answer=embed.answer_around),
        Middleware(OriginGuard, public_host=public_host, exempt=(API, HOOK)),
        Middleware(RateLimits, answer=embed.answer_around, storage=open_storage(settings.redis_url)),
        Middleware(Cookieless, prefix=PREFIX),
        Middleware(Login, load_viewer=partial(load_viewer, house)),
    ]


async def drain(app: Starlette) -> None:
    """Say goodbye before the sockets close: not ready any more, streams end, rooms hear when to come back."""
    app.state.readiness.draining = True
    house: House = app.state.house
    house.live.drain()
    await app.state.rooms.drain(lambda: random.randrange(DRAIN_SPREAD_MS))
    await asyncio.sleep(DRAIN_SECONDS)


ASKED_MOST = ("/static/", "/c/", f"{PREFIX}/", API, "/visit/", "/l/", "/signal", "/live")


def route_table(house: House) -> Sequence[BaseRoute]:
    """Every route of every feature; what is asked most comes first, since routes are tried one after the other."""
    return sorted(_routes(house), key=_seldom)


def _seldom(route: BaseRoute) -> int:
    path = getattr(route, "path", "")
    return next((place for place, begin in enumerate(ASKED_MOST) if f"{path}/".startswith(begin)), len(ASKED_MOST))


def _routes(house: House) -> list[BaseRoute]:
    static = PackedFiles(directory=web_folder() / "static")
    return [
        Mount(f"/static/{build_id()}", static, name="static"),
        *health.routes,
        page("/live", house.live.endpoint(may_listen, holder_of), Action.PUBLIC),
        *accounts.routes,
        *(accounts.demo_routes if house.settings.demo else ()),
        *support.routes,  # before the clinic's and booking's, which take any last word for a section or a therapist
        *embed.staff_routes,  # before the clinic's, which take any last word for the name of a section
        *interop.routes,  # before the clinic's, whose /staff/clinic/{section} would take its pages for settings
        *letters.routes,  # likewise
        *measures.routes,  # before the clinic's, whose /staff/clinic/{section} would take its settings
        *record.routes,  # likewise
        *programmes.routes,
        *calm.routes,  # likewise, and before booking, whose /c/{clinic}/{therapist} would take its list for a therapist
        *clinic.routes,
        *safety.routes,  # before booking, whose /c/{clinic}/{therapist} would take its help page for a therapist
        *journal.routes,
        *booking.routes,
        *visit.routes,
        *embed.framed_routes(booking.booking_page, booking.book, booking.hold),
        *embed.routes,
        *home.routes,
        *(home.demo_routes if house.settings.demo else ()),
    ]


async def prepare(house: House) -> None:
    """Bring both databases to the shape that this program wants, and say what of them it cannot read.

    Raises keyfile.KeyFileUnfit when the master key is not the one that the records were sealed with: a node that went
    on with another would seal what nobody else can read.
    """
    await migrating.make(house.keys.database, KeyBase.metadata)
    await migrating.upgrade(house.db)
    first = await house.db.read(first_clinic)
    if first is None:
        return
    try:
        await house.keys.clinic(first.id)
    except (SealBroken, NoKey):
        raise keyfile.KeyFileUnfit(
            f"{house.settings.data / keyfile.NAME} is not the key that these records were sealed with"
        ) from None
    await programmes_warning.warn(house)


async def empty_logs(house: House) -> None:
    """What was deleted is gone from SQLite's logs as well; one that is being read waits for the next turn."""
    for database in (house.db, house.keys.database):
        await database.empty_log()


def jobs_of(house: House) -> dict[str, Callable[[], Awaitable[None]]]:
    """The loops that do what nobody waits for; any node may run them, and one has to."""
    return {
        "outbox": house.outbox.run,
        "couriers": house.couriers.run,
        "alerts": house.alerts.run,
        "calendars": house.calendars.run,
        "reminders": house.reminders.run,
        "waits": house.waits.run,
        "asking": partial(course_measures.run, house),
        "late": partial(late_readings.run, house),
        "weekly": partial(weekly_measures.run, house),
    }


@asynccontextmanager
async def lifespan(house: House, app: Starlette) -> AsyncIterator[None]:
    """Open the databases, run the loops, close in the reverse order."""
    keep_compiled(house.settings.data)
    await prepare(house)
    sealer = Sealer(house.db, audit_commands.anchor_file(house), house.clock)
    emptying = partial(every, EMPTIED_SECONDS, partial(empty_logs, house))
    loops: dict[str, Loop] = {"audit": sealer.run, "bus": house.bus.run, "logs": emptying}
    loops |= jobs_of(house) if house.settings.jobs else {}
    if house.settings.demo:
        loops["waiting"] = partial(keep_waiting, house)
    async with running(**loops):
        yield
    await app.state.rooms.close()
    if isinstance(house.echo, Echo):
        await house.echo.close()
    await sealer.seal()
    await sealer.anchor()
    await house.bus.close()
    await house.db.close()
    await house.keys.database.close()
