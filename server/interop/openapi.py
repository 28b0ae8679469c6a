"""The OpenAPI document (3.1): operations as values, and schemas of the very types that answers are made of. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from server.booking.api import wire

VERSION = "1.0"
ABOUT = """Book, move and cancel as the clinic's own pages do, by the same rules.

Moments are UTC with `Z`. What is public needs no key. Unknown fields are ignored, and new ones may be added to answers:
read what you know. Whatever cannot be done is `application/problem+json` (RFC 9457) with a stable `reason`."""
SCHEMAS = "#/components/schemas/"
TEXT = {"type": "string"}


@dataclass(frozen=True)
class Parameter:
    """`where` is path, query or header."""

    name: str
    about: str
    where: str = "query"
    required: bool = False
    schema: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Operation:
    """One method of one path. `answers`: status -> the type of the JSON and a sentence; problems are added."""

    method: str
    path: str
    name: str
    about: str
    answers: Mapping[int, tuple[type, str]]
    problems: Sequence[int] = ()
    parameters: Sequence[Parameter] = ()
    takes: type | None = None
    security: Sequence[str] = ()


CLINIC = Parameter("clinic", "The clinic, as in the address of its booking page.", "path", required=True)
SLOTS_ASKED = (
    Parameter("service", "Id or slug of a service.", required=True),
    Parameter("therapist", "Slug or id of a therapist; left out: anyone, each start once."),
    Parameter("from", "A date, or a moment. Now unless given."),
    Parameter(
        "to", "A date, whose whole day counts, or a moment, before which. Two weeks on unless given; 62 days at most."
    ),
    Parameter("tz", "IANA zone in which dates are read; the clinic's unless given."),
)
PROBLEMS = {
    404: "No such clinic, or nothing of that kind in it.",
    409: "The time is taken by now; `next_free` says what is not.",
    422: "Something is missing or cannot be had; `errors` says which field and why.",
    429: "Too many requests; `Retry-After` says when to come again.",
}
OPERATIONS: Sequence[Operation] = (
    Operation(
        "get",
        "/api/v1/clinics/{clinic}",
        "clinic",
        "A clinic with what can be booked there.",
        {200: (wire.Clinic, "The clinic.")},
        (404,),
        (CLINIC,),
    ),
    Operation(
        "get",
        "/api/v1/clinics/{clinic}/services",
        "services",
        "What can be booked.",
        {200: (wire.Services, "The services.")},
        (404,),
        (CLINIC,),
    ),
    Operation(
        "get",
        "/api/v1/clinics/{clinic}/slots",
        "slots",
        "The free times of a span.",
        {200: (wire.Slots, "The times, rising.")},
        (404, 422),
        (CLINIC, *SLOTS_ASKED),
    ),
    Operation(
        "post",
        "/api/v1/clinics/{clinic}/bookings",
        "book",
        "Book a slot for somebody. Sent by many for one slot, one is booked and all others are told what is free next.",
        {201: (wire.NewBooking, "The booking stands, and both sides are told.")},
        (404, 409, 422),
        (CLINIC,),
        takes=wire.BookingWish,
    ),
)


def document(base_url: str, operations: Sequence[Operation] = OPERATIONS) -> dict[str, Any]:
    """The whole document, as JSON has it."""
    types = [kind for one in operations for kind, _ in one.answers.values()]
    types += [wire.Problem, *(one.takes for one in operations if one.takes)]
    unique = list(dict.fromkeys(types))
    _, schemas = msgspec.json.schema_components(unique, ref_template=SCHEMAS + "{name}")
    paths: dict[str, dict[str, Any]] = {}
    for one in operations:
        paths.setdefault(one.path, {})[one.method] = _operation(one)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Parlour", "version": VERSION, "description": ABOUT},
        "servers": [{"url": base_url}],
        "paths": paths,
        "components": {"schemas": schemas},
    }


def _operation(one: Operation) -> dict[str, Any]:
    answers = {str(status): _answer(about, kind) for status, (kind, about) in one.answers.items()}
    answers |= {
        str(status): _answer(PROBLEMS[status], wire.Problem, "application/problem+json")
        for status in (*one.problems, 429)
    }
    found: dict[str, Any] = {"operationId": one.name, "summary": one.about, "responses": answers}
    if one.parameters:
        found["parameters"] = [_parameter(parameter) for parameter in one.parameters]
    if one.takes:
        found["requestBody"] = {"required": True, "content": _content(one.takes, "application/json")}
    return found


def _answer(about: str, kind: type, media: str = "application/json") -> dict[str, Any]:
    return {"description": about, "content": _content(kind, media)}


def _content(kind: type, media: str) -> dict[str, Any]:
    return {media: {"schema": {"$ref": SCHEMAS + kind.__name__}}}


def _parameter(one: Parameter) -> dict[str, Any]:
    return {
        "name": one.name,
        "in": one.where,
        "description": one.about,
        "required": one.required,
        "schema": dict(one.schema or TEXT),
    }
