"""What stands beside the picture and is sealed: the answers at the door, and the therapist's note that saves itself."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from server.access import Action
from server.answers import wants_json
from server.audit.store import note as audit
from server.errors import Conflict, Unprocessable
from server.moments import Speaker
from server.routing import GuardedRoute, page
from server.templates import language_of
from server.visit import store
from server.visit.acts import audit_entry, by_of, current_card
from server.visit.checklist.keeping import is_signed
from server.visit.door import Knock, knock
from server.visit.forms import Arrival, NoteDraft, note_of
from server.visit.notes import Overtaken, Saved, SealedNote, find_note, save_note
from server.visit.rules import Part
from server.visit.sealed import open_arrival, open_note, seal_note


@dataclass(frozen=True)
class NoteText:
    """The note as its therapist reads it; version 0 was never saved."""

    text: str = field(default="", repr=False)
    version: int = 0
    saved_at: datetime | None = None


async def read_beside(knocked: Knock) -> tuple[Arrival | None, NoteText]:
    """What was said at the door, and the note."""
    visit, card = knocked.visit, knocked.card
    if visit is None:
        return None, NoteText()

    async def work(db: AsyncSession) -> tuple[bytes | None, SealedNote | None]:
        return await store.arrival_blob(db, visit.id), await find_note(db, visit.id, knocked.viewer.staff_id)

    said, kept = await knocked.house.db.read(work)
    key = (await knocked.house.keys.patients(card.clinic_id, [card.patient_id])).get(card.patient_id)
    if key is None:
        return None, NoteText()
    written = NoteText()
    if kept:
        written = NoteText(open_note(key, card.clinic_id, kept.id, kept.blob), kept.version, kept.saved_at)
    return open_arrival(key, card.clinic_id, visit.id, said), written


async def keep_note(request: Request) -> Response:
    """Save the note. Raises Unprocessable, and Conflict when it was saved from elsewhere since."""
    knocked = await knock(request, Action.LEAD_VISIT)
    draft = note_of(await request.form())
    if not isinstance(draft, NoteDraft):
        raise Unprocessable()
    if await knocked.house.db.read(lambda db: is_signed(db, knocked)):
        raise Conflict("signed")
    saved = await _save(knocked, draft)
    if saved is None:
        raise Conflict()
    if wants_json(request):
        clock = Speaker(knocked.clinic.zone, language_of(request, knocked.brand)).time(saved.at)
        return JSONResponse({"version": saved.version, "at": clock})
    return RedirectResponse(f"/staff/visit/{knocked.card.public_id}#note", 303)


async def _save(knocked: Knock, draft: NoteDraft) -> Saved | None:
    """None: another text was saved meanwhile. The same text again is no conflict: a page that goes away sends twice."""
    _, before = await read_beside(knocked)
    if before.version and before.text == draft.text:
        return Saved(before.version, before.saved_at or knocked.now)
    key = await knocked.house.keys.patient(knocked.card.clinic_id, knocked.card.patient_id)
    note_id = await _note_id(knocked)
    blob = seal_note(key, knocked.card.clinic_id, note_id, draft.text)
    staff_id = knocked.viewer.staff_id
    assert staff_id is not None, "the gate lets staff alone through"

    async def work(db: AsyncSession) -> Saved | Overtaken:
        visit = await store.ensure(db, await current_card(db, knocked.card.id))
        saved = await save_note(db, visit.id, note_id, staff_id, blob, draft.version, knocked.now)
        if isinstance(saved, Saved) and draft.version == 0:
            audit(db, audit_entry(knocked, "visit.note", by_of(knocked, Part.THERAPIST)), knocked.now)
        return saved

    saved = await knocked.house.db.unit(work)
    return saved if isinstance(saved, Saved) else None


async def _note_id(knocked: Knock) -> UUID:
    """The id the seal is bound to: that of the note there is, else a new one."""
    visit = knocked.visit
    kept = await knocked.house.db.read(lambda db: find_note(db, visit.id, knocked.viewer.staff_id)) if visit else None
    return kept.id if kept else uuid4()


routes: list[GuardedRoute] = [
    page("/staff/visit/{public_id}/note", keep_note, Action.LEAD_VISIT, ("POST",)),
]
