"""A note on a page of its own: written and signed by its author, read and added to by who treats the patient."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from server.access import Action
from server.answers import wants_json
from server.booking.forms import read_uuid
from server.booking.requests import text_fields
from server.errors import Conflict, NotFound, Unprocessable
from server.moments import Speaker
from server.patients.rules import Person
from server.record.notes import settings, store
from server.record.notes.forms import Draft, Reason, addendum_of, draft_of
from server.record.notes.keeping import Author, append, discard, open_note, save, sign
from server.record.notes.rules import Format, Kind, Note, Refusal
from server.record.notes.store import Row, Saved
from server.record.opening import Opened, open_record
from server.routing import GuardedRoute, page
from server.templates import language_of, render

BASE = "/staff/patients/{patient_id}/notes"
ONE = f"{BASE}/{{note:uuid}}"


@dataclass(frozen=True)
class NotePage:
    """record/note.html. `once` is the id that an addendum will have; `problem` is a code."""

    person: Person = field(repr=False)
    note: Note
    base: str
    mine: bool
    names: Mapping[UUID, str]
    once: str
    formats_offered: tuple[Format, ...] = ()
    problem: str = ""
    typed: str = field(default="", repr=False)


async def begin(request: Request) -> Response:
    """`POST .../notes`: a new note in a format, 303 to it. `once` is its id: sent twice, it is one note."""
    opened, fields = await open_record(request, Action.RECORD_WRITE), await text_fields(request)
    formats = await opened.house.db.read(lambda db: store.formats_of(db, opened.clinic.id))
    kind = Kind(fields["kind"]) if fields.get("kind") in set(Kind) else Kind.RECORD
    chosen, once = formats.of(fields.get("format", "")) or formats.ready, read_uuid(fields.get("once", ""))
    if once is None:
        raise Unprocessable()
    new = author_of(opened).new(chosen, kind, None, once)

    async def work(db: AsyncSession) -> UUID:
        begun = await store.begin(db, new)
        return begun.id if begun.author_id == opened.staff_id and begun.patient_id == opened.person.id else once

    return RedirectResponse(f"{opened.base}/notes/{await opened.house.db.unit(work)}", 303)


def author_of(opened: Opened) -> Author:
    return Author(opened.house, opened.clinic.id, opened.person.id, opened.staff_id, opened.now)


async def note_page(request: Request) -> Response:
    """`GET .../notes/{note}`. Raises NotFound for what is not theirs to know of."""
    opened = await open_record(request)
    row = await _row(request, opened)
    response = await _show(request, opened, row)
    await opened.trace("record.seen", page="note", note=row.id.hex)
    return response


async def _row(request: Request, opened: Opened) -> Row:
    """The note of this address, as long as the viewer may know of it: a colleague's private one is not there."""
    note_id: UUID = request.path_params["note"]
    row = await opened.house.db.read(lambda db: store.note_of(db, opened.clinic.id, note_id))
    if row is None or row.patient_id != opened.person.id:
        raise NotFound()
    if row.author_id != opened.staff_id and (row.kind is Kind.PSYCHOTHERAPY or row.signed_at is None):
        raise NotFound()
    return row


async def _show(
    request: Request, opened: Opened, row: Row, problem: str = "", typed: str = "", status: int = 200
) -> Response:
    note, names = await open_note(opened.house, row, opened.staff_id), await opened.names()
    if note is None:
        raise NotFound()
    mine = row.author_id == opened.staff_id
    formats: tuple[Format, ...] = ()
    if mine and note.empty and row.signed_at is None:
        formats = (await opened.house.db.read(lambda db: store.formats_of(db, opened.clinic.id))).formats
    base = f"{opened.base}/notes/{row.id}"
    context = NotePage(opened.person, note, base, mine, names, str(uuid4()), formats, problem, typed)
    return render(request, "record/note.html", context, status=status)


async def save_part(request: Request) -> Response:
    """Save one section. Raises Unprocessable, and Conflict when it was saved from elsewhere since or is signed."""
    opened = await open_record(request, Action.RECORD_WRITE)
    row, draft = await _row(request, opened), draft_of(await request.form())
    if not isinstance(draft, Draft):
        raise Unprocessable()
    saved = await save(author_of(opened), row, request.path_params["section"], draft)
    return answer_saved(request, opened, saved, f"{opened.base}/notes/{row.id}")


def answer_saved(request: Request, opened: Opened, saved: Saved | Refusal, back: str) -> Response:
    """The version for the page that saves by itself, or the way back to one that does not."""
    if not isinstance(saved, Saved):
        raise Conflict(saved.value)
    if wants_json(request):
        clock = Speaker(opened.clinic.zone, language_of(request)).time(saved.at)
        return JSONResponse({"version": saved.version, "at": clock})
    return RedirectResponse(back, 303)


async def change_format(request: Request) -> Response:
    """Write it in another format; 303 back, and nothing changes once it has words."""
    opened, fields = await open_record(request, Action.RECORD_WRITE), await text_fields(request)
    row = await _row(request, opened)

    async def work(db: AsyncSession) -> None:
        chosen = (await store.formats_of(db, opened.clinic.id)).of(fields.get("format", ""))
        if chosen:
            await store.change_format(db, row.id, opened.staff_id, chosen)

    await opened.house.db.unit(work)
    return RedirectResponse(f"{opened.base}/notes/{row.id}", 303)


async def sign_note(request: Request) -> Response:
    """Sign it with what the page holds: 303 to the record, or the note again with why not."""
    opened, fields = await open_record(request, Action.RECORD_WRITE), await text_fields(request)
    row = await _row(request, opened)
    drafts = drafts_of(fields, row.format)
    if drafts is None:
        raise Unprocessable()
    refused = await sign(author_of(opened), row, drafts)
    if refused in {None, Refusal.SIGNED}:
        return RedirectResponse(f"{opened.base}/record?notice=signed", 303)
    return await _show(request, opened, await _row(request, opened), refused.value if refused else "", status=409)


def drafts_of(fields: Mapping[str, str], written_in: Format) -> dict[str, Draft] | None:
    """What a page holds of each section as `text_<key>` and `version_<key>`; None: no page of ours sends this."""
    sent = [one.key for one in written_in.sections if f"text_{one.key}" in fields]
    drafts = {key: draft_of(fields, f"text_{key}", f"version_{key}") for key in sent}
    kept = {key: draft for key, draft in drafts.items() if isinstance(draft, Draft)}
    return kept if len(kept) == len(drafts) else None


async def add_to(request: Request) -> Response:
    """Add to a signed note: 303, or the note again with what was typed."""
    opened, fields = await open_record(request, Action.RECORD_WRITE), await text_fields(request)
    row, text, once = await _row(request, opened), addendum_of(fields), read_uuid(fields.get("once", ""))
    if once is None:
        raise Unprocessable()
    if isinstance(text, Reason):
        return await _show(request, opened, row, text.value, fields.get("text", ""), 422)
    if await append(author_of(opened), row, once, text):
        raise Conflict()
    return RedirectResponse(f"{opened.base}/notes/{row.id}?notice=added", 303)


async def throw_away(request: Request) -> Response:
    """Throw a draft away: 303 to the record. Raises Conflict for one that is signed."""
    opened = await open_record(request, Action.RECORD_WRITE)
    row = await _row(request, opened)
    refused = await discard(author_of(opened), row)
    if refused is Refusal.SIGNED:
        raise Conflict(refused.value)
    return RedirectResponse(f"{opened.base}/record?notice=thrown-away", 303)


routes: list[GuardedRoute] = [
    page(BASE, begin, Action.RECORD_WRITE, ("POST",), name="begin_note"),
    page(ONE, note_page, Action.RECORD),
    page(f"{ONE}/parts/{{section}}", save_part, Action.RECORD_WRITE, ("POST",), name="save_note_part"),
    page(f"{ONE}/format", change_format, Action.RECORD_WRITE, ("POST",), name="change_note_format"),
    page(f"{ONE}/sign", sign_note, Action.RECORD_WRITE, ("POST",)),
    page(f"{ONE}/addenda", add_to, Action.RECORD_WRITE, ("POST",), name="add_to_note"),
    page(f"{ONE}/throw-away", throw_away, Action.RECORD_WRITE, ("POST",), name="throw_note_away"),
    *settings.routes,
]
