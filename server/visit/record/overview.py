"""The patient's record on one page: what whoever treats them has to know, the newest first; `paper`: there is a PDF."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action, admits
from server.booking.cards import bookings_of
from server.booking.led import own_clinic
from server.booking.people.known import asked_for
from server.booking.rules import BookingCard
from server.genetics.catalogue import shipped
from server.genetics.findings import Finding
from server.genetics.topics import is_confirmed
from server.house import house_of
from server.measures.catalogue import shipped as measures
from server.patients.acting.store import helper_names
from server.patients.care.rules import ends_at
from server.patients.consents.rules import Agreed
from server.patients.consents.store import ledger
from server.patients.rules import Person
from server.record.care.keeping import care_of
from server.record.care.rules import Entry, Medicine, counting
from server.record.care.rules import Kind as Care
from server.record.export.paper import is_there
from server.record.genes.rules import seen
from server.record.notes import store as notes
from server.record.notes.keeping import open_notes
from server.record.notes.rules import Choice, Kind, Note
from server.record.notes.store import Row
from server.record.opening import Opened, open_record
from server.record.prompts.keeping import Asked, asked_of
from server.routing import GuardedRoute, page, viewer_of
from server.safety.plan.keeping import plans_to_tell
from server.templates import render
from server.visit.notes import SealedNote, notes_of_patient
from server.visit.sealed import open_note

PATH = "/staff/patients/{patient_id}/record"


@dataclass(frozen=True)
class Beside:
    """A private note that was written beside a call."""

    public_id: str
    note: SealedNote
    text: str = field(repr=False)


@dataclass(frozen=True)
class RecordPage:
    """visit/record/overview.html. `care`: what counts, by its kind; `says`: what the genetic tests say of each medicine
    on the list, `awaits`: no clinician confirmed those words; `visits`: those that began, the newest first;
    `asked`: the clinic's own questions; `plans`: two plans came together, and nobody has looked after that yet."""

    person: Person = field(repr=False)
    base: str
    me: UUID
    names: Mapping[UUID, str]
    notes: Sequence[Note] = field(repr=False)
    private: Sequence[Note] = field(repr=False)
    beside: Sequence[Beside] = field(repr=False)
    choice: Choice
    once: str
    once_apart: str
    care: Mapping[str, Sequence[Entry]] = field(repr=False)
    says: Sequence[tuple[Medicine, Finding]] = field(repr=False)
    awaits: bool
    visits: Sequence[BookingCard] = field(repr=False)
    today: date
    agreed: Sequence[Agreed]
    helpers: Mapping[UUID, str] = field(repr=False)
    by: str
    until: datetime | None
    kept: bool
    paper: bool
    plans: bool
    writes: bool
    asked: Sequence[Asked] = field(repr=False)
    measure_names: Mapping[str, str]


async def record_page(request: Request) -> Response:
    """`GET /staff/patients/{patient_id}/record`. Raises NotFound for who does not treat them."""
    asked, patient_id = await asked_for(request, await own_clinic(house_of(request), viewer_of(request)))
    if asked != patient_id:
        return RedirectResponse(f"/staff/patients/{patient_id}/record", 303)
    opened = await open_record(request)
    context = await _context(opened)
    await opened.trace("record.seen", page="record", notes=len(context.notes))
    return render(request, "visit/record/overview.html", context)


async def _context(opened: Opened) -> RecordPage:
    clinic_id, patient_id = opened.clinic.id, opened.person.id

    async def work(db: AsyncSession) -> tuple[list[Row], list[SealedNote], Choice, list[BookingCard], bool]:
        beside = await notes_of_patient(db, clinic_id, patient_id, opened.staff_id)
        cards = await bookings_of(db, clinic_id, patient_id, None)
        rows, choice = await notes.notes_of(db, clinic_id, patient_id), await notes.formats_of(db, clinic_id)
        return rows, beside, choice, cards, await is_confirmed(db, clinic_id)

    rows, sealed, choice, cards, confirmed = await opened.house.db.read(work)
    entries = await care_of(opened.house, clinic_id, patient_id)
    every = await open_notes(opened.house, rows, opened.staff_id)
    return RecordPage(
        person=opened.person,
        base=opened.base,
        me=opened.staff_id,
        names=await opened.names(),
        notes=[one for one in every if one.kind is Kind.RECORD],
        private=[one for one in every if one.kind is Kind.PSYCHOTHERAPY],
        beside=await _beside(opened, sealed),
        choice=choice,
        once=str(uuid4()),
        once_apart=str(uuid4()),
        care={kind.value: counting(entries, kind) for kind in Care},
        says=seen(entries, shipped()).findings,
        awaits=not confirmed,
        visits=[one for one in reversed(cards) if not one.cancelled_at and one.starts_at <= opened.now],
        today=opened.now.astimezone(opened.clinic.zone).date(),
        helpers=await helper_names(opened.house.db, opened.house.keys, clinic_id, patient_id),
        agreed=await opened.house.db.read(lambda db: ledger(db, clinic_id, patient_id)),
        by=opened.by or "",
        until=ends_at(opened.known),
        kept=opened.known.kept,
        paper=is_there(),
        plans=await plans_to_tell(opened.house, clinic_id, patient_id),
        writes=admits(opened.viewer, Action.RECORD_WRITE),
        asked=await asked_of(opened),
        measure_names={key: one.name for key, one in measures().items()},
    )


async def _beside(opened: Opened, sealed: Sequence[SealedNote]) -> list[Beside]:
    key = (await opened.house.keys.patients(opened.clinic.id, [opened.person.id])).get(opened.person.id)
    if key is None:
        return []
    found = [(one, open_note(key, opened.clinic.id, one.id, one.blob)) for one in sealed]
    return [Beside(one.public_id, one, text) for one, text in found if text.strip()]


routes: list[GuardedRoute] = [page(PATH, record_page, Action.RECORD)]
