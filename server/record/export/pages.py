"""Taking a record along, for who treats the patient: as JSON, for another program as FHIR, or on paper as PDF."""

from starlette.requests import Request
from starlette.responses import Response

from server.access import Action
from server.clinic import store as clinics
from server.errors import NotFound
from server.moments import Speaker
from server.record.export.gather import Whole, whole_of
from server.record.export.paper import is_there
from server.record.opening import Opened, open_record
from server.record.own import PDF, bundle_file_of, file_of, named, paper_of
from server.routing import GuardedRoute, page
from server.templates import language_of

BASE = "/staff/patients/{patient_id}/record"
TYPES = {"json": "application/json", "fhir": "application/fhir+json"}


async def as_json(request: Request) -> Response:
    """`GET .../record/json`."""
    return await _file(request, "json")


async def as_fhir(request: Request) -> Response:
    """`GET .../record/fhir`: a FHIR R4B bundle."""
    return await _file(request, "fhir")


async def as_pdf(request: Request) -> Response:
    """`GET .../record/pdf`. Raises NotFound where this installation makes none."""
    if not is_there():
        raise NotFound()
    opened = await open_record(request)
    whole = await _whole(opened)
    if whole is None:
        raise NotFound()
    body = await paper_of(whole, Speaker(opened.clinic.zone, language_of(request, clinics.brand(opened.clinic))))
    await opened.trace("record.taken_along", page="pdf")
    return Response(body, media_type=PDF, headers=named("record.pdf"))


async def _whole(opened: Opened) -> Whole | None:
    return await whole_of(opened.house, opened.clinic.id, opened.clinic.name, opened.person.id, danger=True)


async def _file(request: Request, kind: str) -> Response:
    opened = await open_record(request)
    whole = await _whole(opened)
    if whole is None:
        raise NotFound()
    body = await (bundle_file_of if kind == "fhir" else file_of)(whole)
    await opened.trace("record.taken_along", page=kind)
    return Response(body, media_type=TYPES[kind], headers=named(f"record-{kind}.json"))


routes: list[GuardedRoute] = [
    page(f"{BASE}/json", as_json, Action.RECORD, name="record_as_json"),
    page(f"{BASE}/pdf", as_pdf, Action.RECORD, name="record_as_pdf"),
    page(f"{BASE}/fhir", as_fhir, Action.RECORD, name="record_as_fhir"),
]
