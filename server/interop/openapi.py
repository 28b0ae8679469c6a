"""The OpenAPI document (3.1): operations as values, and schemas of the very types that answers are made of. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from server.booking.api import wire
from server.interop.webhooks.rules import Told
from server.interop.webhooks.wire import Telling

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
    may_be_empty: bool = False
    security: Sequence[str] = ()
    open: bool = False  # to who shows nothing as well, and to who shows something more


CLINIC = Parameter("clinic", "The clinic, as in the address of its booking page.", "path", required=True)
BOOKING = Parameter("booking", "The `id` of a booking.", "path", required=True)
LANG = Parameter("lang", "The language of the clinic's words, as far as it wrote them; `Accept-Language` unless given.")
REPEAT = Parameter(
    "Idempotency-Key",
    "A word of your own, at most 255 signs: for a day the same request under it hears the same answer and does nothing "
    "anew. Under it another request is 422, and one that comes while the first is at work 409 (`in_progress`). Without "
    "a key or token it counts for the same words from the same network address, and another request is no repeat.",
    "header",
)
BOOKINGS_ASKED = (
    Parameter("from", "A date or a moment of the start."),
    Parameter("to", "A date, whose day counts whole, or the moment before which."),
    Parameter("limit", "At most so many; 50 unless given.", schema={"type": "integer", "minimum": 1, "maximum": 200}),
    Parameter("cursor", "The `next` of the page before."),
)
SLOTS_ASKED = (
    Parameter("service", "Id or slug of a service.", required=True),
    Parameter("therapist", "Slug or id of a therapist; left out: anyone, each start once."),
    Parameter("from", "A date, or a moment. Now unless given."),
    Parameter(
        "to", "A date, whose whole day counts, or a moment, before which. Two weeks on unless given; 62 days at most."
    ),
    Parameter("tz", "IANA zone in which dates are read; the clinic's unless given."),
    Parameter(
        "where",
        "Where the person will be (`PT`, `US-TX`, as in ISO 3166, or `else`): the times of those who may treat there, "
        "as long as they may. Ask with it where the clinic says `asks_where`.",
    ),
    Parameter("means", "video, phone or person: 422 where the service is not given so."),
    Parameter("freely", "`true`, for who shows a key to write: also what lies beyond the clinic's horizon or notice."),
)
PROBLEMS = {
    400: "The Idempotency-Key is no such thing.",
    401: "Whatever is shown opens nothing, or nothing is shown.",
    403: "The key is for something else.",
    404: "No such clinic, or nothing of that kind in it.",
    409: "The time is taken by now; `next_free` says what is not. Or it cannot be changed any more: `reason` says why.",
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
        (401, 404),
        (CLINIC, LANG),
        security=("key",),
        open=True,
    ),
    Operation(
        "get",
        "/api/v1/clinics/{clinic}/services",
        "services",
        "What can be booked; for who shows a key of the clinic what its staff alone book as well, not `public`.",
        {200: (wire.Services, "The services.")},
        (401, 404),
        (CLINIC, LANG),
        security=("key",),
        open=True,
    ),
    Operation(
        "get",
        "/api/v1/clinics/{clinic}/slots",
        "slots",
        "The free times of a span.",
        {200: (wire.Slots, "The times, rising.")},
        (401, 404, 422),
        (CLINIC, *SLOTS_ASKED),
        security=("key",),
        open=True,
    ),
    Operation(
        "post",
        "/api/v1/clinics/{clinic}/bookings",
        "book",
        "Book a slot for somebody. Sent by many for one slot, one is booked and all others are told what is free next.",
        {201: (wire.NewBooking, "The booking stands, and both sides are told.")},
        (400, 401, 403, 404, 409, 422),
        (CLINIC, REPEAT),
        takes=wire.BookingWish,
        security=("key",),
        open=True,
    ),
    Operation(
        "get",
        "/api/v1/clinics/{clinic}/bookings",
        "bookings",
        "The bookings of the clinic by start, cancelled ones too: ids and times, never who comes.",
        {200: (wire.Bookings, "A page of them.")},
        (401, 403, 404, 422),
        (CLINIC, *BOOKINGS_ASKED),
        security=("key",),
    ),
    Operation(
        "get",
        "/api/v1/clinics/{clinic}/bookings/{booking}",
        "booking",
        "A booking.",
        {200: (wire.Booking, "The booking.")},
        (401, 403, 404),
        (CLINIC, BOOKING),
        security=("token", "key"),
    ),
    Operation(
        "post",
        "/api/v1/clinics/{clinic}/bookings/{booking}/move",
        "move",
        "Give a booking another start with the same therapist. To the start that it has: nothing changes.",
        {200: (wire.Booking, "The booking as it is now; both sides are told.")},
        (400, 401, 403, 404, 409, 422),
        (CLINIC, BOOKING, REPEAT),
        takes=wire.MoveWish,
        security=("token", "key"),
    ),
    Operation(
        "post",
        "/api/v1/clinics/{clinic}/bookings/{booking}/cancel",
        "cancel",
        "End a booking before its visit. Sent twice, it is cancelled once. After the deadline the patient says why.",
        {200: (wire.Booking, "The booking as it is now; both sides are told.")},
        (400, 401, 403, 404, 409, 422),
        (CLINIC, BOOKING, REPEAT),
        takes=wire.CancelWish,
        may_be_empty=True,
        security=("token", "key"),
    ),
)
SHOWN = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "The `token` of a booking: for that one, within the deadlines of the clinic.",
    },
    "key": {
        "type": "http",
        "scheme": "bearer",
        "description": "A key that the clinic's admin made (it begins with plk_): `bookings:read` or `bookings:write`.",
    },
}


def document(base_url: str, operations: Sequence[Operation] = OPERATIONS) -> dict[str, Any]:
    """The whole document, as JSON has it."""
    types = [kind for one in operations for kind, _ in one.answers.values()]
    types += [wire.Problem, Telling, *(one.takes for one in operations if one.takes)]
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
        "webhooks": {event.value: {"post": _told(event)} for event in Told},
        "components": {"schemas": schemas, "securitySchemes": SHOWN},
    }


def _told(event: Told) -> dict[str, Any]:
    return {
        "operationId": event.value,
        "summary": "Signed as Standard Webhooks are; sent again while nobody takes it.",
        "requestBody": {"required": True, "content": _content(Telling, "application/json")},
        "responses": {"2XX": {"description": "Taken."}},
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
    if one.security:
        found["security"] = [*([{}] if one.open else []), *({name: []} for name in one.security)]
    if one.takes:
        found["requestBody"] = {"required": not one.may_be_empty, "content": _content(one.takes, "application/json")}
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
