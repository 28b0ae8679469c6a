"""Documents of a patient: brought, taken, thrown away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action, admits
from server.audit.store import note
from server.booking.forms import read_uuid
from server.errors import NotFound, Unprocessable
from server.files import MOST_BYTES, Unfit, headers_for, kind_of, plain_name
from server.patients.rules import Person
from server.record.documents import store
from server.record.documents.keeping import File, content_of, files_of, sealed
from server.record.opening import Opened, open_record
from server.routing import GuardedRoute, page
from server.templates import render

PATH = "/staff/patients/{patient_id}/documents"
ONE = PATH + "/{document:uuid}"
AROUND = 64 * 1024
"""What a form puts around a file."""


@dataclass(frozen=True)
class DocumentsPage:
    """record/documents.html. `problem`: a value of Unfit."""

    person: Person = field(repr=False)
    files: Sequence[File] = field(repr=False)
    names: Mapping[UUID, str]
    once: str
    writes: bool
    problem: str
    megabytes: int = MOST_BYTES // (1024 * 1024)


async def documents_page(request: Request) -> Response:
    """`GET .../documents`."""
    opened = await open_record(request)
    await opened.trace("record.seen", page="documents")
    return await _show(request, opened)


async def bring(request: Request) -> Response:
    """Keep a file: 303, or why not: 415 and 422. Brought twice with one press, it is kept once."""
    opened = await open_record(request, Action.RECORD_WRITE)
    async with request.form(max_files=1, max_fields=4) as sent:
        file, once = sent.get("file"), read_uuid(str(sent.get("once", "")))
        data = await file.read(MOST_BYTES + 1) if isinstance(file, UploadFile) else b""
        name = plain_name(file.filename or "") if isinstance(file, UploadFile) else ""
    if once is None:
        raise Unprocessable()
    kind = kind_of(data, name)
    if isinstance(kind, Unfit):
        status = 415 if kind in {Unfit.UNKNOWN, Unfit.NOT_AS_NAMED} else 422
        return await _show(request, opened, kind.value, status)
    key = await opened.house.keys.patient(opened.clinic.id, opened.person.id)
    row, content = await sealed(key, opened.clinic.id, (once, name, kind.value), data, opened.staff_id, opened.now)

    async def work(db: AsyncSession) -> None:
        if await store.add(db, opened.clinic.id, opened.person.id, row, content):
            entry = opened.entry("document.brought", document=once.hex, kind=kind.value, size=len(data))
            note(db, entry, opened.now)

    await opened.house.db.unit(work)
    return RedirectResponse(f"{opened.base}/documents?notice=kept", 303)


async def take(request: Request) -> Response:
    """`GET .../documents/{document}`: the file, to be kept. Raises NotFound."""
    opened = await open_record(request)
    file = await _file(request, opened)
    data = await content_of(opened.house, file)
    await opened.trace("document.taken", document=file.id.hex)
    return Response(data, media_type=file.kind, headers=headers_for(file.name))


async def throw_away(request: Request) -> Response:
    """Its content is destroyed; that there was one, and who threw it away, stays. Raises NotFound."""
    opened = await open_record(request, Action.RECORD_WRITE)
    file = await _file(request, opened)

    async def work(db: AsyncSession) -> None:
        await store.throw_away(db, file.id, opened.staff_id, opened.now)
        note(db, opened.entry("document.thrown_away", document=file.id.hex), opened.now)

    await opened.house.db.unit(work)
    return RedirectResponse(f"{opened.base}/documents?notice=gone", 303)


async def _file(request: Request, opened: Opened) -> File:
    found = {one.id: one for one in await files_of(opened.house, opened.clinic.id, opened.person.id)}
    if request.path_params["document"] not in found:
        raise NotFound()
    return found[request.path_params["document"]]


async def _show(request: Request, opened: Opened, problem: str = "", status: int = 200) -> Response:
    files = await files_of(opened.house, opened.clinic.id, opened.person.id)
    writes = admits(opened.viewer, Action.RECORD_WRITE)
    context = DocumentsPage(opened.person, files, await opened.names(), str(uuid4()), writes, problem)
    return render(request, "record/documents.html", context, status=status)


routes: list[GuardedRoute] = [
    page(PATH, documents_page, Action.RECORD),
    page(PATH, bring, Action.RECORD_WRITE, ("POST",), name="bring_document", most_bytes=MOST_BYTES + AROUND),
    page(ONE, take, Action.RECORD, name="take_document"),
    page(f"{ONE}/throw-away", throw_away, Action.RECORD_WRITE, ("POST",), name="throw_document_away"),
]
