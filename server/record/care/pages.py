"""Writing down a medicine, a treatment, a diagnosis, a goal or a genetic test: one form, one page."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID, uuid4

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.booking.forms import read_uuid
from server.booking.requests import text_fields
from server.errors import NotFound, Unprocessable
from server.genetics.catalogue import Gene, shipped
from server.patients.rules import Person
from server.record.care.forms import Reason, parse
from server.record.care.keeping import Writing, care_of, write
from server.record.care.rules import Entry, Kind, Medicine, Value
from server.record.documents.keeping import File, files_of
from server.record.genes.rules import seen
from server.record.opening import Opened, open_record
from server.routing import GuardedRoute, page
from server.templates import render

NEW = "/staff/patients/{patient_id}/care/{sort}"
ONE = NEW + "/{entry:uuid}"


@dataclass(frozen=True)
class CarePage:
    """record/care.html. `entry` is empty for a new one, `id` what it will be; `form` by the names of fields; `genes`
    and `documents`: what a genetic test is of, and may stand in.
    """

    person: Person = field(repr=False)
    kind: Kind
    entry: Entry | None
    id: str
    form: Mapping[str, Any] = field(repr=False)
    reasons: Mapping[str, Reason]
    by: str
    overtaken: bool
    genes: Sequence[Gene]
    documents: Sequence[File] = field(repr=False)


async def new_page(request: Request) -> Response:
    """`GET .../care/{kind}`: an empty form. Raises NotFound."""
    opened = await open_record(request, Action.RECORD_WRITE)
    return await _show(request, opened, None, str(uuid4()), {"going": "yes", "unit": "mg"}, {})


async def entry_page(request: Request) -> Response:
    """`GET .../care/{kind}/{entry}`: as it stands. Raises NotFound."""
    opened = await open_record(request)
    entry = await _entry(request, opened)
    await opened.trace("record.seen", page="care", kind=entry.kind.value)
    return await _show(request, opened, entry, str(entry.id), form_of(entry.value), {})


def form_of(value: Value) -> dict[str, Any]:
    """The fields of a form that would give this value."""
    fields = asdict(value)
    spell = fields.pop("spell", None)
    if spell:
        fields |= {**spell, "going": "yes" if spell["going"] else ""}
    return {name: _typed(value) for name, value in fields.items()}


def _typed(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else str(value)


async def add(request: Request) -> Response:
    """Write a new entry down: 303, or the form with a sentence at each field."""
    opened, fields = await open_record(request, Action.RECORD_WRITE), await text_fields(request)
    once = read_uuid(fields.get("once", ""))
    if once is None:
        raise Unprocessable()
    return await _write(request, opened, None, once, fields)


async def change(request: Request) -> Response:
    """Write an entry anew; what stood before stays in the database."""
    opened, fields = await open_record(request, Action.RECORD_WRITE), await text_fields(request)
    entry = await _entry(request, opened)
    return await _write(request, opened, entry, entry.id, fields)


async def strike(request: Request) -> Response:
    """It was written by mistake: it counts no more, and stays in the database."""
    opened = await open_record(request, Action.RECORD_WRITE)
    entry = await _entry(request, opened)
    writing = Writing(entry.id, entry.kind, entry.value, entry.number, True)
    await write(opened.house, opened.clinic.id, opened.person.id, writing, opened.staff_id, opened.now)
    return _back(opened, entry.kind)


async def _write(
    request: Request, opened: Opened, entry: Entry | None, entry_id: UUID, fields: Mapping[str, str]
) -> Response:
    kind = _kind(request)
    value = parse(kind, fields)
    if isinstance(value, dict):
        return await _show(request, opened, entry, str(entry_id), fields, value, status=422)
    seen = fields.get("seen", "0")
    over = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else 0
    writing = Writing(entry_id, kind, value, over)
    if await write(opened.house, opened.clinic.id, opened.person.id, writing, opened.staff_id, opened.now):
        return await _says(opened, entry_id) or _back(opened, kind)
    return await _show(request, opened, entry, str(entry_id), fields, {}, status=409)


async def _says(opened: Opened, entry_id: UUID) -> Response | None:
    """To what the patient's tests say of a medicine that was just written down; None where they say nothing."""
    entries = await care_of(opened.house, opened.clinic.id, opened.person.id)
    value = next((one.value for one in entries if one.id == entry_id), None)
    if not isinstance(value, Medicine) or not value.spell.going:
        return None
    found = [finding.drug for one, finding in seen(entries, shipped()).findings if one == value]
    return RedirectResponse(f"{opened.base}/genes?notice=kept#{found[0]}", 303) if found else None


def _kind(request: Request) -> Kind:
    name = request.path_params["sort"]
    if name not in set(Kind):
        raise NotFound()
    return Kind(name)


async def _entry(request: Request, opened: Opened) -> Entry:
    kind, wanted = _kind(request), request.path_params["entry"]
    found = {one.id: one for one in await care_of(opened.house, opened.clinic.id, opened.person.id)}
    if wanted not in found or found[wanted].kind is not kind or found[wanted].struck:
        raise NotFound()
    return found[wanted]


async def _show(
    request: Request, opened: Opened, entry: Entry | None, entry_id: str, form: Mapping[str, Any],
    reasons: Mapping[str, Reason], status: int = 200,
) -> Response:  # fmt: skip
    by, kind = (await opened.names()).get(entry.by_id, "") if entry else "", _kind(request)
    documents = await files_of(opened.house, opened.clinic.id, opened.person.id) if kind is Kind.GENE else []
    genes = list(shipped().genes.values())
    context = CarePage(
        opened.person, kind, entry, entry_id, form, reasons, by, status == 409, genes, documents
    )  # fmt: skip
    return render(request, "record/care.html", context, status=status)


def _back(opened: Opened, kind: Kind) -> RedirectResponse:
    return RedirectResponse(f"{opened.base}/record?notice=kept#{kind}", 303)


routes: list[GuardedRoute] = [
    page(NEW, new_page, Action.RECORD_WRITE, name="new_care"),
    page(NEW, add, Action.RECORD_WRITE, ("POST",), name="add_care"),
    page(ONE, entry_page, Action.RECORD, name="care_entry"),
    page(ONE, change, Action.RECORD_WRITE, ("POST",), name="change_care"),
    page(f"{ONE}/strike", strike, Action.RECORD_WRITE, ("POST",), name="strike_care"),
]
