"""`parlour doctor`: what is missing before a real patient may come, in words.

Every check answers with a sentence; 'needs care' does not stop the program, but the first
real visit. Nothing is contacted that the clinic did not configure.
"""

import asyncio
import shutil
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

import aioice
import aiosmtplib

from server import migrating
from server.config import Settings
from server.db import Database
from server.keyfile import NAME
from server.notify.smtp import parse_url

SECONDS = 8
GIBIBYTE = 2**30


class Health(StrEnum):
    WELL = "well"
    CARE = "needs care"
    ILL = "ill"


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's report."""

    what: str
    health: Health
    words: str


def address(settings: Settings) -> Finding:
    """Browsers give camera and microphone to https pages and to this very machine only."""
    if settings.https:
        return Finding("Address", Health.WELL, f"Patients come to {settings.base_url}.")
    words = (
        "There is no https address (PUBLIC_URL). Browsers open camera and microphone for https pages alone, "
        "so only this machine can meet by video. docs/first-real-visit.md shows the way."
    )
    return Finding("Address", Health.CARE, words)


def proxy(settings: Settings) -> Finding:
    """Behind a proxy every visitor looks like one address unless the proxy is named."""
    if settings.https and not settings.proxies:
        words = (
            "PUBLIC_URL is https but TRUSTED_PROXIES is empty: all visitors look like one address to the rate limits."
        )
        return Finding("Proxy", Health.CARE, words)
    return Finding("Proxy", Health.WELL, "Forwarded addresses are believed from TRUSTED_PROXIES alone.")


def folder(settings: Settings) -> Finding:
    """The data folder is its owner's alone and has room."""
    path = settings.data
    if not (path / NAME).exists():
        return Finding("Data folder", Health.CARE, f"{path.absolute()} has no keys yet: `parlour serve` makes them.")
    if path.stat().st_mode & 0o077 or (path / NAME).stat().st_mode & 0o077:
        words = f"Others may read {path.absolute()}: chmod 700 it, and 600 the files in it."
        return Finding("Data folder", Health.ILL, words)
    free = shutil.disk_usage(path).free
    if free < GIBIBYTE:
        return Finding("Data folder", Health.CARE, f"Only {free // 2**20} MB are free beside {path.absolute()}.")
    return Finding("Data folder", Health.WELL, f"{path.absolute()} is private and has {free // GIBIBYTE} GB free.")


def jobs(settings: Settings) -> Finding:
    """Somebody has to send the mails, and on SQLite there is one node."""
    if settings.jobs:
        return Finding("Jobs", Health.WELL, "This node sends what is due: mails, texts, reminders, alerts, webhooks.")
    if settings.database_url:
        return Finding("Jobs", Health.CARE, "JOBS is off here: another node on this database has to have it on.")
    return Finding("Jobs", Health.ILL, "JOBS is off and no other node can reach this database: nothing is ever sent.")


async def records(settings: Settings) -> Finding:
    """Both databases answer and have the shape that this version wants."""
    if not settings.database_url and not (settings.data / "parlour.db").exists():
        return Finding("Databases", Health.CARE, "There are no records yet: `parlour serve` begins them.")
    for name, url in (("records", settings.data_url), ("keys", settings.key_url)):
        database = Database(url, pool_size=1)
        try:
            revision = await asyncio.wait_for(migrating.current(database), SECONDS)
        except Exception as problem:  # whatever the driver says belongs into the report
            return Finding("Databases", Health.ILL, f"The {name} do not answer: {type(problem).__name__}.")
        finally:
            await database.close()
        if name == "records" and revision != migrating.newest():
            return Finding(
                "Databases", Health.CARE, "The records are of another version: `parlour serve` brings them up."
            )
    return Finding("Databases", Health.WELL, "Records and keys answer.")


async def mail(settings: Settings) -> Finding:
    """The mail server takes a connection, or the clinic is told where mails are."""
    url = settings.smtp_url.get_secret_value()
    if not url:
        words = f"SMTP_URL is not set: mails stay as readable files in {(settings.data / 'mail').absolute()}."
        return Finding("Mail", Health.CARE, words)
    server = parse_url(url)
    client = aiosmtplib.SMTP(hostname=server.host, port=server.port, use_tls=server.tls, timeout=SECONDS)
    try:
        await client.connect(username=server.user or None, password=server.password or None)
        await client.quit()
    except (aiosmtplib.SMTPException, OSError) as problem:
        return Finding("Mail", Health.ILL, f"{server.host}:{server.port} does not take mail: {type(problem).__name__}.")
    return Finding("Mail", Health.WELL, f"{server.host}:{server.port} takes mail.")


async def sms(settings: Settings) -> Finding:
    """Text messages have somewhere to go, and it can be reached: a connection is opened, nothing is sent."""
    if not settings.sms_url.startswith("https:"):
        where = "are printed" if settings.sms_url else f"stay as files in {(settings.data / 'mail').absolute()}"
        return Finding("SMS", Health.CARE, f"SMS_URL names no provider: text messages {where}.")
    parts = urlsplit(settings.sms_url)
    host, port = parts.hostname or "", parts.port or 443
    try:
        opening = asyncio.open_connection(host, port, ssl=ssl.create_default_context())
        _, writer = await asyncio.wait_for(opening, SECONDS)
        writer.close()
    except (OSError, TimeoutError) as problem:
        return Finding("SMS", Health.ILL, f"{host}:{port} cannot be reached by https: {type(problem).__name__}.")
    return Finding("SMS", Health.WELL, f"{host}:{port} can be reached; whether it takes messages shows with the first.")


async def relay(servers: Sequence[Mapping[str, Any]], relayed_alone: Sequence[str] = ()) -> Finding:
    """The relay gives an address to somebody with a fresh credential: `servers` as a browser would get them.

    `relayed_alone`: clinics that chose to send their calls through it alone.
    """
    if not servers and relayed_alone:
        words = (
            f"{' and '.join(relayed_alone)} chose to send calls through the relay alone, and TURN_URLS is not set: "
            "no call connects. Set it again, or let the clinic choose otherwise under 'How sound and picture travel'."
        )
        return Finding("Relay", Health.ILL, words)
    if not servers:
        words = (
            "TURN_URLS is not set: two people behind strict routers or on mobile data may not see each other. "
            "docs/first-real-visit.md shows how to run coturn."
        )
        return Finding("Relay", Health.CARE, words)
    host, port, transport = parse_turn(servers[0]["urls"][0])
    connection = aioice.Connection(
        ice_controlling=True,
        turn_server=(host, port),
        turn_username=servers[0]["username"],
        turn_password=servers[0]["credential"],
        turn_transport=transport,
        transport_policy=aioice.TransportPolicy.RELAY,
    )
    try:
        await asyncio.wait_for(connection.gather_candidates(), SECONDS)
        relayed = [candidate for candidate in connection.local_candidates if candidate.type == "relay"]
    except (OSError, TimeoutError, aioice.stun.TransactionError):
        relayed = []
    finally:
        await connection.close()
    if not relayed:
        return Finding(
            "Relay", Health.ILL, f"{host}:{port} gives no relay address: wrong TURN_SECRET, or a closed port."
        )
    return Finding("Relay", Health.WELL, f"{host}:{port} relays.")


def parse_turn(url: str) -> tuple[str, int, str]:
    """Host, port and transport of 'turn:host:port?transport=udp'."""
    place, _, query = url.partition("?")
    _, _, rest = place.partition(":")
    host, _, port = rest.partition(":")
    return host, int(port or 3478), "tcp" if "transport=tcp" in query else "udp"


async def examine(
    settings: Settings, relays: Sequence[Mapping[str, Any]], relayed_alone: Callable[[], Awaitable[Sequence[str]]]
) -> list[Finding]:
    """Every check, in the order of the report; clinics are asked for where there are records that can be read."""
    found = [check(settings) for check in (address, proxy, folder, jobs)]
    found += [await records(settings), await mail(settings), await sms(settings)]
    readable = next(one.health for one in found if one.what == "Databases") is Health.WELL
    return [*found, await relay(relays, await relayed_alone() if readable else ())]


def report(findings: Sequence[Finding]) -> str:
    """The lines a person reads."""
    width = max(len(finding.what) for finding in findings)
    return "\n".join(f"{finding.what:<{width}}  {finding.health.value:<10}  {finding.words}" for finding in findings)
