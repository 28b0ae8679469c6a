"""Taking a record along, for who treats the patient: as JSON, or for another program as FHIR."""

from starlette.requests import Request
from starlette.responses import Response

from server.access import Action
from server.errors import NotFound
from server.record.export.gather import whole_of
from server.record.opening import open_record
from server.record.own import file_of
from server.routing import GuardedRoute, page

BASE = "/staff/patients/{patient_id}/record"
TYPES = {"json": "application/json", "fhir": "application/fhir+json"}


async def as_json(request: Request) -> Response:
    """`GET .../record/json`."""
    return await _file(request, "json")


async def as_fhir(request: Request) -> Response:
    """`GET .../record/fhir`: a FHIR R4B bundle."""
    return await _file(request, "fhir")


async def _file(request: Request, kind: str) -> Response:
    opened = await open_record(request)
    whole = await whole_of(opened.house, opened.clinic.id, opened.clinic.name, opened.person.id)
    if whole is None:
        raise NotFound()
    body = await file_of(whole, fhir=kind == "fhir")
    await opened.trace("record.taken_along", page=kind)
    named = {"content-disposition": f'attachment; filename="record-{kind}.json"', "cache-control": "no-store"}
    return Response(body, media_type=TYPES[kind], headers=named)


routes: list[GuardedRoute] = [
    page(f"{BASE}/json", as_json, Action.RECORD, name="record_as_json"),
    page(f"{BASE}/fhir", as_fhir, Action.RECORD, name="record_as_fhir"),
]
