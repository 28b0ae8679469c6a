"""The document is one that tools understand, says every route of the API and no other, and tells the truth of each."""

import re
from typing import Any

import httpx2
import pytest
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator
from starlette.applications import Starlette

from server.access import KeyScope
from server.house import House
from server.routing import GuardedRoute
from tests.server.booking.api.programs import BOOKINGS, a_key, bearer, program_on, wish
from tests.server.booking.linden import seed

pytestmark = pytest.mark.asyncio
OWN = "/api/openapi.json"


async def told(app: Starlette) -> dict[str, Any]:
    async with program_on(app) as program:
        found: dict[str, Any] = (await program.get(OWN)).json()
    return found


def fits(document: dict[str, Any], path: str, answer: httpx2.Response) -> None:
    """Raises when an answer is not what the document says of this path, status and kind of content, or when what cannot
    be done comes without its code."""
    said = document["paths"][path][answer.request.method.lower()]["responses"][str(answer.status_code)]
    media = answer.headers["content-type"]
    schema = {**said["content"][media]["schema"], "components": document["components"]}
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(answer.json())
    assert answer.status_code < 400 or answer.json()["reason"]


async def test_the_document_is_openapi(app: Starlette) -> None:
    OpenAPIV31SpecValidator(await told(app)).validate()


async def test_it_names_every_route_and_no_other(app: Starlette) -> None:
    document = await told(app)
    named = {(path, method) for path, methods in document["paths"].items() for method in methods}
    routes = [route for route in app.routes if isinstance(route, GuardedRoute) and route.path.startswith("/api/")]
    served = {(route.path, method.lower()) for route in routes for method in route.methods or () if method != "HEAD"}
    assert named == served - {(OWN, "get")}


async def test_moments_are_moments(app: Starlette) -> None:
    document = await told(app)
    schemas = document["components"]["schemas"]
    fields = {(kind, name) for kind, one in schemas.items() for name in one.get("properties", {})}
    moments = {"start", "end", "change_until", "pay_by", "timestamp"}
    for kind, name in {(kind, name) for kind, name in fields if name in moments} | {("Slots", "from"), ("Slots", "to")}:
        said = schemas[kind]["properties"][name]
        assert {"type": "string", "format": "date-time"} in (said, *said.get("anyOf", ())), (kind, name)


async def test_where_a_key_changes_what_is_answered_it_is_named_and_not_asked_for(app: Starlette) -> None:
    paths = (await told(app))["paths"]
    assert paths[f"{BASE}/slots"]["get"]["security"] == [{}, {"key": []}]
    assert paths[f"{BASE}/bookings"]["post"]["security"] == [{}, {"key": []}]
    assert paths[BASE]["get"]["security"] == paths[f"{BASE}/services"]["get"]["security"] == [{}, {"key": []}]
    assert paths[f"{BASE}/bookings"]["get"]["security"] == [{"key": []}]
    assert paths[f"{ONE}/move"]["post"]["security"] == [{"token": []}, {"key": []}]


BASE = "/api/v1/clinics/{clinic}"
ONE = f"{BASE}/bookings/{{booking}}"


async def test_what_the_public_hears_is_as_the_document_says(app: Starlette, house: House) -> None:
    document, linden = await told(app), await seed(house)
    async with program_on(app) as program:

        async def get(path: str, status: int, **query: str) -> None:
            answer = await program.get(path.format(clinic="linden"), params=query)
            assert answer.status_code == status
            fits(document, path, answer)

        async def book(status: int, **changes: Any) -> None:
            answer = await program.post(f"{BASE}/bookings".format(clinic="linden"), json=wish(linden, **changes))
            assert answer.status_code == status
            fits(document, f"{BASE}/bookings", answer)

        await get(BASE, 200)
        await get(f"{BASE}/services", 200)
        await get(f"{BASE}/slots", 200, service=str(linden.session.id))
        await get(f"{BASE}/slots", 422)
        await book(201)
        await book(409)
        await book(422, name=None, start="2026-03-12T08:37:00Z")
        for path in (BASE, f"{BASE}/services", f"{BASE}/slots"):
            fits(document, path, await program.get(path.format(clinic="nowhere")))


async def test_what_who_shows_something_hears_is_as_the_document_says(app: Starlette, house: House) -> None:
    document, linden = await told(app), await seed(house)
    reads, writes = await a_key(house, linden, KeyScope.READ), await a_key(house, linden, KeyScope.WRITE)
    async with program_on(app) as program:
        made = (await program.post(BOOKINGS, json=wish(linden))).json()
        mine, names = bearer(made["token"]), {"clinic": "linden", "booking": made["id"]}

        async def call(method: str, path: str, status: int, headers: dict[str, str], **sent: Any) -> None:
            answer = await program.request(method, path.format(**names), headers=headers, **sent)
            assert answer.status_code == status, answer.text
            fits(document, path, answer)

        for headers, status in ((reads, 200), (writes, 403), (mine, 403), ({}, 401)):
            await call("GET", f"{BASE}/bookings", status, headers)
        await call("GET", f"{BASE}/bookings", 422, reads, params={"limit": "x"})
        for headers, status in ((reads, 200), (mine, 200), (writes, 403), (bearer("x"), 401)):
            await call("GET", ONE, status, headers)
        await call("POST", f"{ONE}/move", 422, mine, json={})
        await call("POST", f"{ONE}/move", 400, {**mine, "idempotency-key": '""'}, json={})
        await call("POST", f"{ONE}/move", 200, mine, json={"start": "2026-03-12T12:00:00Z"})
        await call("POST", f"{ONE}/cancel", 403, reads)
        await call("POST", f"{ONE}/cancel", 200, mine)
        await call("POST", f"{ONE}/move", 409, writes, json={"start": "2026-03-13T12:00:00Z"})
        names["booking"] = "nothing"
        await call("GET", ONE, 404, reads)


async def test_a_wish_of_the_tests_is_one_that_the_document_knows(app: Starlette, house: House) -> None:
    document, linden = await told(app), await seed(house)
    schema = {"$ref": "#/components/schemas/BookingWish", "components": document["components"]}
    Draft202012Validator(schema).validate(wish(linden))
    with pytest.raises(Exception, match="name"):
        Draft202012Validator(schema).validate({**wish(linden), "name": 3})


async def test_what_an_address_of_the_api_does_not_do_is_answered_with_what_it_does(app: Starlette) -> None:
    """405 with Allow (RFC 9110 15.5.6) at each address that the document names, by each method that it does not."""
    async with program_on(app) as program:
        for path, does in (await program.get(OWN)).json()["paths"].items():
            known = {word.upper() for word in does if word in {"get", "post", "put", "delete", "patch"}}
            for method in {"PUT", "DELETE", "PATCH"} - known:
                answer = await program.request(method, re.sub(r"{[^}]*}", "linden", path))
                assert (answer.status_code, answer.json()["reason"]) == (405, "method_not_allowed"), (method, path)
                assert known <= set(answer.headers["allow"].split(", ")), (method, path)
        assert (await program.put("/api/v1/nowhere")).status_code == 404
        page = {"accept": "application/json", "sec-fetch-site": "same-origin"}
        assert (await program.put("/help", headers=page)).status_code == 404
