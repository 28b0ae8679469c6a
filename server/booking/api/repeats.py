"""Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): the same request again hears the same answer.

Who comes first writes a row, which every node sees; others with the same key come too early (409), differ (422), or
hear what the first was told. A node that died in between leaves a row that another takes over after a minute; what it
had booked is met again, since the booking's id follows from the key.
"""

import hmac
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from server.access import Door
from server.booking.api import answers
from server.booking.api.answers import Attempt, State
from server.clinic.rules import Clinic
from server.crypto import Place, seal, unseal
from server.house import House
from server.middleware.ratelimit import client_key
from server.problems import problem
from server.routing import viewer_of

LONGEST = 255
KEPT = frozenset({200, 201, 409})


class Written(msgspec.Struct, frozen=True):
    """An answer as it is kept."""

    status: int
    body: str
    headers: dict[str, str]


async def once_only(
    house: House,
    request: Request,
    clinic: Clinic,
    body: Mapping[str, Any],
    work: Callable[[str], Awaitable[Response]],
) -> Response:
    """What `work(once)` answers; for a repeat under the same key, what it answered. `once` is '' without a key."""
    key = read_key(request.headers.get("idempotency-key", ""))
    if key is None:
        return problem(400, "idempotency_key_odd")
    if not key:
        return await work("")
    attempt = _attempt(house, request, clinic, key, body)
    now = house.clock()
    state = await house.db.unit(lambda db: answers.begin(db, attempt, now))
    if isinstance(state, bytes):
        return await _again(house, clinic, attempt, state)
    if state is State.OTHER:
        return problem(422, "idempotency_key_used")
    if state is State.RUNNING:
        return problem(409, "in_progress", headers={"retry-after": "1"})
    return await _first(house, clinic, attempt, work)


async def _first(
    house: House, clinic: Clinic, attempt: Attempt, work: Callable[[str], Awaitable[Response]]
) -> Response:
    """Do it and keep the answer; what was not understood, or broke, leaves the key free."""
    response: Response | None = None
    try:
        response = await work(attempt.id.hex)
    finally:
        if response is None or response.status_code not in KEPT:
            await house.db.unit(lambda db: answers.forget(db, attempt))
    if response.status_code in KEPT:
        blob = seal(await house.keys.clinic(clinic.id), _written(response), _place(clinic, attempt))
        await house.db.unit(lambda db: answers.keep(db, attempt, blob))
    return response


async def _again(house: House, clinic: Clinic, attempt: Attempt, blob: bytes) -> Response:
    kept = unseal(await house.keys.clinic(clinic.id), blob, _place(clinic, attempt))
    found = msgspec.json.decode(kept, type=Written)
    return Response(found.body, found.status, {**found.headers, "idempotent-replayed": "true"})


def _written(response: Response) -> str:
    headers = {name: response.headers[name] for name in ("content-type", "location") if name in response.headers}
    return msgspec.json.encode(Written(response.status_code, bytes(response.body).decode(), headers)).decode()


def _attempt(house: House, request: Request, clinic: Clinic, key: str, body: Mapping[str, Any]) -> Attempt:
    """The key counts for one caller at one path alone."""
    secret = house.keys.secret("api answers")
    sent = hmac.digest(secret, msgspec.json.encode(body, order="deterministic"), "sha256")
    where = "\0".join((key, request.method, request.url.path, *_caller(request, sent)))
    made = hmac.digest(secret, where.encode(), "sha256")
    return Attempt(UUID(bytes=made[:16], version=4), clinic.id, sent)


def _caller(request: Request, sent: bytes) -> tuple[str, ...]:
    """What tells callers apart: what they show. Of those who show nothing many count from one in the same way, and some
    share an address: then only the same words from the same place are a repeat, and hear what was answered."""
    if viewer_of(request).door is not Door.ANYONE:
        return (request.headers.get("authorization", ""),)
    return "", client_key(request.client.host if request.client else None), sent.hex()


def _place(clinic: Clinic, attempt: Attempt) -> Place:
    return Place(clinic.id, clinic.id, "api_answers", attempt.id, "answer")


def read_key(header: str) -> str | None:
    """The key, with or without the quotes that the draft wants; '' for none, None for what is no such thing."""
    key = header.strip()
    if len(key) > 1 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if header and not key:
        return None
    return key if len(key) <= LONGEST and key.isascii() and (key.isprintable() or not key) else None
