"""The note for the record beside the call: begun with its first words, signed with what the page holds."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from server.access import Action
from server.answers import wants_json
from server.booking.requests import text_fields
from server.errors import Conflict, Unprocessable
from server.moments import Speaker
from server.record.notes import store
from server.record.notes.forms import Draft, draft_of
from server.record.notes.keeping import Author, open_note, save, sign
from server.record.notes.pages import drafts_of
from server.record.notes.rules import Format, Kind, Note, Refusal
from server.record.notes.store import Row, Saved
from server.routing import GuardedRoute, page
from server.templates import language_of
from server.visit.door import Knock, knock

BASE = "/staff/visit/{public_id}/record"


@dataclass(frozen=True)
class NoteBeside:
    """The note of this visit as its therapist has it beside the picture; not begun before its first words."""

    id: str
    patient_id: str
    note: Note = field(repr=False)
    formats: Sequence[Format]
    signed_at: datetime | None

    @property
    def base(self) -> str:
        return f"/staff/visit/{self.id}/record"


async def note_beside(knocked: Knock) -> NoteBeside:
    """The note that stands beside the call."""
    row, formats = await _row(knocked)
    note = await open_note(knocked.house, row, knocked.viewer.staff_id)
    if note is None:  # the patient's key was destroyed
        note = Note(row.id, row.patient_id, row.booking_id, row.author_id, row.kind, row.format, row.begun_at)
    offered = formats if note.empty and note.signed_at is None else ()
    card = knocked.card
    return NoteBeside(card.public_id, str(card.patient_id), note, offered, row.signed_at)


async def _row(knocked: Knock) -> tuple[Row, Sequence[Format]]:
    """The note there is, else the one that its first words will begin; and what it may be written in."""
    card, author = knocked.card, _author(knocked)

    async def work(db: AsyncSession) -> tuple[Row, Sequence[Format]]:
        choice = await store.formats_of(db, card.clinic_id)
        found = await store.note_of_booking(db, card.id, author.staff_id, Kind.RECORD)
        return found or author.new(choice.ready, Kind.RECORD, card.id), choice.formats

    return await knocked.house.db.read(work)


def _author(knocked: Knock) -> Author:
    card, staff_id = knocked.card, knocked.viewer.staff_id
    assert staff_id is not None, "the gate lets staff alone through"
    return Author(knocked.house, card.clinic_id, card.patient_id, staff_id, knocked.now)


async def save_part(request: Request) -> Response:
    """Save one section. Raises Unprocessable, and Conflict when it was saved from elsewhere since or is signed."""
    knocked, draft = await knock(request, Action.LEAD_VISIT), draft_of(await request.form())
    row, _ = await _row(knocked)
    section = request.path_params["section"]
    if not isinstance(draft, Draft) or not row.format.has(section):
        raise Unprocessable()
    saved = await save(_author(knocked), row, section, draft)
    if not isinstance(saved, Saved):
        raise Conflict(saved.value)
    if wants_json(request):
        clock = Speaker(knocked.clinic.zone, language_of(request, knocked.brand)).time(saved.at)
        return JSONResponse({"version": saved.version, "at": clock})
    return _back(knocked)


async def change_format(request: Request) -> Response:
    """Begin it in another format, as long as it has no words."""
    knocked, fields = await knock(request, Action.LEAD_VISIT), await text_fields(request)
    row, formats = await _row(knocked)
    chosen = next((one for one in formats if one.key == fields.get("format")), None)

    async def work(db: AsyncSession) -> None:
        if chosen:
            begun = await store.begin(db, row)
            await store.change_format(db, begun.id, row.author_id, chosen)

    await knocked.house.db.unit(work)
    return _back(knocked)


async def sign_note(request: Request) -> Response:
    """Sign it with what the page holds; signed twice is signed. Raises Unprocessable, and Conflict with the reason."""
    knocked, fields = await knock(request, Action.LEAD_VISIT), await text_fields(request)
    row, _ = await _row(knocked)
    drafts = drafts_of(fields, row.format)
    if drafts is None:
        raise Unprocessable()
    refused = await sign(_author(knocked), row, drafts)
    if refused is Refusal.EMPTY:
        return _back(knocked, "note-empty")
    if refused not in {None, Refusal.SIGNED}:
        return _back(knocked, "note-overtaken")
    return _back(knocked)


def _back(knocked: Knock, notice: str = "") -> RedirectResponse:
    asked = f"?notice={notice}" if notice else ""
    return RedirectResponse(f"/staff/visit/{knocked.card.public_id}{asked}#record", 303)


routes: list[GuardedRoute] = [
    page(f"{BASE}/parts/{{section}}", save_part, Action.LEAD_VISIT, ("POST",), name="save_visit_part"),
    page(f"{BASE}/format", change_format, Action.LEAD_VISIT, ("POST",), name="change_visit_format"),
    page(f"{BASE}/sign", sign_note, Action.LEAD_VISIT, ("POST",), name="sign_visit_note"),
]
