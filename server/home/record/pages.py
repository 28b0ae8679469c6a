"""A patient's own record: what is theirs to read, who looked at it, and taking it along."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action, Subject, may
from server.audit.rules import Entry
from server.audit.store import note
from server.booking.forms import read_uuid
from server.calm.taking import practice_data
from server.clinic import store as clinics
from server.clinic.rules import Clinic
from server.errors import NotFound
from server.files import headers_for
from server.home.me.pages import zone_here
from server.home.record.met import met_data
from server.home.record.met import resources as resources_of_meetings
from server.home.record.printed import Sheet, parts_beside
from server.house import House, house_of
from server.journal.fhir import practice, resources
from server.journal.taking import journal_data, labels
from server.letters.fhir import communications
from server.letters.shown import own_letters
from server.moments import Speaker
from server.patients.consents.rules import may_take_back
from server.patients.merging.store import kept_of
from server.patients.space.door import Open, hand_of, own_space
from server.programmes.fhir import resources as course_resources
from server.programmes.summary.keeping import Handed, handed
from server.programmes.taking import courses_data
from server.record.care.rules import Entry as CareEntry
from server.record.care.rules import Kind, counting
from server.record.documents.keeping import File
from server.record.export.gather import Whole
from server.record.export.paper import is_there
from server.record.looking import Look
from server.record.own import (
    PDF,
    bundle_file_of,
    file_of,
    named,
    own_document,
    own_documents,
    own_looks,
    own_record,
    paper_of,
)
from server.routing import GuardedRoute, page, viewer_of
from server.templates import language_of, render

BASE = "/me/record/{patient_id}"
TYPES = {"json": "application/json", "fhir": "application/fhir+json", "pdf": PDF}


@dataclass(frozen=True)
class OwnRecordPage:
    """space/record.html. `own`: the space is theirs, not of somebody who acts for them; `paper`: there is a PDF;
    `takes_back`: ids of agreements that whoever looks may take back.
    """

    id: str
    whole: Whole = field(repr=False)
    own: bool
    care: Mapping[str, Sequence[CareEntry]] = field(repr=False)
    looks: Sequence[Look]
    handed: Sequence[Handed] = field(repr=False)
    documents: Sequence[File] = field(repr=False)
    today: date
    paper: bool
    takes_back: frozenset[UUID]


async def record_page(request: Request) -> Response:
    """`GET /me/record/{patient_id}`; the id of a record that was made part of theirs leads to it. Raises NotFound for
    anybody whom this space does not show whole.
    """
    if became := await _became(request):
        return RedirectResponse(f"/me/record/{became}", 303)
    space, patient_id, clinic = await _mine(request)
    house = house_of(request)
    whole = await own_record(house, clinic.id, clinic.name, patient_id, own=patient_id == space.own)
    if whole is None:
        raise NotFound()
    zone, hand = zone_here(request, clinic), await hand_of(house, space, patient_id)
    context = OwnRecordPage(
        id=str(patient_id),
        whole=whole,
        own=patient_id == space.own,
        care={kind.value: counting(whole.care, kind) for kind in Kind},
        looks=await own_looks(house, clinic.id, patient_id),
        handed=await handed(house, clinic.id, patient_id),
        documents=await own_documents(house, clinic.id, patient_id),
        today=house.clock().astimezone(zone).date(),
        paper=is_there(),
        takes_back=frozenset(one.id for one in whole.consents if hand and may_take_back(one, hand[0])),
    )
    await _trace(request, space, patient_id, "record.read_by_patient")
    return render(request, "space/record.html", context, brand=clinics.brand(clinic), zone=zone)


async def take(request: Request) -> Response:
    """`GET /me/record/{patient_id}/{way}`: as JSON, as FHIR R4B, or as PDF. Raises NotFound likewise."""
    space, patient_id, clinic = await _mine(request)
    way = request.path_params["way"]
    if way not in TYPES:
        raise NotFound()
    whole = await own_record(house_of(request), clinic.id, clinic.name, patient_id, own=patient_id == space.own)
    if whole is None:
        raise NotFound()
    if way == "pdf":
        return await _paper(request, space, clinic, whole)
    body = await (_bundle if way == "fhir" else _plain)(house_of(request), space, clinic, whole)
    await _trace(request, space, patient_id, "record.taken_by_patient")
    return Response(body, media_type=TYPES[way], headers=named(f"record-{way}.json"))


async def _paper(request: Request, space: Open, clinic: Clinic, whole: Whole) -> Response:
    """The PDF; where this installation makes none, back to the page, which says how to print it."""
    if not is_there():
        return RedirectResponse(f"/me/record/{whole.person.id}?notice=no-pdf", 303)
    say = Speaker(zone_here(request, clinic), language_of(request, clinics.brand(clinic)))
    own = whole.person.id == space.own
    more = await parts_beside(house_of(request), clinic, whole.person.id, say, own=own)
    body = await paper_of(whole, say, more, Sheet(say, own=own).beside())
    await _trace(request, space, whole.person.id, "record.taken_by_patient")
    return Response(body, media_type=TYPES["pdf"], headers=named("record.pdf"))


async def _bundle(house: House, space: Open, clinic: Clinic, whole: Whole) -> bytes:
    patient_id = whole.person.id
    found = communications(patient_id, await own_letters(house, clinic.id, patient_id))
    found += course_resources(patient_id, await courses_data(house, clinic.id, clinic.zone, patient_id))
    if patient_id == space.own:  # nobody who acts for them reads what they write for themselves
        found += resources(patient_id, await journal_data(house, clinic.id, patient_id), labels())
        found += practice(patient_id, await practice_data(house, patient_id))
        found += resources_of_meetings(patient_id, await met_data(house, clinic.id, patient_id))
    return await bundle_file_of(whole, found)


async def _plain(house: House, space: Open, clinic: Clinic, whole: Whole) -> bytes:
    patient_id = whole.person.id
    more = await _more(house, clinic, patient_id)
    if patient_id == space.own:
        journal, done = await journal_data(house, clinic.id, patient_id), await practice_data(house, patient_id)
        met = await met_data(house, clinic.id, patient_id)
        more = {**more, "journal": journal, "practice": done, **met.plain}
    return await file_of(whole, more)


async def _more(house: House, clinic: Clinic, patient_id: UUID) -> dict[str, object]:
    """What stands beside the record in our own form: letters whole, documents by name, which are taken each by itself,
    courses of care, and who looked.
    """
    documents = [
        {"id": str(one.id), "name": one.name, "kind": one.kind, "size": one.size, "at": one.at.isoformat()}
        for one in await own_documents(house, clinic.id, patient_id)
    ]
    courses = await courses_data(house, clinic.id, clinic.zone, patient_id)
    looks = [
        {"at": one.at.isoformat(), "who": one.who, "what": one.what, "part": one.part, "times": one.times}
        for one in await own_looks(house, clinic.id, patient_id)
    ]
    more = {"documents": documents, "courses": courses, "who_looked": looks}
    return {"letters": await own_letters(house, clinic.id, patient_id), **more}


async def take_document(request: Request) -> Response:
    """`GET /me/record/{patient_id}/documents/{document}`: to be kept. Raises NotFound likewise."""
    space, patient_id, clinic = await _mine(request)
    found = await own_document(house_of(request), clinic.id, patient_id, request.path_params["document"])
    if found is None:
        raise NotFound()
    file, data = found
    await _trace(request, space, patient_id, "document.taken_by_patient")
    return Response(data, media_type=file.kind, headers=headers_for(file.name))


async def _became(request: Request) -> UUID | None:
    """The patient of this space whose record that of the address is part of now."""
    house, space = house_of(request), await own_space(request)
    asked = read_uuid(request.path_params["patient_id"])
    if asked is None or asked in space.whole:
        return None
    kept = await house.db.read(lambda db: kept_of(db, space.clinic_id, asked))
    return kept if kept in space.whole else None


async def _mine(request: Request) -> tuple[Open, UUID, Clinic]:
    house, space = house_of(request), await own_space(request)
    patient_id = read_uuid(request.path_params["patient_id"])
    if not patient_id or not may(viewer_of(request), Action.MINE, Subject(space.clinic_id, patient_id=patient_id)):
        raise NotFound()
    clinic = await house.db.read(lambda db: clinics.clinic_of(db, space.clinic_id))
    if clinic is None:
        raise NotFound()
    return space, patient_id, clinic


async def _trace(request: Request, space: Open, patient_id: UUID, action: str) -> None:
    house = house_of(request)
    detail = {"space": space.id.hex, "own": patient_id == space.own}
    entry = Entry(space.clinic_id, action, "patient", patient_id, "patient", space.own, detail)

    async def work(db: AsyncSession) -> None:
        note(db, entry, house.clock())

    await house.db.unit(work)


routes: list[GuardedRoute] = [
    page(BASE, record_page, Action.MINE, name="own_record"),
    page(f"{BASE}/documents/{{document:uuid}}", take_document, Action.MINE, name="take_own_document"),
    page(f"{BASE}/{{way}}", take, Action.MINE, name="take_own_record"),
]
