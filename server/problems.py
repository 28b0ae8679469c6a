"""Answers to programs: JSON, and problem+json (RFC 9457) for what cannot be done.

`reason` and the reasons of single fields are stable codes; a program decides by them, a person by `title`.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from server.errors import NotJson

JSON = "application/json"
PROBLEM = "application/problem+json"

_encoder = msgspec.json.Encoder()


def answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A value as JSON."""
    return Response(_encoder.encode(value), status, headers, media_type=JSON)


def problem(
    status: int,
    reason: str = "",
    errors: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> Response:
    """What is in the way: one reason for the whole, and field -> reason where fields are."""
    body: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    if reason:
        body["reason"] = reason
    if errors:
        body["errors"] = [{"field": field, "reason": why} for field, why in errors.items()]
    return Response(_encoder.encode(body | more), status, headers, media_type=PROBLEM)


async def read_object(request: Request) -> dict[str, Any]:
    """The JSON object that a program sent. Raises NotJson for anything else."""
    try:
        return msgspec.json.decode(await request.body(), type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise NotJson("not a JSON object") from None
