"""Asks servers elsewhere, at addresses that people typed, and is never led into the house by one.

The destination is checked at the moment of connecting: every address that the name resolves to must be a public one,
and the connection goes to the very address that was checked. Names that the operator allowed (PRIVATE_HOSTS) may lie
inside, and may be asked without TLS. Time, size and redirects are bounded; a redirect is a new destination.
"""

import asyncio
import ssl
from base64 import b64encode
from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from ipaddress import ip_address
from typing import Any

import httpcore2
import httpx2

from server.addresses import is_public

SECONDS = 20.0
CONNECT_SECONDS = 5.0
MOST_BYTES = 10 * 1024 * 1024
MOST_TRIED = 4  # addresses of one name
REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Why(StrEnum):
    """Why nothing came back."""

    ADDRESS = "address"  # none that can be asked: not https, no host
    INSIDE = "inside"  # leads to an address that is not public
    AWAY = "away"  # no such name, nobody listens, or the connection broke
    SLOW = "slow"
    TOO_BIG = "too_big"
    WANDERS = "wanders"  # redirects too often


class NotReached(Exception):
    """Nothing useful came back; `why` says why."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True)
class Answer:
    """What a server said; header names in lower case. `url`: who said it in the end."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    url: str = field(repr=False)

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300


@dataclass(frozen=True)
class Bounds:
    """How long one question may take in all, how much may come back, and how many redirects are followed."""

    seconds: float = SECONDS
    most: int = MOST_BYTES
    redirects: int = 0


PLAIN = Bounds()


class _Checked(httpcore2.AsyncNetworkBackend):
    """Resolves, checks, and connects to what it checked."""

    def __init__(self, may_be_inside: bool) -> None:
        self._plain = httpcore2.AnyIOBackend()
        self._may_be_inside = may_be_inside

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the library asks for it
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        for one in (await self.found(host, port))[:MOST_TRIED]:
            try:
                return await self._plain.connect_tcp(one, port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue
        raise NotReached(Why.AWAY)

    async def found(self, host: str, port: int) -> list[str]:
        """The addresses of this name, if none of them lies inside where none may. Raises NotReached."""
        found = await self._addresses(host, port)
        if not self._may_be_inside and not all(is_public(ip_address(one.split("%")[0])) for one in found):
            raise NotReached(Why.INSIDE)
        return found

    async def _addresses(self, host: str, port: int) -> list[str]:
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=1)
        except (OSError, UnicodeError):
            raise NotReached(Why.AWAY) from None
        return list(dict.fromkeys(str(place[0]) for *_, place in found))

    async def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore2.AsyncNetworkStream:
        raise NotReached(Why.ADDRESS)

    async def sleep(self, seconds: float) -> None:
        await self._plain.sleep(seconds)


class Outside:
    """One for the program. Every question has a connection of its own.

    `private_hosts`: 'host' or 'host:port' in lower case, that may lie inside and be asked without TLS.
    """

    def __init__(self, private_hosts: Collection[str] = ()) -> None:
        self._private = frozenset(private_hosts)

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        return httpx2.create_ssl_context()

    def may_be_asked(self, address: str) -> bool:
        """Whether this is an address at all that could be asked: https, or plain at a host that was allowed."""
        url = _parsed(address)
        if url is None or not url.host or url.userinfo or any(sign.isspace() or sign == "\\" for sign in address):
            return False
        return url.scheme == "https" or (url.scheme == "http" and self._is_private(url.host, url.port or 80))

    async def leads_inside(self, address: str) -> bool:
        """Whether it does as its name stands now. A kindness to who types it: each connection is checked anew."""
        url = _parsed(address)
        if url is None:
            return False
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await _Checked(self._is_private(url.host, _port(url))).found(url.host, _port(url))
        except (NotReached, TimeoutError) as refused:
            return isinstance(refused, NotReached) and refused.why is Why.INSIDE
        return False

    async def ask(
        self,
        method: str,
        address: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        user: tuple[str, str] | None = None,
        bounds: Bounds = PLAIN,
    ) -> Answer:
        """What the server answers, whatever its status. `user`: name and password, told to the first host alone.

        Raises NotReached.
        """
        try:
            async with asyncio.timeout(bounds.seconds):
                return await self._follow(method, address, dict(headers or {}), body, user, bounds)
        except (TimeoutError, httpcore2.TimeoutException):
            raise NotReached(Why.SLOW) from None
        except (httpcore2.NetworkError, httpcore2.ProtocolError, OSError):
            raise NotReached(Why.AWAY) from None

    async def _follow(
        self, method: str, address: str, headers: dict[str, str], body: bytes | None,
        user: tuple[str, str] | None, bounds: Bounds,
    ) -> Answer:  # fmt: skip
        first = _origin(address)
        for _ in range(bounds.redirects + 1):
            told = user if _origin(address) == first else None
            answer = await self._once(method, address, _with(headers, told), body, bounds)
            onward = answer.headers.get("location", "") if answer.status in REDIRECTS else ""
            if not onward or not bounds.redirects:
                return answer
            address = _joined(address, onward)
        raise NotReached(Why.WANDERS)

    async def _once(
        self, method: str, address: str, headers: Mapping[str, str], body: bytes | None, bounds: Bounds
    ) -> Answer:
        if not self.may_be_asked(address):
            raise NotReached(Why.ADDRESS)
        async with self._answering(method, address, headers, body, bounds) as response:
            said = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
            if said.get("content-encoding", "identity").lower() not in {"", "identity"}:
                raise NotReached(Why.TOO_BIG)  # not asked for, and nobody knows how much it unfolds to
            kept = bytearray()
            async for piece in response.aiter_stream():
                kept += piece
                if len(kept) > bounds.most:
                    raise NotReached(Why.TOO_BIG)
            return Answer(response.status, said, bytes(kept), address)

    @asynccontextmanager
    async def _answering(
        self, method: str, address: str, headers: Mapping[str, str], body: bytes | None, bounds: Bounds
    ) -> AsyncIterator[httpcore2.Response]:
        url = httpx2.URL(address)
        place = httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        backend = _Checked(self._is_private(url.host, _port(url)))
        plain = list({"accept-encoding": "identity", "user-agent": "Parlour", **headers}.items())
        waits = {"connect": CONNECT_SECONDS, "read": bounds.seconds, "write": bounds.seconds, "pool": bounds.seconds}
        trust = self._trust if url.scheme == "https" else None
        async with (
            httpcore2.AsyncConnectionPool(ssl_context=trust, network_backend=backend) as pool,
            pool.stream(method, place, headers=plain, content=body, extensions={"timeout": waits}) as response,
        ):
            yield response

    def _is_private(self, host: str, port: int) -> bool:
        host = host.lower().rstrip(".")
        return bool({host, f"{host}:{port}"} & self._private)


def _parsed(address: str) -> httpx2.URL | None:
    try:
        return httpx2.URL(address)
    except httpx2.InvalidURL:
        return None


def _port(url: httpx2.URL) -> int:
    return url.port or (443 if url.scheme == "https" else 80)


def _origin(address: str) -> tuple[str, str]:
    url = _parsed(address)
    return (url.scheme, url.netloc.decode().lower()) if url else ("", "")


def _joined(address: str, onward: str) -> str:
    try:
        return str(httpx2.URL(address).join(onward))
    except httpx2.InvalidURL:
        raise NotReached(Why.ADDRESS) from None


def _with(headers: dict[str, str], user: tuple[str, str] | None) -> dict[str, str]:
    if user is None:
        return headers
    return {**headers, "authorization": f"Basic {b64encode(':'.join(user).encode()).decode()}"}
